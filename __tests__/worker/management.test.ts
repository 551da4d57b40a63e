/** Deleting (distribution specification, "Content Management"). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codeOf, digestOf, OciClient } from '../support/oci-client.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

let registry: TestRegistry;
let client: OciClient;
beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'management');
});
afterAll(() => registry.stop());

test('a deleted tag is gone, its manifest and other tags are not', async () => {
  const { manifest, digest } = await client.pushImage('tag', 'one');
  await client.pushManifest(manifest, 'two');
  expect((await client.request('DELETE', 'manifests/one')).status).toBe(202);
  expect((await client.request('HEAD', 'manifests/one')).status).toBe(404);
  expect((await client.request('HEAD', 'manifests/two')).status).toBe(200);
  expect((await client.request('HEAD', `manifests/${digest}`)).status).toBe(200);
});

test('a deleted manifest is gone with the tags that name it, and can come back', async () => {
  const { manifest, digest } = await client.pushImage('manifest', 'three');
  const other = await client.pushImage('other', 'four');
  expect((await client.request('DELETE', `manifests/${digest}`)).status).toBe(202);
  for (const reference of ['three', digest]) {
    expect((await client.request('GET', `manifests/${reference}`)).status).toBe(404);
  }
  const { tags } = (await (await client.request('GET', 'tags/list')).json()) as { tags: string[] };
  expect(tags).not.toContain('three');
  expect((await client.request('HEAD', `manifests/${other.digest}`)).status).toBe(200);
  await client.pushManifest(manifest, 'three');
  expect((await client.request('HEAD', 'manifests/three')).status).toBe(200);
});

test('a deleted blob is gone here, stays elsewhere, and can come back', async () => {
  const bytes = Buffer.from('to be deleted');
  const digest = await client.pushBlob(bytes);
  const elsewhere = new OciClient(registry.url, 'management/elsewhere');
  await elsewhere.pushBlob(bytes);
  expect((await client.request('DELETE', `blobs/${digest}`)).status).toBe(202);
  expect((await client.request('HEAD', `blobs/${digest}`)).status).toBe(404);
  expect((await elsewhere.request('HEAD', `blobs/${digest}`)).status).toBe(200);
  await client.pushBlob(bytes);
  expect((await client.request('HEAD', `blobs/${digest}`)).status).toBe(200);
});

test.each([
  [`blobs/${digestOf('none')}`, 404, 'BLOB_UNKNOWN'],
  [`manifests/${digestOf('none')}`, 404, 'MANIFEST_UNKNOWN'],
  ['manifests/none', 404, 'MANIFEST_UNKNOWN'],
  ['blobs/none', 400, 'DIGEST_INVALID'],
])('deleting %s answers %d %s', async (path, status, code) => {
  const response = await client.request('DELETE', path);
  expect([response.status, await codeOf(response)]).toEqual([status, code]);
});
