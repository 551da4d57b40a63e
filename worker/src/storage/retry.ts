import { inTime } from '../in-time.ts';
import { aboveZero, type Settings } from '../settings.ts';
import type { Bucket, MultipartUpload } from './bucket.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 50;

/**
 * Runs what may be run again until it succeeds, at most four times with pauses of about a second in all. R2 answers an
 * internal error now and then, and the readers that matter most (lazy snapshotters) never ask twice.
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

/** Seconds that R2 may take to answer. */
const PATIENCE_S = 30;

/**
 * The same bucket, asked again when it fails or does not answer in time. Whatever waits behind the call would wait for
 * ever otherwise. What is written from a stream, and completing an upload, may take as long as they need.
 *
 * What was given up may be carried out all the same, and later than the second call:
 * - A conditional `put` whose first answer was lost gives null the second time: who sets a condition reads again then.
 *   One that comes late finds that its condition does not hold any more.
 * - Other `put`s write to keys of their own, what the key holds anyway, or what is soon written anew.
 * - A part that comes late has another etag where its memory was used again: completing the upload fails then.
 * - R2 deletes without conditions: a `delete` that comes late takes what was written anew since. R2 is not known to
 *   begin so late with anything.
 */
export function retryingBucket(env: Settings & { BUCKET: Bucket }): Bucket {
  const { BUCKET: bucket, STORAGE_PATIENCE } = env;
  const patience = aboveZero(STORAGE_PATIENCE) ?? PATIENCE_S;
  const late = (): Error => new Error(`R2 did not answer within ${patience} s`);
  const again: Again = (run) => retry(() => inTime(run(), patience, late), isPassing);
  return {
    head: (key) => again(() => bucket.head(key)),
    get: (key, options) => again(() => bucket.get(key, options)),
    put: (key, value, options) => {
      const put = (): ReturnType<Bucket['put']> => bucket.put(key, value, options);
      return value instanceof ReadableStream ? put() : again(put); // a stream flows once
    },
    delete: (keys) => again(() => bucket.delete(keys)),
    list: (options) => again(() => bucket.list(options)),
    createMultipartUpload: async (key) =>
      retryingUpload(await again(() => bucket.createMultipartUpload(key)), again),
    resumeMultipartUpload: (key, id) => retryingUpload(bucket.resumeMultipartUpload(key, id), again),
  };
}

type Again = <T>(run: () => Promise<T>) => Promise<T>;

function retryingUpload(upload: MultipartUpload, again: Again): MultipartUpload {
  return {
    uploadId: upload.uploadId,
    uploadPart: (number, value) => {
      const put = (): ReturnType<MultipartUpload['uploadPart']> => upload.uploadPart(number, value);
      return value instanceof ReadableStream ? put() : again(put);
    },
    complete: (parts) => retry(() => upload.complete(parts), isPassing),
    abort: () => again(() => upload.abort()),
  };
}
