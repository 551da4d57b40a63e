/** Ranges that are read of one blob one after the other: where its bytes lie is asked once. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Digest } from '../../src/oci/digest.ts';
import { createApp } from '../../worker/src/app.ts';
import type { Settings } from '../../worker/src/settings.ts';
import { linkBlob, publishBlob, unlinkBlob } from '../../worker/src/storage/blobs.ts';
import { blobKey, membershipKey } from '../../worker/src/storage/keys.ts';
import { RecentPointers } from '../../worker/src/storage/recent-pointers.ts';
import { fakeBucket, type FakeBucket } from '../support/fake-bucket.ts';
import { digestOf } from '../support/oci-client.ts';
import { someBytes } from '../support/worker.ts';

const BYTES = someBytes(600_000);
const DIGEST = digestOf(BYTES) as Digest;
const SMALL = 'bytes=0-99';
const OUTSIDE = 'bytes=600000-';
const TOO_MANY = `bytes=${Array.from({ length: 300 }, (_, n) => `${10 * n}-${10 * n + 1}`).join(',')}`;

let bucket: FakeBucket;
let app: ReturnType<typeof createApp>;
beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  bucket = fakeBucket();
  app = createApp();
  await place('data/1');
});
afterEach(() => {
  jest.useRealTimers();
});

/** Makes the blob one of the repository `a`, with its bytes at this key. */
async function place(key: string): Promise<void> {
  const pointer = { data: key, size: BYTES.length };
  await bucket.put(key, BYTES);
  await publishBlob(bucket, DIGEST, pointer);
  await linkBlob(bucket, 'a', DIGEST, pointer);
}

interface Asked {
  method?: string;
  name?: string;
  headers?: Record<string, string>;
  settings?: Settings;
}

/** What is answered, and how often it was looked for the blob. */
async function ask(
  range: string | undefined,
  { method = 'GET', name = 'a', headers = {}, settings = {} }: Asked = {},
): Promise<{ status: number; bytes: Buffer; looks: number }> {
  const before = bucket.calls['head'] ?? 0;
  const response = await app.request(
    `/v2/${name}/blobs/${DIGEST}`,
    { method, headers: range === undefined ? headers : { ...headers, Range: range } },
    { BUCKET: bucket, ALLOWED_HOSTS: '*', WRITE_ACCESS: 'open', ...settings },
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, looks: (bucket.calls['head'] ?? 0) - before };
}

function part(first: number, last: number): { status: number; bytes: Buffer } {
  return { status: 206, bytes: BYTES.subarray(first, last + 1) };
}

test('it is found once for ten seconds', async () => {
  expect(await ask(SMALL)).toEqual({ ...part(0, 99), looks: 1 });
  expect(await ask('bytes=5000-70535')).toEqual({ ...part(5000, 70_535), looks: 0 });
  jest.setSystemTime(Date.now() + 9999);
  expect(await ask('bytes=-1000')).toEqual({ ...part(599_000, 599_999), looks: 0 });
  jest.setSystemTime(Date.now() + 1);
  expect(await ask(SMALL)).toEqual({ ...part(0, 99), looks: 1 });
});

test.each([
  ['who asked whether it is here', 'HEAD', undefined],
  ['who read the whole', 'GET', undefined],
  ['who read a long range', 'GET', 'bytes=1-599998'],
])('%s has found it for the ranges that follow', async (_who, method, range) => {
  await ask(range, { method });
  expect(await ask(SMALL)).toEqual({ ...part(0, 99), looks: 0 });
});

