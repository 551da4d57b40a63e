/** Bodies that come out of R2 piece by piece, with a length that is known before. */
import { multipartBody } from '../ranges/multipart.ts';
import type { ByteRange } from '../ranges/parse.ts';
import type { Pointer } from '../storage/blobs.ts';
import { GoneError, MAX_BREAKS, readBytes, type Bucket } from '../storage/bucket.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that one read takes from R2's stream. */
const PIECE = 1024 * 1024;
/** Bytes of a range that is answered in one. */
const SMALL = 256 * 1024;
/**
 * The whole of an object, handed on by the runtime itself: a sixth faster than in pieces, without memory or processor
 * time of ours however large it is. Where R2 breaks off, the connection does: containerd, BuildKit, Docker and
 * `ai-action pull` then ask for the rest, as of any registry.
 */
export async function wholeBody(
  bucket: Bucket,
  { data, size }: Pointer,
): Promise<Bytes | ReadableStream<Bytes>> {
  if (size <= SMALL) return rangeBody(bucket, data, { offset: 0, length: size });
  const object = await bucket.get(data);
  if (object === null) throw new GoneError(data);
  if (object.size !== size) throw new Error(`${data} has ${object.size} bytes, and its pointer says ${size}`);
  return object.body;
}

/** A range of an object: a small one as its bytes, which takes less than a stream of them. */
export async function rangeBody(
  bucket: Bucket,
  key: string,
  range: ByteRange,
): Promise<Bytes | ReadableStream<Bytes>> {
  if (range.length > SMALL) return streamOf(range.length, readRange(bucket, key, range));
  if (range.length === 0) return new Uint8Array();
  return readBytes(bucket, key, range);
}

/** Whether R2 is asked for all of it before the answer begins. */
export function isOneSmallRange(ranges: readonly ByteRange[] = []): boolean {
  const [only, ...more] = ranges;
  return only !== undefined && more.length === 0 && only.length <= SMALL;
}

/** Several ranges of a blob as `multipart/byteranges`. */
export function rangesBody(
  bucket: Bucket,
  blob: Pointer,
  ranges: ByteRange[],
  mediaType: string,
): { contentType: string; length: number; stream: ReadableStream<Bytes> } {
  const { contentType, length, heads, tail } = multipartBody(ranges, blob.size, mediaType);
  async function* body(): AsyncGenerator<Bytes> {
    for (const [index, range] of ranges.entries()) {
      yield heads[index] as Bytes;
      yield* readRange(bucket, blob.data, range);
    }
    yield tail;
  }
  return { contentType, length, stream: streamOf(length, body()) };
}

/**
 * Reads a range of an object. A stream that breaks off is taken up again where it stopped: the clients that read
 * ranges never ask a second time.
 * @returns pieces; the memory of one is used again for the next but one, since new memory for each would have to be
 * cleared first, which takes a tenth of the time
 */
export async function* readRange(bucket: Bucket, key: string, range: ByteRange): AsyncGenerator<Bytes> {
  let { offset, length } = range;
  let spare: ArrayBuffer | undefined;
  let last: ArrayBuffer | undefined;
  for (let breaks = 0; length > 0;) {
    const object = await bucket.get(key, { range: { offset, length } });
    if (object === null) throw new GoneError(key);
    const reader = object.body.getReader({ mode: 'byob' });
    try {
      while (length > 0) {
        const memory = spare ?? new ArrayBuffer(Math.min(PIECE, length));
        spare = undefined; // a read that fails keeps it
        const piece = await readPiece(reader, new Uint8Array(memory, 0, Math.min(memory.byteLength, length)));
        if (piece === undefined) throw new Error(`${key} ended ${length} bytes early`);
        [spare, last] = [last, piece.buffer];
        breaks = 0;
        offset += piece.length;
        length -= piece.length;
        yield piece;
      }
    } catch (error) {
      if (++breaks > MAX_BREAKS) throw error;
    } finally {
      // Where the client has gone away, R2 need not send the rest.
      await reader.cancel().catch(() => undefined);
    }
  }
}

/** workerd's reader can wait for enough: its `read` gives 4 KiB at a time, at a tenth of the speed. */
interface AtLeast {
  readAtLeast?: (bytes: number, view: Bytes) => Promise<{ value?: Bytes; done: boolean }>;
}

/** Fills the memory, or gives what is left; undefined at the end. */
export async function readPiece(reader: ReadableStreamBYOBReader, memory: Bytes): Promise<Bytes | undefined> {
  const { length } = memory;
  const { value, done } = await ((reader as AtLeast).readAtLeast?.(length, memory) ?? reader.read(memory));
  return done ? undefined : value;
}

/**
 * Pieces as a stream whose length the server announces: workerd sends a stream of JavaScript's own in chunks, and
 * leaves out `Content-Length`.
 * @param pieces each is asked for while the one before it is written, and none before that
 */
export function streamOf(length: number, pieces: AsyncGenerator<Bytes>): ReadableStream<Bytes> {
  const { readable, writable } = new LengthStream(length);
  const sink = writable.getWriter();
  void (async () => {
    try {
      // A piece is read while the one before it is written.
      let written: Promise<void> = Promise.resolve();
      for await (const piece of pieces) {
        await written;
        written = sink.write(piece);
        written.catch(() => undefined); // seen above, or below
      }
      await written;
      await sink.close();
    } catch (error) {
      // The client sees the connection break before the announced length. It may be what broke.
      await sink.abort(error).catch(() => undefined);
    }
  })();
  return readable;
}

interface StreamPair {
  readable: ReadableStream<Bytes>;
  writable: WritableStream<Bytes>;
}

/** workerd's `FixedLengthStream`, which copies what is written; the like of it where tests run outside of workerd. */
const LengthStream = ((globalThis as { FixedLengthStream?: unknown }).FixedLengthStream ??
  class extends TransformStream<Bytes, Bytes> {
    constructor(_length: number) {
      super({ transform: (piece, controller) => controller.enqueue(piece.slice()) });
    }
  }) as new (length: number) => StreamPair;
