/** Where a file of an image is read: in the chunks of a layer, or as a blob of its own. */
import { peek } from '../../../src/estargz/peek.ts';
import { readFile, type OpenLayer } from '../../../src/estargz/reader.ts';
import type { TocFile } from '../../../src/estargz/toc-parse.ts';
import type { FileRanges } from '../../../src/formats/file-ranges.ts';
import type { Pointer } from '../storage/blobs.ts';
import { readBytes, type Bucket } from '../storage/bucket.ts';

export interface FilePlace {
  /** Bytes. */
  size: number;
  /**
   * For headers: the layer was verified as a whole when it came here, and its chunks are not verified once more.
   * @param limit the most bytes of the file that may be reached into
   */
  ranges(limit: number): FileRanges;
  /** Its first bytes, verified. @throws RangeError where they are not what the layer says itself */
  content(end: number): AsyncIterable<Uint8Array>;
}

/** A file of a layer with a table of contents, read as cheap as `peek` has it. */
export function placeInLayer(layer: OpenLayer, file: TocFile): FilePlace {
  const { size, chunks } = file;
  return {
    size,
    ranges: (limit) => limited(size, limit, (offset, length) => peek(layer.read, chunks, { offset, length })),
    content: (end) => readFile(layer, file, { end }),
  };
}

/** A blob that is a file: it was verified when it came here. */
export function placeOfBlob(bucket: Bucket, { data, size }: Pointer): FilePlace {
  return {
    size,
    ranges: (limit) => limited(size, limit, (offset, length) => readBytes(bucket, data, { offset, length })),
    async *content(end) {
      if (end > 0) yield await readBytes(bucket, data, { offset: 0, length: end });
    },
  };
}

function limited(size: number, limit: number, read: FileRanges['read']): FileRanges {
  return {
    size,
    async read(offset, length) {
      if (offset + length > limit)
        throw new RangeError(`it takes more than the ${limit} bytes that are read of a file`);
      return read(offset, length);
    },
  };
}
