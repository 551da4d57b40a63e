/** What a layer is made of, in the order of its bytes. */
import { segments, tailBytes, type LayerFile } from '../../estargz/segments.ts';
import type { Oid } from '../../hub/source.ts';

/** How a gzip member's content belongs to a file. */
export interface FilePart {
  /** The file's place in the layer. */
  index: number;
  /** Bytes of the whole file. */
  size: number;
  /** Whether the file begins and ends with this chunk. */
  first: boolean;
  last: boolean;
  /** Whether the file is known by git's blob id, and not by its SHA-256. */
  git: boolean;
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

/** Literal bytes of the tar stream belong to the member. */
export interface LiteralStep {
  type: 'literal';
  bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes of the layer that are outside its members and the last. */
export interface EndStep {
  type: 'end';
  bytes: Uint8Array<ArrayBuffer>;
}

export type Step = MemberStep | ContentStep | LiteralStep | EndStep;

export type HashedFile = LayerFile & { oid: Oid };

/** The steps of a layer up to its TOC; a `content` step is a whole chunk. */
export function* contentSteps(files: readonly HashedFile[]): Generator<Step> {
  for (const { chunk, tail } of segments(files)) {
    if (chunk === undefined) {
      yield { type: 'member', content: 0, tail: tail.size };
    } else {
      const { size, oid } = files[chunk.index] as HashedFile;
      const [first, last] = [chunk.offset === 0, chunk.offset + chunk.length === size];
      const file = { index: chunk.index, size, first, last, git: oid.startsWith('git-sha1:') };
      yield { type: 'member', content: chunk.length, tail: tail.size, file };
      yield { type: 'content', ...chunk };
    }
    for (const bytes of tailBytes(files, tail)) yield { type: 'literal', bytes };
  }
}
