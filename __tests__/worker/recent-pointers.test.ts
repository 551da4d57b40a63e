/** Ranges that are read of one blob one after the other: where its bytes lie is asked once. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Digest } from '../../src/oci/digest.ts';
import { createApp } from '../../worker/src/app.ts';
import { linkBlob, publishBlob, unlinkBlob } from '../../worker/src/storage/blobs.ts';
import { blobKey, membershipKey } from '../../worker/src/storage/keys.ts';
import { RecentPointers } from '../../worker/src/storage/recent-pointers.ts';
import { fakeBucket, type FakeBucket } from '../support/fake-bucket.ts';
import { digestOf } from '../support/oci-client.ts';
import { someBytes } from '../support/worker.ts';

const BYTES = someBytes(600_000);
const DIGEST = digestOf(BYTES) as Digest;

let bucket: FakeBucket;
let app: ReturnType<typeof createApp>;
beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  bucket = fakeBucket();
  app = createApp();
  await place('data/1');
  await linkBlob(bucket, 'a', DIGEST, { data: 'data/1', size: BYTES.length });
});
afterEach(() => {
  jest.useRealTimers();
});

async function place(key: string): Promise<void> {
  await bucket.put(key, BYTES);
  await publishBlob(bucket, DIGEST, { data: key, size: BYTES.length });
}

async function ask(
  range: string | undefined,
  { name = 'a', method = 'GET' }: { name?: string; method?: string } = {},
): Promise<{ status: number; bytes: Buffer; heads: number }> {
  const before = bucket.calls['head'] ?? 0;
  const init = { method, headers: range === undefined ? {} : { Range: range } };
  const settings = { BUCKET: bucket, ALLOWED_HOSTS: '*', WRITE_ACCESS: 'open' };
  const response = await app.request(`/v2/${name}/blobs/${DIGEST}`, init, settings);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, heads: (bucket.calls['head'] ?? 0) - before };
}

function part(first: number, last: number): { status: number; bytes: Buffer } {
  return { status: 206, bytes: BYTES.subarray(first, last + 1) };
}

test('are found once for ten seconds', async () => {
  expect(await ask('bytes=0-99')).toEqual({ ...part(0, 99), heads: 1 });
  expect(await ask('bytes=5000-70535')).toEqual({ ...part(5000, 70_535), heads: 0 });
  jest.setSystemTime(Date.now() + 9999);
  expect(await ask('bytes=-1000')).toEqual({ ...part(599_000, 599_999), heads: 0 });
  jest.setSystemTime(Date.now() + 1);
  expect(await ask('bytes=0-99')).toEqual({ ...part(0, 99), heads: 1 });
});

test.each([
  ['the whole', undefined, 200],
  ['a range that comes as a stream', 'bytes=1-599998', 206],
  ['several ranges', 'bytes=0-9,20-29', 206],
])('%s is looked for each time', async (_what, range, status) => {
  await ask('bytes=0-99');
  expect(await ask(range)).toMatchObject({ status, heads: 1 });
});

test('a range outside of the blob is refused as ever', async () => {
  await ask('bytes=0-99');
  expect(await ask('bytes=600000-')).toMatchObject({ status: 416 });
});

test('another repository learns nothing of it', async () => {
  await ask('bytes=0-99');
  expect(await ask('bytes=0-99', { name: 'b' })).toMatchObject({ status: 404 });
});

describe('a blob that is deleted', () => {
  beforeEach(async () => {
    await ask('bytes=0-99');
  });

  test('here is gone at once', async () => {
    expect(await ask(undefined, { method: 'DELETE' })).toMatchObject({ status: 202 });
    expect(await ask('bytes=0-99')).toMatchObject({ status: 404 });
  });

  test('elsewhere is gone at once for who asks whether it is here, and in ten seconds for ranges', async () => {
    await unlinkBlob(bucket, 'a', DIGEST);
    expect(await ask(undefined, { method: 'HEAD' })).toMatchObject({ status: 404 });
    expect(await ask(undefined)).toMatchObject({ status: 404 });
    expect(await ask('bytes=0-99')).toMatchObject(part(0, 99));
    jest.setSystemTime(Date.now() + 10_000);
    expect(await ask('bytes=0-99')).toMatchObject({ status: 404 });
  });

  test('with its bytes is unknown, and not an error of the registry', async () => {
    await unlinkBlob(bucket, 'a', DIGEST);
    await bucket.delete('data/1');
    expect(await ask('bytes=0-99')).toMatchObject({ status: 404 });
  });

  test('and comes again is read from where it lies now', async () => {
    await bucket.delete([membershipKey('a', DIGEST), blobKey(DIGEST), 'data/1']);
    await place('data/2');
    await linkBlob(bucket, 'a', DIGEST, { data: 'data/2', size: BYTES.length });
    expect(await ask('bytes=0-99')).toMatchObject(part(0, 99));
    expect(await ask('bytes=100-199')).toEqual({ ...part(100, 199), heads: 0 });
  });
});

test('no more than 2,000 are kept, the newest', () => {
  const pointers = new RecentPointers();
  for (let n = 0; n <= 2000; n++) pointers.set(`r${n}`, DIGEST, { data: `data/${n}`, size: 1 });
  expect(pointers.get('r0', DIGEST)).toBeUndefined();
  expect(pointers.get('r1', DIGEST)?.data).toBe('data/1');
  expect(pointers.get('r2000', DIGEST)?.data).toBe('data/2000');
});
