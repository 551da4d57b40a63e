/** What a layer is made of, in the order of its bytes: what the hash threads are told. */
import { segments, tailBytes, type LayerFile } from '../../estargz/segments.ts';
import type { Oid } from '../../hub/source.ts';

export type FileHash = 'sha256' | 'sha1';

/** How a gzip member's content belongs to a file. */
export interface FilePart {
  /** The file's place in the layer. */
  index: number;
  /** Bytes of the whole file. */
  size: number;
  /** Whether the file begins and ends with this chunk. */
  first: boolean;
  last: boolean;
  /** Which hashes of the whole file are kept beside the chunk's digest. */
  hashes: readonly FileHash[];
}

/** A gzip member begins: so many bytes of a file, then so many literal ones. */
export interface MemberStep {
  type: 'member';
  content: number;
  tail: number;
  file?: FilePart;
}

/** A range of a file, in bytes, belongs to the member. */
export interface ContentStep {
  type: 'content';
  index: number;
  offset: number;
  length: number;
}

/** Bytes of the tar stream, or (raw) of the layer outside its members. */
export interface LiteralStep {
  type: 'literal' | 'raw';
  bytes: Uint8Array<ArrayBuffer>;
}

export type Step = MemberStep | ContentStep | LiteralStep;

export type HashedFile = LayerFile & { oid: Oid };

/** Literal bytes go to the threads in pieces of about this size. */
const LITERAL_SIZE = 32 * 2 ** 10;

/** The steps of a layer up to its TOC; `content` steps are whole chunks. */
export function* contentSteps(files: readonly HashedFile[]): Generator<Step> {
  for (const { chunk, tail } of segments(files)) {
    if (chunk === undefined) {
      yield { type: 'member', content: 0, tail: tail.size };
    } else {
      const { size, oid } = files[chunk.index] as HashedFile;
      const [first, last] = [chunk.offset === 0, chunk.offset + chunk.length === size];
      const file = { index: chunk.index, size, first, last, hashes: hashesOf(oid, first && last) };
      yield { type: 'member', content: chunk.length, tail: tail.size, file };
      yield { type: 'content', ...chunk };
    }
    yield* literals(tailBytes(files, tail));
  }
}

// Where a file is one chunk, the chunk's digest is the file's.
function hashesOf(oid: Oid, oneChunk: boolean): FileHash[] {
  return [
    ...(oneChunk ? [] : ['sha256' as const]),
    ...(oid.startsWith('git-sha1:') ? ['sha1' as const] : []),
  ];
}

/** Literal bytes in steps of a size that is worth a step. */
export function* literals(pieces: Iterable<Uint8Array<ArrayBuffer>>): Generator<LiteralStep> {
  let [held, size]: [Uint8Array<ArrayBuffer>[], number] = [[], 0];
  for (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < LITERAL_SIZE) continue;
    yield { type: 'literal', bytes: join(held, size) };
    [held, size] = [[], 0];
  }
  if (size > 0) yield { type: 'literal', bytes: join(held, size) };
}

function join(pieces: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
