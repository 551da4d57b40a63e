import type { Bucket, MultipartUpload } from './bucket.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 50;

/**
 * Runs what may be run again until it succeeds, at most four times within about a second. R2 answers an internal
 * error now and then, and the readers that matter most (lazy snapshotters) never ask twice.
 */
export async function retry<T>(run: () => Promise<T>, isRetryable: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      const delay = FIRST_DELAY_MS * 3 ** (attempt - 1) * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** R2's errors end in their code, as in "put: We encountered an internal error. (10001)". */
const PERMANENT = new Set([
  10007, // no such key
  10011, // the part is too small
  10024, // no such upload
  10025, // a part is missing
  10031, // precondition failed
  10037, // the bytes do not match the checksum
  10048, // the parts are not all of one size
  100100, // too large
]);

function isPassing(error: unknown): boolean {
  const code = /\((\d{5,6})\)\s*$/.exec(String(error))?.[1];
  return code === undefined || !PERMANENT.has(Number(code));
}

/**
 * The same bucket, asked again when it fails. A conditional `put` whose first answer was lost gives null the second
 * time: who sets a condition reads again then.
 */
export function retryingBucket(bucket: Bucket): Bucket {
  return {
    head: (key) => again(() => bucket.head(key)),
    get: (key, options) => again(() => bucket.get(key, options)),
    put: (key, value, options) => {
      const put = (): ReturnType<Bucket['put']> => bucket.put(key, value, options);
      return value instanceof ReadableStream ? put() : again(put); // a stream flows once
    },
    delete: (keys) => again(() => bucket.delete(keys)),
    list: (options) => again(() => bucket.list(options)),
    createMultipartUpload: (key) =>
      again(async () => retryingUpload(await bucket.createMultipartUpload(key))),
    resumeMultipartUpload: (key, id) => retryingUpload(bucket.resumeMultipartUpload(key, id)),
  };
}

function again<T>(run: () => Promise<T>): Promise<T> {
  return retry(run, isPassing);
}

function retryingUpload(upload: MultipartUpload): MultipartUpload {
  return {
    uploadId: upload.uploadId,
    uploadPart: (number, value) => {
      const put = (): ReturnType<MultipartUpload['uploadPart']> => upload.uploadPart(number, value);
      return value instanceof ReadableStream ? put() : again(put);
    },
    complete: (parts) => again(() => upload.complete(parts)),
    abort: () => again(() => upload.abort()),
  };
}