test.each<[string, string | undefined, Asked, number]>([
  ['the whole', undefined, {}, 200],
  ['whether it is here', undefined, { method: 'HEAD' }, 200],
  ['a range that comes as a stream', 'bytes=1-599998', {}, 206],
  ['several ranges', 'bytes=0-9,20-29', {}, 206],
  ['a range outside of it', OUTSIDE, {}, 416],
  ['too many ranges', TOO_MANY, {}, 400],
  ['what the client has', SMALL, { headers: { 'If-None-Match': `"${DIGEST}"` } }, 304],
  ['what the client has, outside of it', OUTSIDE, { headers: { 'If-None-Match': `"${DIGEST}"` } }, 304],
  ['a range of other bytes', SMALL, { headers: { 'If-Match': '"other"' } }, 412],
  ['the whole of what is not the same', SMALL, { headers: { 'If-Range': '"other"' } }, 200],
])('%s is looked for each time', async (_what, range, asked, status) => {
  await ask(SMALL);
  expect(await ask(range, asked)).toMatchObject({ status, looks: 1 });
});

test('another repository learns nothing of it, nor does who may not pull', async () => {
  await ask(SMALL);
  expect(await ask(SMALL, { name: 'b' })).toMatchObject({ status: 404 });
  const settings = { READ_ACCESS: 'private', WRITE_ACCESS: 'token' };
  expect(await ask(SMALL, { settings })).toMatchObject({ status: 401 });
});

describe('a blob that is deleted', () => {
  beforeEach(async () => {
    await ask(SMALL);
  });

  test('here is gone at once', async () => {
    expect(await ask(undefined, { method: 'DELETE' })).toMatchObject({ status: 202 });
    expect(await ask(SMALL)).toMatchObject({ status: 404 });
  });

  test('elsewhere is gone for who looks, and in ten seconds for who reads a range', async () => {
    await unlinkBlob(bucket, 'a', DIGEST);
    expect(await ask(SMALL)).toMatchObject(part(0, 99));
    expect(await ask(OUTSIDE)).toMatchObject({ status: 404 });
    await place('data/1');
    await ask(SMALL);
    await unlinkBlob(bucket, 'a', DIGEST);
    jest.setSystemTime(Date.now() + 10_000);
    expect(await ask(SMALL)).toMatchObject({ status: 404 });
  });

  test.each(['HEAD', 'GET'])('elsewhere is gone for all once a %s has seen it', async (method) => {
    await unlinkBlob(bucket, 'a', DIGEST);
    expect(await ask(undefined, { method })).toMatchObject({ status: 404 });
    expect(await ask(SMALL)).toMatchObject({ status: 404 });
  });

  test('while it is looked for is gone ten seconds after the look began', async () => {
    jest.setSystemTime(Date.now() + 10_000);
    const head = bucket.head.bind(bucket);
    bucket.head = async (key) => {
      const found = await head(key);
      jest.setSystemTime(Date.now() + 5000); // R2 takes its time
      return found;
    };
    await ask(SMALL);
    bucket.head = head;
    await unlinkBlob(bucket, 'a', DIGEST);
    jest.setSystemTime(Date.now() + 4999);
    expect(await ask(SMALL)).toMatchObject(part(0, 99));
    jest.setSystemTime(Date.now() + 1);
    expect(await ask(SMALL)).toMatchObject({ status: 404 });
  });

  test('with its bytes is unknown, and not an error of the registry', async () => {
    await unlinkBlob(bucket, 'a', DIGEST);
    await bucket.delete('data/1');
    expect(await ask(SMALL)).toMatchObject({ status: 404 });
  });

  test('and comes again is read from where it lies now', async () => {
    await bucket.delete([membershipKey('a', DIGEST), blobKey(DIGEST), 'data/1']);
    await place('data/2');
    expect(await ask(SMALL)).toMatchObject(part(0, 99));
    expect(await ask('bytes=100-199')).toEqual({ ...part(100, 199), looks: 0 });
  });
});

describe('no more than 200 are remembered', () => {
  const pointers = new RecentPointers();
  const set = (n: number): void =>
    pointers.set(`r${n}`, DIGEST, { pointer: { data: `data/${n}`, size: 1 }, since: Date.now() });

  test('those that were found last', () => {
    for (let n = 0; n < 200; n++) set(n);
    set(0); // found again
    set(200);
    expect(pointers.get('r1', DIGEST)).toBeUndefined();
    for (const n of [0, 2, 200]) expect(pointers.get(`r${n}`, DIGEST)?.data).toBe(`data/${n}`);
  });
});
