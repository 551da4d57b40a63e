/** Reads bytes out of a file's chunks without reading whole chunks: for headers, which lie at a file's beginning. */
import { inflate, type ReadRange } from './inflate.ts';
import type { TocChunk } from './toc-parse.ts';

/**
 * The bytes `[offset, offset + length)` of a file. What lies before them in their chunk is read, too; what lies behind
 * is not, so that they are held to no digest: whoever acts on them reads whole chunks instead (`readChunk`).
 * @throws RangeError where the layer has others than its TOC says.
 */
export async function peek(
  read: ReadRange,
  chunks: readonly TocChunk[],
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const end = offset + length;
  const bytes = new Uint8Array(length);
  for (const chunk of chunks) {
    const { chunkOffset, chunkSize } = chunk;
    if (chunkOffset + chunkSize <= offset || chunkOffset >= end) continue;
    const content = await inflate(read, chunk, Math.min(chunkSize, end - chunkOffset));
    const skipped = Math.max(0, offset - chunkOffset);
    bytes.set(content.subarray(skipped), chunkOffset + skipped - offset);
  }
  return bytes;
}
