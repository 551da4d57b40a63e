/** The list of all repositories. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../../worker/src/app.ts';
import type { Settings } from '../../worker/src/settings.ts';
import { basic, operatorToken, SECRET } from '../support/access.ts';
import { fakeBucket } from '../support/fake-bucket.ts';
import { OciClient } from '../support/oci-client.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

/** As R2 sorts their keys. */
const names = ['a/1', 'a', 'a/b', 'a-b', 'b/c/d'].toSorted((one, other) =>
  `${one}/_` < `${other}/_` ? -1 : 1,
);
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  for (const name of names) await new OciClient(registry.url, name).pushImage(name, 'latest');
});
afterAll(() => registry.stop());

async function page(query: string): Promise<{ repositories: string[]; link: string | null }> {
  const response = await fetch(`${registry.url}/v2/_catalog${query}`);
  expect(response.status).toBe(200);
  const { repositories } = (await response.json()) as { repositories: string[] };
  return { repositories, link: response.headers.get('link') };
}

test('has each repository once', async () => {
  expect(await page('')).toEqual({ repositories: names, link: null });
});

test('comes in pages that link to each other', async () => {
  const found: string[] = [];
  for (let query: string | undefined = '?n=2'; query !== undefined;) {
    const { repositories, link } = await page(query);
    expect(repositories.length).toBeLessThanOrEqual(2);
    found.push(...repositories);
    query = /^<\/v2\/_catalog(.+)>; rel="next"$/.exec(link ?? '')?.[1];
  }
  expect(found).toEqual(names);
});

test('begins after a name that need not exist', async () => {
  expect((await page('?last=a/bb')).repositories).toEqual(names.filter((name) => `${name}/_` > 'a/bb/_'));
  expect((await page('?last=z')).repositories).toEqual([]);
  expect(await page('?n=0')).toEqual({ repositories: [], link: null });
});

test.each(['?n=-1', '?n=x', '?last=UPPER'])('refuses %s', async (query) => {
  expect((await fetch(`${registry.url}/v2/_catalog${query}`)).status).toBe(400);
});

test('is for those who may see it', async () => {
  const settings: Settings = {
    WRITE_ACCESS: 'token',
    TOKEN_SECRET: SECRET,
    OPERATOR_TOKENS: [
      operatorToken('pusher'),
      operatorToken('keeper', { names: ['**'], actions: ['catalog'] }),
    ],
  };
  const statusWith = async (init: RequestInit): Promise<number> =>
    (await createApp().request('/v2/_catalog', init, { BUCKET: fakeBucket(), ...settings })).status;
  expect(await statusWith({})).toBe(401);
  expect(await statusWith({ headers: basic('pusher') })).toBe(403);
  expect(await statusWith({ headers: basic('keeper') })).toBe(200);
});
