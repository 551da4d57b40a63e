/** How many bytes an upload has room for: R2 takes 10,000 parts of one size, and the first request says of which. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MAX_UPLOAD, partSizeFor, roomFor } from '../../worker/src/uploads/parts.ts';
import { codeOf, digestOf, locationOf, OciClient, streamed, withDigest } from '../support/oci-client.ts';
import { errorOf, impatient } from '../support/registry-client.ts';
import { someBytes, startRegistry, type TestRegistry } from '../support/worker.ts';

const MiB = 1024 * 1024;

let registry: TestRegistry;
let client: OciClient;
beforeAll(async () => {
  registry = await startRegistry({ worker: 'nearly-full-worker.js' });
  client = new OciClient(registry.url, 'push/room');
});
afterAll(() => registry.stop());

test.each([
  [0, 5],
  [roomFor(5 * MiB), 5],
  [roomFor(5 * MiB) + 1, 6],
  [MAX_UPLOAD, 40],
  [Number.MAX_SAFE_INTEGER, 40],
])('of %d bytes a part has %d MiB', (length, size) => {
  expect(partSizeFor(length)).toBe(size * MiB);
});

async function begin(length: number | string): Promise<Response> {
  return client.request('POST', 'blobs/uploads/', { headers: { 'Upload-Length': `${length}` } });
}

function chunk(location: string, range: string, body: Uint8Array): Promise<Response> {
  const headers = { 'Content-Range': range };
  return client.request('PATCH', location, { headers, body: streamed(body) });
}

test.each(['0-999999999999999', '0-99999999999999', `0-${MAX_UPLOAD}`])(
  'the chunk %s is refused, and other uploads go on',
  async (range) => {
    const refused = await chunk(await client.startUpload(), range, someBytes(100_000));
    expect([refused.status, await codeOf(refused)]).toEqual([413, 'SIZE_INVALID']);
    const location = await client.startUpload();
    expect((await client.request('PATCH', location, { body: streamed(someBytes(100)) })).status).toBe(202);
  },
);

test('without a length there is as much room as the first chunk needs, with one as much as was said', async () => {
  const bytes = someBytes(14 * MiB);
  const range = `10-${roomFor(5 * MiB)}`;
  const small = await client.startUpload();
  expect((await chunk(small, '0-9', bytes.subarray(0, 10))).status).toBe(202);
  const refused = await chunk(small, range, bytes.subarray(10, 20));
  expect([refused.status, await refused.text()]).toEqual([413, expect.stringContaining('Upload-Length')]);

  const large = locationOf(await begin(roomFor(5 * MiB) + 1));
  expect((await chunk(large, '0-9', bytes.subarray(0, 10))).status).toBe(202);
  // It takes what comes, and misses the rest.
  expect((await chunk(large, range, bytes.subarray(10, 7 * MiB))).status).toBe(400);
  const rest = `${7 * MiB}-${bytes.length - 1}`;
  expect((await chunk(large, rest, bytes.subarray(7 * MiB))).status).toBe(202);
  const digest = digestOf(bytes);
  expect((await client.request('PUT', withDigest(large, digest))).status).toBe(201);
  const read = await client.request('GET', `blobs/${digest}`);
  expect(digestOf(await read.bytes())).toBe(digest);
});

test('what no upload has room for is refused at its start', async () => {
  expect((await begin(MAX_UPLOAD)).status).toBe(202);
  expect((await begin(MAX_UPLOAD + 1)).status).toBe(413);
  for (const length of ['', '-1', 'x', '1.5']) expect((await begin(length)).status).toBe(400);
  const ours = impatient(new URL(registry.url).host).repository('push/room');
  const error = await errorOf(ours.startUpload(MAX_UPLOAD + 1));
  expect(error).toMatchObject({ status: 413, retryable: false });
  expect(error.message).toContain(`an upload has room for ${MAX_UPLOAD} bytes at most`);
});

test('a body of unknown length is taken until the last part is full', async () => {
  const nearlyFull = new OciClient(registry.url, 'push/nearly-full');
  const patch = (location: string, size: number) =>
    nearlyFull.request('PATCH', location, { body: streamed(someBytes(size)) });
  const full = `0-${roomFor(5 * MiB) - 1}`;

  const fitting = await patch(await nearlyFull.startUpload(), 10);
  expect([fitting.status, fitting.headers.get('range')]).toEqual([202, full]);
  expect((await patch(locationOf(fitting), 1)).status).toBe(413);

  const location = await nearlyFull.startUpload();
  expect((await patch(location, 11)).status).toBe(413);
  expect((await nearlyFull.request('GET', location)).headers.get('range')).toBe(full);
});
