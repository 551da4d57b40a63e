/** The way of a blob's bytes from an upstream into R2: hashed in passing, and never held whole. In workerd only. */
import { BlobBody, PIECE, type BlobBodyOptions } from './blob-body.ts';

/** What takes the bytes in passing; it is done with a piece's memory when it says so. */
export interface Digesting {
  update(bytes: Uint8Array): void | Promise<void>;
}

export interface Transfer extends BlobBodyOptions {
  hash: Digesting;
  /** Told after each piece how many bytes have come; the next waits for it. */
  onProgress: (done: number) => Promise<void>;
}

/**
 * Fetches a blob, or a range of it, while it is stored.
 * @param store is given the bytes as a stream of known length, and may fail
 * @returns what `store` gives
 * @throws ImportFailure where the upstream's answer contradicts the image
 */
export async function transfer<T>(
  job: Transfer,
  store: (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<T>,
): Promise<T> {
  const body = await BlobBody.open(job);
  const { readable, writable } = new FixedLengthStream(body.length);
  const stored = store(readable as ReadableStream<Uint8Array<ArrayBuffer>>);
  const copied = copy(body, writable.getWriter(), { job, stored });
  try {
    const [result] = await Promise.all([stored, copied]);
    await body.checkEnd();
    return result;
  } finally {
    await body.close();
    // Where storing failed, nothing of the copy goes on beside the next attempt.
    await copied.catch(() => undefined);
  }
}

interface Copy {
  job: Transfer;
  /** Fails when who stores gives up, perhaps without reading on. */
  stored: Promise<unknown>;
}

async function copy(
  body: BlobBody,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { job, stored }: Copy,
): Promise<void> {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  refused.catch(() => undefined);
  stored.catch(reject);
  try {
    await pump(body, writer, { job, refused });
    await Promise.race([writer.close(), refused]);
  } catch (error) {
    await writer.abort(error).catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** A piece is read while the one before it is written. */
async function pump(
  body: BlobBody,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { job: { hash, onProgress }, refused }: { job: Transfer; refused: Promise<never> },
): Promise<void> {
  let written: Promise<void> = Promise.resolve();
  let [memory, next] = [new ArrayBuffer(PIECE), new ArrayBuffer(PIECE)];
  while (body.left > 0) {
    const bytes = await body.next(memory);
    await Promise.race([written, refused]);
    [memory, next] = [next, bytes.buffer];
    written = writer.write(bytes);
    written.catch(() => undefined); // seen above, or below
    await hash.update(bytes);
    await onProgress(body.length - body.left);
  }
  await Promise.race([written, refused]);
}
