/**
 * A layer's tar archive, unpacked as lazy readers do: anew at the offset of each chunk in its table of contents. What
 * a plain reader unpacks is the same only where the offsets are right.
 */
import { createHash, type Hash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync, type Gunzip } from 'node:zlib';

import { codeOf } from '../errors.ts';
import type { TocChunk } from '../estargz/toc-parse.ts';
import { parseDigest } from '../oci/digest.ts';

export interface Chunked {
  chunks: readonly TocChunk[];
  /** Bytes of the layer. */
  size: number;
  /** Told each chunk that is another than its digest says. */
  onWrong: (chunk: TocChunk, message: string) => void;
}

/** Gzip members between two offsets, as one that is of no chunk before the first and behind the last. */
interface Section {
  start: number;
  end: number;
  chunk?: TocChunk;
}

/** Sections of a few kilobytes are unpacked at once: many small files would otherwise cost a stream each. Bytes. */
const SMALL = 64 * 2 ** 10;
const MAX_SMALL_CONTENT = 4 * 2 ** 20;
const PIECE = 256 * 2 ** 10;

/** @throws RangeError where a section cannot be unpacked by itself; what `stream` throws */
export async function* unpackByChunks(
  stream: AsyncIterable<Uint8Array>,
  { chunks, size, onWrong }: Chunked,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = new Pieces(stream);
  for (const section of sectionsOf(chunks, size)) {
    const content = unpacked(pieces, section);
    yield* section.chunk === undefined ? content : checked(content, section.chunk, onWrong);
  }
  await pieces.end();
}

function* sectionsOf(chunks: readonly TocChunk[], size: number): Generator<Section> {
  let at = 0;
  for (const chunk of chunks.toSorted((a, b) => a.offset - b.offset)) {
    if (chunk.offset > at) yield { start: at, end: chunk.offset };
    yield { start: chunk.offset, end: chunk.end, chunk };
    at = chunk.end;
  }
  // The table of contents and the footer.
  if (at < size) yield { start: at, end: size };
}

/** The content is given on as it comes; whether it was right is told at the section's end. */
async function* checked(
  content: AsyncIterable<Uint8Array>,
  chunk: TocChunk,
  onWrong: Chunked['onWrong'],
): AsyncGenerator<Uint8Array, void, undefined> {
  const { algorithm, hex } = parseDigest(chunk.digest);
  const hash: Hash = createHash(algorithm);
  let left = chunk.chunkSize;
  for await (const piece of content) {
    if (left > 0) hash.update(piece.subarray(0, left));
    left -= Math.min(left, piece.length);
    yield piece;
  }
  const got = hash.digest('hex');
  if (left > 0) onWrong(chunk, `has ${chunk.chunkSize - left} bytes, its TOC says ${chunk.chunkSize}`);
  else if (got !== hex) onWrong(chunk, `is ${algorithm}:${got}, its TOC says ${chunk.digest}`);
}

async function* unpacked(pieces: Pieces, section: Section): AsyncGenerator<Uint8Array, void, undefined> {
  const length = section.end - section.start;
  try {
    const compressed = pieces.take(length);
    if (length > SMALL) yield* unpackStream(compressed, length);
    else yield* unpackSmall(await joined(compressed));
  } catch (cause) {
    if (!isCorrupt(cause)) throw cause;
    throw new RangeError(`what is at ${section.start} cannot be unpacked by itself: ${cause.message}`, {
      cause,
    });
  }
}

async function* unpackSmall(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const content = unpackAtOnce(bytes);
  if (content === undefined) yield* unpackStream([bytes], bytes.length);
  else yield content;
}

/** Undefined where the content is larger than what it takes would suggest. */
function unpackAtOnce(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const options = { info: true, maxOutputLength: MAX_SMALL_CONTENT } as const;
    // Its types do not know `info`.
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as { buffer: Buffer; engine: Gunzip };
    checkAll(engine, bytes.length);
    return buffer;
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw error;
  }
}

async function* unpackStream(
  compressed: AsyncIterable<Uint8Array> | Uint8Array[],
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const unpacker = createGunzip({ chunkSize: PIECE });
  // Its errors come out of the iteration.
  pipeline(Readable.from(compressed, { objectMode: false }), unpacker, () => undefined);
  for await (const piece of unpacker) yield piece as Uint8Array;
  checkAll(unpacker, length);
}

/** Zlib takes what follows a member and is none for the stream's end. */
function checkAll({ bytesWritten }: Gunzip, length: number): void {
  if (bytesWritten !== length)
    throw new RangeError(`${length - bytesWritten} bytes of it are no gzip member`);
}

function isCorrupt(error: unknown): error is Error {
  if (!Error.isError(error)) return false;
  return error instanceof RangeError || ('code' in error && String(error.code).startsWith('Z_'));
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all);
}

/** A stream, taken apart at places of one's own. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  /** The next `length` bytes. @throws RangeError where there are fewer */
  async *take(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0;) {
      if (this.#rest.length === 0 && !(await this.#more())) throw new RangeError('the layer is cut off');
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads what is left, so that whoever verifies the stream by its end does. */
  async end(): Promise<void> {
    while (await this.#more());
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    this.#rest = done === true ? new Uint8Array() : value;
    return done !== true;
  }
}
