/** Tags that the operator has made immutable, against the real workerd. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isImmutable } from '../../worker/src/manifests/immutable-tags.ts';
import { SettingsError } from '../../worker/src/settings.ts';
import { addImage, askForImport, importEnd, runImport, startImporter } from '../support/imports.ts';
import { codeOf, descriptor, digestOf, IMAGE, INDEX, OciClient } from '../support/oci-client.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../support/registry-stand-in.ts';
import type { TestRegistry } from '../support/worker.ts';

let upstream: RegistryStandIn;
/** What the upstream waits for before it gives a blob. */
let gate: Promise<void> | undefined;
let registry: TestRegistry;
let client: OciClient;
let first: { manifest: object; digest: string };
beforeAll(async () => {
  upstream = await startRegistryStandIn(async ({ url }) => {
    if (url?.includes('/blobs/')) await gate;
    return false;
  });
  registry = await startImporter({ [upstream.host]: {} }, { variables: { IMMUTABLE_TAGS: 'v*, release' } });
  client = new OciClient(registry.url, 'immutable');
  first = await client.pushImage('first', 'v1');
});
afterAll(async () => {
  await registry.stop();
  await upstream[Symbol.asyncDispose]();
});

function indexOf(manifest: object): object {
  const manifests = [descriptor(IMAGE, JSON.stringify(manifest))];
  return { schemaVersion: 2, mediaType: INDEX, manifests };
}

/** The status, code and words of a refusal. */
async function refusal(response: Response): Promise<unknown> {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  return [response.status, errors[0]?.code, errors[0]?.message];
}

const moved = (tag: string): unknown => [
  409,
  'DENIED',
  `the tag ${tag} is immutable here, and names ${first.digest}: push under another tag`,
];
const deleted = [409, 'DENIED', 'the tag v1 is immutable here: it cannot be deleted'];

test('an immutable tag takes the same manifest again, and no other', async () => {
  expect((await client.putManifest(first.manifest, 'v1')).status).toBe(201);
  const second = await client.pushImage('second', 'latest');
  expect(await refusal(await client.putManifest(second.manifest, 'v1'))).toEqual(moved('v1'));
  const head = await client.request('HEAD', 'manifests/v1');
  expect(head.headers.get('docker-content-digest')).toBe(first.digest);
});

test('a manifest that was refused is not stored', async () => {
  const { manifest } = await client.pushImage('third', 'latest');
  const other = { ...manifest, annotations: { not: 'stored' } };
  expect((await client.putManifest(other, 'v1')).status).toBe(409);
  expect((await client.request('HEAD', `manifests/${digestOf(JSON.stringify(other))}`)).status).toBe(404);
});

test('a push by digest with several tags moves none where one is immutable', async () => {
  const { manifest, digest } = await client.pushImage('fourth');
  const response = await client.request('PUT', `manifests/${digest}?tag=free&tag=v1`, {
    headers: { 'Content-Type': IMAGE },
    body: JSON.stringify(manifest),
  });
  expect(await refusal(response)).toEqual(moved('v1'));
  expect((await client.request('HEAD', 'manifests/free')).status).toBe(404);
});

test('neither an immutable tag nor its manifest can be deleted', async () => {
  expect(await refusal(await client.request('DELETE', 'manifests/v1'))).toEqual(deleted);
  expect(await refusal(await client.request('DELETE', `manifests/${first.digest}`))).toEqual(deleted);
  expect((await client.request('GET', 'manifests/v1')).status).toBe(200);
});

test('nor can what its image is made of', async () => {
  const images = new OciClient(registry.url, 'immutable/parts');
  const { manifest, digest } = await images.pushImage('a layer of it');
  const other = await images.pushImage('a layer of another');
  await images.pushManifest(indexOf(manifest), 'v1');
  await images.pushManifest(indexOf(other.manifest), 'latest');
  const status = async (path: string): Promise<number> => (await images.request('DELETE', path)).status;
  expect(await refusal(await images.request('DELETE', `manifests/${digest}`))).toEqual([
    409,
    'DENIED',
    `the image of the tag v1, which is immutable here, needs ${digest}: it cannot be deleted`,
  ]);
  expect(await status(`blobs/${digestOf('a layer of it')}`)).toBe(409);
  // Of both images, of which one is immutable.
  expect(await status(`blobs/${digestOf('{}')}`)).toBe(409);
  expect(await status(`manifests/${other.digest}`)).toBe(202);
  expect(await status(`blobs/${digestOf('a layer of another')}`)).toBe(202);
});

test('other tags move and go as ever', async () => {
  await client.pushManifest(first.manifest, 'latest');
  expect((await client.request('DELETE', 'manifests/latest')).status).toBe(202);
});

test('of two pushes at once, one has the tag', async () => {
  const images = await Promise.all(['fifth', 'sixth'].map((content) => client.pushImage(content)));
  const answers = await Promise.all(images.map(({ manifest }) => client.putManifest(manifest, 'release')));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  const winner = images[answers.findIndex(({ status }) => status === 201)];
  const head = await client.request('HEAD', 'manifests/release');
  expect(head.headers.get('docker-content-digest')).toBe(winner?.digest);
});

test('an import moves an immutable tag no more than a push does', async () => {
  const source = { registry: upstream.host, repository: 'models/one' };
  const { digest } = addImage(upstream, [Buffer.from('one')]);
  expect(await runImport(registry, 'imported:v1', { ...source, digest })).toMatchObject({ state: 'done' });
  expect((await askForImport(registry, 'imported:v1', { ...source, digest })).status).toBe(200);
  const other = addImage(upstream, [Buffer.from('two')]);
  const response = await askForImport(registry, 'imported:v1', { ...source, digest: other.digest });
  expect([response.status, await codeOf(response)]).toEqual([409, 'DENIED']);
});

test('an import whose tag got another image meanwhile fails, and says what to do', async () => {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  gate = promise;
  const { digest } = addImage(upstream, [Buffer.from('late')]);
  const asked = { registry: upstream.host, repository: 'models/one', digest };
  expect((await askForImport(registry, 'raced:v1', asked)).status).toBe(202);
  await new OciClient(registry.url, 'raced').pushImage('early', 'v1');
  release();
  expect(await importEnd(registry, 'raced:v1')).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('v1 is immutable'), hint: 'Import it under another tag.' },
  });
});

describe('the setting', () => {
  test.each([
    [undefined, 'v1', false],
    ['', 'v1', false],
    [' ', 'v1', false],
    ['v1', 'v1', true],
    ['v1', 'v10', false],
    ['v*', 'v10', true],
    ['v*', 'dev1', false],
    ['1.*.*, v*', '1.2.3', true],
    ['*', 'latest', true],
    ['v1.0', 'v1x0', false],
  ])('%j and the tag %s: %j', (setting, tag, expected) => {
    expect(isImmutable(setting === undefined ? {} : { IMMUTABLE_TAGS: setting }, tag)).toBe(expected);
  });

  test.each(['v*,', ',', '*.*.*.*'])('%j is refused', (setting) => {
    expect(() => isImmutable({ IMMUTABLE_TAGS: setting }, 'v1')).toThrow(SettingsError);
  });
});
