/** Which bytes of layers are asked for: neighbouring chunks together, since each request costs a round trip. */
import type { TocChunk } from '../estargz/toc-parse.ts';
import type { ImageLayer } from '../reading/image.ts';

/** A chunk that somebody waits for. */
export interface Wanted<Owner> {
  layer: ImageLayer;
  chunk: TocChunk;
  owner: Owner;
}

export interface ChunkRequest<Owner> {
  layer: ImageLayer;
  /** In the layer; bytes. */
  offset: number;
  length: number;
  chunks: readonly Wanted<Owner>[];
}

/** Small chunks are asked for together up to so many bytes. */
const TOGETHER = 4 * 2 ** 20;
/** Bytes in between that cost less than another request. */
const GAP = 32 * 2 ** 10;

/** In the order of the layers and of the bytes in them. */
export function chunkRequests<Owner>(wanted: readonly Wanted<Owner>[]): ChunkRequest<Owner>[] {
  const sorted = wanted.toSorted((a, b) => a.layer.index - b.layer.index || a.chunk.offset - b.chunk.offset);
  const requests: { layer: ImageLayer; offset: number; length: number; chunks: Wanted<Owner>[] }[] = [];
  for (const one of sorted) {
    const last = requests.at(-1);
    const end = one.chunk.offset + memberLength(one.chunk);
    if (
      last?.layer === one.layer &&
      one.chunk.offset <= last.offset + last.length + GAP &&
      end - last.offset <= TOGETHER
    ) {
      last.length = Math.max(last.length, end - last.offset);
      last.chunks.push(one);
    } else {
      requests.push({
        layer: one.layer,
        offset: one.chunk.offset,
        length: end - one.chunk.offset,
        chunks: [one],
      });
    }
  }
  return requests;
}

/**
 * As much of the chunk's gzip member as can be needed for it, in bytes: deflate makes nothing larger by more than
 * its stored blocks' headers, and what a table of contents says beyond that is not believed.
 */
export function memberLength({ offset, end, chunkSize }: TocChunk): number {
  return Math.min(end - offset, chunkSize + Math.ceil(chunkSize / 512) + 64 * 2 ** 10);
}
