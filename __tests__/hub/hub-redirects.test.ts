import { afterEach, expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { openHub } from '../../src/hub/hub-source.ts';
import type { Source, SourceFile } from '../../src/hub/source.ts';
import { memoryFile, shaOf } from '../support/hub-models.ts';
import { startHub, type Hub, type LoggedRequest } from '../support/hub.ts';

const token = 'hf_reader';
const opened: (Hub | Source)[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

interface Served {
  hub: Hub;
  source: Source;
  /** An LFS file and one that is none, of the same content. */
  large: SourceFile;
  small: SourceFile;
}

async function serve(): Promise<Served> {
  const files = [await memoryFile('large.bin', 'content'), await memoryFile('small.txt', 'content')];
  const sha = shaOf(files);
  const hub = await startHub({ models: [{ name: 'org/model', sha, files }], tokens: { [token]: [] } });
  const source = openHub({ name: 'org/model', sha, endpoint: hub.url, token });
  opened.push(hub, source);
  const [large, small] = (await source.revision()).files;
  hub.requests.length = 0;
  return { hub, source, large: large!, small: small! };
}

const redirect = (location: string): { kind: 'status'; status: number; headers: Record<string, string> } => ({
  kind: 'status',
  status: 307,
  headers: { Location: location },
});

async function read({ source }: Served, file: SourceFile): Promise<string> {
  const target = new Uint8Array(file.size);
  await source.read(file, 0, target);
  return Buffer.from(target).toString();
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const seen = ({ server, authorization }: LoggedRequest): [string, boolean] => [
  server,
  authorization !== undefined,
];

test('within the Hub is followed with the token, by small files and large ones', async () => {
  const served = await serve();
  const { hub, small, large } = served;
  const [{ sha } = { sha: '' }] = hub.models;
  for (const path of ['small.txt', 'large.bin']) {
    hub.fail({ on: 'resolve', path, fault: redirect(`/org/model/resolve/${sha}/${path}?cached`) });
  }
  expect(await read(served, small)).toBe('content');
  expect(await read(served, large)).toBe('content');
  expect(hub.requests.map(seen)).toEqual([
    ['hub', true],
    ['hub', true],
    ['hub', true],
    ['hub', true],
    ['storage', false],
  ]);
});

test('to another host is followed without the token', async () => {
  const served = await serve();
  const { hub, small } = served;
  hub.fail({ on: 'resolve', fault: redirect(`${hub.storageUrl}/elsewhere?Signature=secret`) });
  const error = await failure(read(served, small));
  expect(error.message).toMatch(/^org\/model, "small.txt": GET \S+\/elsewhere\?… answered 403/);
  expect(hub.requests.map(seen)).toEqual([
    ['hub', true],
    ['storage', false],
  ]);
});

test.each(['small', 'large'] as const)('in a circle is given up (%s)', async (which) => {
  const served = await serve();
  served.hub.fail({ on: 'resolve', times: Infinity, fault: redirect('?again') });
  const error = await failure(read(served, served[which]));
  expect(error.message).toContain('is redirected more than 5 times');
  expect(served.hub.requests).toHaveLength(6);
});

test('to something that is no web address is refused', async () => {
  const served = await serve();
  served.hub.fail({ on: 'resolve', fault: redirect('file:///etc/passwd') });
  expect((await failure(read(served, served.small))).message).toContain('"file:///etc/passwd"');
});

test('of the list’s next page to another host goes there without the token', async () => {
  const { hub, source } = await serve();
  const elsewhere = await startHub({ models: hub.models });
  opened.push(elsewhere);
  const [{ sha } = { sha: '' }] = hub.models;
  const next = `${elsewhere.url}/api/models/org/model/tree/${sha}?recursive=true`;
  const headers = { Link: `<${next}>; rel="next"` };
  hub.fail({ on: 'tree', fault: { kind: 'status', status: 200, headers, body: '[]' } });
  expect((await source.revision()).files).toHaveLength(2);
  expect(elsewhere.requests.map(seen)).toEqual([['hub', false]]);
});

test('nothing is read from a source that was closed', async () => {
  const served = await serve();
  await served.source.close();
  await expect(read(served, served.small)).rejects.toThrow('had been closed');
});
