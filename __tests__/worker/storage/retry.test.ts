/** An R2 that never answers, call by call. */
import { expect, test } from '@jest/globals';
import type { Bucket } from '../../../worker/src/storage/bucket.ts';
import { retryingBucket } from '../../../worker/src/storage/retry.ts';

const never = (): Promise<never> => new Promise(() => undefined);

/** @returns a bucket whose first `times` calls are never answered, and the names of all calls */
function silentBucket(times: number): { bucket: Bucket; calls: string[] } {
  const calls: string[] = [];
  const call = (name: string, answer: unknown) => () => (calls.push(name) > times ? answer : never());
  const upload = { uploadId: '1', uploadPart: call('uploadPart', 'a part'), abort: call('abort', undefined) };
  const BUCKET = {
    ...Object.fromEntries(['head', 'get', 'put', 'delete', 'list'].map((name) => [name, call(name, name)])),
    createMultipartUpload: call('createMultipartUpload', upload),
    resumeMultipartUpload: () => upload,
  } as unknown as Bucket;
  return { bucket: retryingBucket({ BUCKET, STORAGE_PATIENCE: '0.02' }), calls };
}

const CALLS: Record<string, (bucket: Bucket) => Promise<unknown>> = {
  head: (bucket) => bucket.head('a'),
  get: (bucket) => bucket.get('a'),
  put: (bucket) => bucket.put('a', 'text'),
  delete: (bucket) => bucket.delete('a'),
  list: (bucket) => bucket.list({ prefix: '' }),
  createMultipartUpload: (bucket) => bucket.createMultipartUpload('a'),
  uploadPart: (bucket) => bucket.resumeMultipartUpload('a', '1').uploadPart(1, new Uint8Array(1)),
  abort: (bucket) => bucket.resumeMultipartUpload('a', '1').abort(),
};

test.each(Object.entries(CALLS))('%s is asked again', async (name, call) => {
  const { bucket, calls } = silentBucket(1);
  await call(bucket);
  expect(calls).toEqual([name, name]);
});

test('who never answers is given up at last', async () => {
  const { bucket, calls } = silentBucket(Infinity);
  await expect(bucket.head('a')).rejects.toThrow('R2 did not answer within 0.02 s');
  expect(calls).toHaveLength(4);
});

test('a stream may take longer', async () => {
  const { bucket, calls } = silentBucket(Infinity);
  const put = bucket.put('a', new Blob(['text']).stream() as ReadableStream<Uint8Array<ArrayBuffer>>);
  const longer = new Promise((resolve) => setTimeout(resolve, 100, 'still under way'));
  expect(await Promise.race([put, longer])).toBe('still under way');
  expect(calls).toEqual(['put']);
});
