/** Whose site it is, and its pages for when there is nothing to show yet. */
import { afterEach, expect, test } from '@jest/globals';
import { addImage, askForImport, startImporter } from '../../support/imports.ts';
import { pushModel } from '../../support/model-images.ts';
import { startRegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes, startRegistry, type TestRegistry } from '../../support/worker.ts';

const HTML = { Accept: 'text/html,*/*' };
const LOGO = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`;

let registry: TestRegistry;
afterEach(() => registry.stop());

async function pageAt(
  path: string,
  headers: Record<string, string> = HTML,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(registry.url + path, { headers });
  return { status: answer.status, text: await answer.text() };
}

/** Asks until the page says it. */
async function pageWith(path: string, words: string): Promise<string> {
  for (;;) {
    const { text } = await pageAt(path);
    if (text.includes(words)) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('is the operator’s, by name, logo, colour and notice', async () => {
  registry = await startRegistry({
    variables: {
      WRITE_ACCESS: 'open',
      SITE_NAME: 'Models of <Acme>',
      SITE_LOGO: LOGO,
      SITE_ACCENT: '#ffcc00',
      SITE_NOTICE: 'Closed on <b>Sundays</b>',
    },
  });
  const text = await pageWith('/', 'No models here yet');
  expect(text).toContain('<title>Models of &lt;Acme&gt;</title>');
  expect(text).toContain('Closed on &lt;b&gt;Sundays&lt;/b&gt;');
  expect((await pageAt('/-/logo')).text).toBe('<svg xmlns="http://www.w3.org/2000/svg"/>');
  const [stylesheet = ''] = /\/-\/style\.css\?\w+/.exec(text) ?? [];
  // Yellow itself cannot be read on white.
  expect((await pageAt(stylesheet)).text).toMatch(
    /^:root\{--accent:light-dark\(#(?!ffcc00)\w{6},#ffcc00\)\}/,
  );
});

test('of settings that are wrong says which', async () => {
  registry = await startRegistry({ variables: { WRITE_ACCESS: 'open', SITE_ACCENT: 'red' } });
  const { status, text } = await pageAt('/');
  expect(status).toBe(500);
  expect(text).toContain('SITE_ACCENT has to be a colour');
});

test('of a private registry asks to sign in, and tells clients in their own way', async () => {
  const token = 'a token of somebody who may read';
  registry = await startRegistry({ token, variables: { READ_ACCESS: 'private' } });
  const refused = await fetch(`${registry.url}/acme/model`, { headers: HTML });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('WWW-Authenticate')).toMatch(/^Basic /);
  expect(await refused.text()).toContain('This registry is private.');
  const authorization = { Authorization: `Basic ${btoa(`me:${token}`)}` };
  await pushModel(registry, 'acme/model', [{ a: Buffer.from('a') }], { headers: authorization });
  const { status, text } = await pageAt('/acme/model', { ...HTML, ...authorization });
  expect(status).toBe(200);
  expect(text).toContain('/acme/model:latest /a /models/');
  const { headers } = await fetch(`${registry.url}/acme/model`, { headers: authorization });
  expect(headers.get('Cache-Control')).toMatch(/^private/);
});

test('of a model tells how far its import is, and of one that is not there what is like it', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using upstream = await startRegistryStandIn(async ({ url = '' }) => {
    if (url.includes('/blobs/')) await released;
    return false;
  });
  const { digest } = addImage(upstream, [someBytes(2_000_000)], 'v1');
  registry = await startImporter({ [upstream.host]: {} });
  const source = { registry: upstream.host, repository: 'any/model', digest };
  await askForImport(registry, 'acme/coming:v1', source);
  const text = await pageWith('/acme/coming', 'of 2.0 MB');
  expect(text).toContain('<progress max="100"');
  expect(text).toContain('Nothing can be pulled yet');
  await pageWith('/', 'first import');
  release();
  await pageWith('/acme/coming', '/acme/coming:v1');
  const missing = await pageAt('/acme/comin');
  expect(missing.status).toBe(404);
  expect(missing.text).toContain('href="/acme/coming"');
  const plain = await pageAt('/acme/comin', { Accept: '*/*' });
  expect(JSON.parse(plain.text)).toMatchObject({ errors: [{ code: 'NAME_UNKNOWN' }] });
  expect((await pageAt('/v2/x')).text).toContain('"NAME_UNKNOWN"');
});
