/** A limit on the bodies of requests that is announced, and what our own client makes of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Digest } from '../../src/oci/digest.ts';
import { SettingsError } from '../../worker/src/settings.ts';
import { bodyLimitHeader } from '../../worker/src/uploads/body-limit.ts';
import { digestOf, OciClient } from '../support/oci-client.ts';
import { impatient } from '../support/registry-client.ts';
import { startRegistryProxy } from '../support/registry-proxy.ts';
import { someBytes, startRegistry, type TestRegistry } from '../support/worker.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ variables: { MAX_REQUEST_BODY: '6000000' } });
});
afterAll(() => registry.stop());

test('the answer to the start of an upload, and to a question about it, says it', async () => {
  const client = new OciClient(registry.url, 'limited');
  const started = await client.request('POST', 'blobs/uploads/');
  expect(started.headers.get('oci-chunk-max-length')).toBe('6000000');
  const status = await client.request(
    'GET',
    new URL(started.headers.get('location') ?? '', client.url).pathname,
  );
  expect(status.headers.get('oci-chunk-max-length')).toBe('6000000');
});

test('our client pushes through it in chunks, and is never refused', async () => {
  const { host } = new URL(registry.url);
  await using proxy = await startRegistryProxy(host, {
    request(_passed, request, response) {
      if (Number(request.headers['content-length'] ?? 0) <= 6_000_000) return false;
      response.writeHead(413).end();
      return true;
    },
  });
  const bytes = someBytes(20_000_000);
  const repository = impatient(proxy.host).repository('limited');
  const upload = await repository.startUpload(bytes.length);
  for (let at = 0; at < bytes.length; at += 4_000_001)
    await upload.write([bytes.subarray(at, at + 4_000_001)]);
  const digest = digestOf(bytes) as Digest;
  await upload.commit(digest);
  expect(await repository.hasBlob(digest)).toBe(bytes.length);
  const tail = await repository.readBlobRange(digest, 17_999_990, 20);
  expect(Buffer.from(tail).equals(bytes.subarray(17_999_990, 18_000_010))).toBe(true);
  const patches = proxy.passed.filter(({ method }) => method === 'PATCH');
  expect(patches.map(({ sent, status }) => [sent, status])).toEqual([
    [6_000_000, 202],
    [6_000_000, 202],
    [6_000_000, 202],
    [2_000_000, 202],
  ]);
});

test.each([
  ['', {}],
  ['100000000', { 'OCI-Chunk-Max-Length': '100000000' }],
  [100_000_000, { 'OCI-Chunk-Max-Length': '100000000' }],
])('the setting %j', (setting, headers) => {
  expect(bodyLimitHeader({ MAX_REQUEST_BODY: setting })).toEqual(headers);
  expect(bodyLimitHeader({})).toEqual({});
});

test.each(['0', '-1', '100 MB', 1.5])('the setting %j is refused', (setting) => {
  expect(() => bodyLimitHeader({ MAX_REQUEST_BODY: setting })).toThrow(SettingsError);
});
