/** The way of a blob's bytes from an upstream into R2: hashed in passing, and never held whole. In workerd only. */
import type { Digest } from '../../../src/oci/digest.ts';
import { readPiece } from '../uploads/read.ts';
import { ImportFailure } from './failure.ts';
import type { Range, UpstreamClient } from './upstream/client.ts';

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;
type Reader = ReadableStreamBYOBReader;

/** Bytes that are hashed and written at once: in pieces of 256 KiB an import took 6 % more of the processor. */
const PIECE = 1024 * 1024;

/** What takes the bytes in passing; it is done with a piece's memory when it says so. */
export interface Digesting {
  update(bytes: Uint8Array): void | Promise<void>;
}

export interface Transfer {
  upstream: UpstreamClient;
  digest: Digest;
  /** Bytes of the whole blob. */
  size: number;
  /** What of it is wanted; all of it where it is left out. */
  range?: Range;
  hash: Digesting;
  /** Seconds that the upstream may send nothing. */
  patience: number;
}

/**
 * Fetches a blob, or a range of it, while it is stored.
 * @param store is given the bytes as a stream of known length, and may fail
 * @returns what `store` gives
 * @throws ImportFailure where the upstream's answer contradicts the image
 */
export async function transfer<T>(job: Transfer, store: (stream: Body) => Promise<T>): Promise<T> {
  const response = await job.upstream.blob(job.digest, job.range);
  const reader = (response.body as Body | null)?.getReader({ mode: 'byob' });
  try {
    const { skip, length } = layOut(job, response);
    if (reader === undefined && length > 0) throw new Error('the upstream sent no body');
    if (reader !== undefined) await discard(reader, skip, job.patience);
    const { readable, writable } = new FixedLengthStream(length);
    const stored = store(readable as Body);
    const copied = copy(reader, writable.getWriter(), { ...job, length, stored });
    const [result] = await Promise.all([stored, copied]);
    // An upstream that ignores ranges sends what comes after, too.
    if (response.status === 206 || job.range === undefined) await checkEnd(reader, job);
    return result;
  } finally {
    await reader?.cancel().catch(() => undefined); // it may be what broke
  }
}

/** @returns how many bytes of the body to leave out first, and how many to take */
function layOut(
  { size, range, digest }: Transfer,
  { status, headers }: Response,
): { skip: number; length: number } {
  const { offset, length } = range ?? { offset: 0, length: size };
  const said = headers.get('Content-Length');
  if (status === 200) {
    if (said !== null && Number(said) !== size) throw wrongSize(digest, `${size}`, said);
    return { skip: offset, length };
  }
  const expected = `bytes ${offset}-${offset + length - 1}/${size}`;
  const actual = headers.get('Content-Range') ?? 'nothing';
  if (actual !== expected) throw wrongSize(digest, expected, actual);
  if (said !== null && Number(said) !== length) throw wrongSize(digest, `${length}`, said);
  return { skip: 0, length };
}

async function discard(reader: Reader, bytes: number, patience: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const { value, done } = await readPiece(reader, new Uint8Array(Math.min(PIECE, left)), patience * 1000);
    left -= value?.length ?? 0;
    if (done && left > 0) throw new Error(`the upstream broke off ${left} bytes before the range`);
  }
}

interface Copy {
  /** Bytes. */
  length: number;
  patience: number;
  hash: Digesting;
  /** Fails when who stores gives up, perhaps without reading on. */
  stored: Promise<unknown>;
}

async function copy(
  reader: Reader | undefined,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  job: Copy,
): Promise<void> {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  refused.catch(() => undefined);
  job.stored.catch(reject);
  try {
    if (reader !== undefined) await pump(reader, writer, { ...job, refused });
    await Promise.race([writer.close(), refused]);
  } catch (error) {
    await writer.abort(error).catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** A piece is read while the one before it is written. */
async function pump(
  reader: Reader,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { length, patience, hash, refused }: Copy & { refused: Promise<never> },
): Promise<void> {
  let written: Promise<void> = Promise.resolve();
  let [memory, next] = [new ArrayBuffer(PIECE), new ArrayBuffer(PIECE)];
  for (let left = length; left > 0;) {
    const room = new Uint8Array(memory, 0, Math.min(PIECE, left));
    const { value, done } = await fill(reader, room, patience);
    await Promise.race([written, refused]);
    [memory, next] = [next, value.buffer];
    left -= value.length;
    if (value.length > 0) written = writer.write(value);
    written.catch(() => undefined); // seen above, or below
    await hash.update(value);
    if (done && left > 0) throw new Error(`the upstream broke off ${left} bytes early`);
  }
  await Promise.race([written, refused]);
}

/** Reads until the memory is full or the body ends; whoever sends slowly, but sends, has the patience anew each time. */
async function fill(
  reader: Reader,
  room: Uint8Array<ArrayBuffer>,
  patience: number,
): Promise<{ value: Uint8Array<ArrayBuffer>; done: boolean }> {
  const { length } = room;
  let memory = room.buffer;
  let filled = 0;
  let isOver = false;
  while (filled < length && !isOver) {
    const piece = await readPiece(reader, new Uint8Array(memory, filled, length - filled), patience * 1000);
    if (piece.value !== undefined) {
      memory = piece.value.buffer;
      filled += piece.value.length;
    }
    isOver = piece.done;
  }
  return { value: new Uint8Array(memory, 0, filled), done: isOver };
}

async function checkEnd(reader: Reader | undefined, { digest, size, patience }: Transfer): Promise<void> {
  if (reader === undefined) return;
  const { value } = await readPiece(reader, new Uint8Array(1), patience * 1000);
  if (value !== undefined && value.length > 0) throw wrongSize(digest, `${size}`, 'more');
}

function wrongSize(digest: Digest, expected: string, actual: string): ImportFailure {
  return new ImportFailure(
    `The upstream sends another size of the blob ${digest} than the image says: ${actual} instead of ${expected}.`,
    'What the upstream holds is damaged: push the image to it again.',
  );
}
