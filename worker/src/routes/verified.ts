/**
 * A file's content out of its layer, verified chunk by chunk while it passes through: chunks have 32 MiB and more, and
 * the 128 MB of an isolate are everybody's. Of each chunk the last piece is held back until the digest of all of it was
 * right, so that nobody ever gets the whole of a file that is not what its table of contents says.
 */
import { parseDigest, toHex } from '../../../src/oci/digest.ts';
import type { TocChunk, TocFile } from '../../../src/estargz/toc-parse.ts';
import type { ByteRange } from '../ranges/parse.ts';
import { readPiece } from './bodies.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Gives the bytes of a layer from `offset` on. */
export type OpenRange = (range: ByteRange) => ReadableStream<Bytes>;

/** Bytes that are handed on at a time. */
const PIECE = 1024 * 1024;

/** What is used of workerd's own. */
interface DigestStream extends WritableStream<Bytes> {
  digest: Promise<ArrayBuffer>;
}
const { DigestStream } = crypto as unknown as { DigestStream: new (algorithm: string) => DigestStream };

/** @throws RangeError where a chunk is not what the table of contents says. */
export async function* verifiedRange(
  open: OpenRange,
  { chunks }: TocFile,
  { offset, length }: ByteRange,
): AsyncGenerator<Bytes, undefined> {
  const end = offset + length;
  for (const chunk of chunks) {
    const { chunkOffset, chunkSize } = chunk;
    if (chunkOffset + chunkSize <= offset || chunkOffset >= end) continue;
    let at = chunkOffset;
    let held: Bytes | undefined;
    for await (const piece of verifiedPieces(open, chunk)) {
      const wanted = piece.subarray(Math.max(0, offset - at), Math.max(0, end - at));
      at += piece.length;
      if (wanted.length === 0) continue;
      if (held !== undefined) yield held;
      held = wanted;
    }
    if (held !== undefined) yield held;
  }
  return undefined;
}

/** All of a chunk. @throws RangeError at its end, where it was another. */
async function* verifiedPieces(open: OpenRange, chunk: TocChunk): AsyncGenerator<Bytes> {
  const { algorithm, hex } = parseDigest(chunk.digest);
  const hash = new DigestStream(algorithm === 'sha256' ? 'SHA-256' : 'SHA-512');
  const hashing = hash.getWriter();
  const member = open({ offset: chunk.offset, length: chunk.end - chunk.offset });
  const reader = member.pipeThrough(new DecompressionStream('gzip')).getReader({ mode: 'byob' });
  try {
    let left = chunk.chunkSize;
    while (left > 0) {
      const piece = await readPiece(reader, new Uint8Array(Math.min(PIECE, left))).catch((cause: unknown) => {
        throw new RangeError(`the gzip member at ${chunk.offset} of the layer cannot be read`, { cause });
      });
      if (piece === undefined)
        throw new RangeError(`the gzip member at ${chunk.offset} of the layer ends early`);
      left -= piece.length;
      await hashing.write(piece);
      yield piece;
    }
    await hashing.close();
  } finally {
    // What follows in the member is none of the file, and where the client has gone away nothing is wanted any more.
    await reader.cancel().catch(() => undefined);
  }
  const got = toHex(new Uint8Array(await hash.digest));
  if (got !== hex) {
    throw new RangeError(
      `the chunk at ${chunk.offset} of the layer is ${algorithm}:${got}, its TOC says ${chunk.digest}`,
    );
  }
}
