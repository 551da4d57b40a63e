/**
 * The layer map: a layer's sizes and every offset in it, known from paths and sizes alone, before any content is
 * read. The layer is its segments, then the gzip member that holds the TOC, then the footer.
 *
 * The bytes are a format for ever: golden digests in the tests hold it.
 */
import { compareBytes } from '../oci/compare.ts';
import { FOOTER_SIZE } from './footer.ts';
import { memberSize } from './gzip.ts';
import { checkPaths, utf8Length } from './paths.ts';
import { segments, type LayerFile } from './segments.ts';
import { END_OF_ARCHIVE, encodeHeader, headerSize, paddingAfter, type TarEntry } from './tar.ts';
import { TOC_NAME, tocText } from './toc.ts';

export interface LayerMap<File extends LayerFile = LayerFile> {
  /** Sorted by the bytes of their paths; `segments(files)` walks the layer up to its TOC. */
  files: readonly File[];
  /** Chunks of all files. */
  chunkCount: number;
  /** Bytes of the layer, footer included. */
  size: number;
  /** Bytes of the decompressed tar stream, TOC included: `io.containers.estargz.uncompressed-size`. */
  uncompressedSize: number;
  /** Of the TOC's gzip member in the layer; bytes. */
  tocOffset: number;
  /** Bytes of the TOC's JSON. */
  tocSize: number;
}

/** @throws RangeError when a path or a size cannot be published; whoever lists files has checked them before. */
export function layerMap<File extends LayerFile>(files: readonly File[]): LayerMap<File> {
  const bad = checkPaths(files.map((file) => file.path));
  if (bad !== undefined) throw new RangeError(`"${bad.path}" ${bad.reason}`);
  for (const { path, size } of files) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`"${path}" has the size ${size}`);
  }
  const sorted = files.toSorted((a, b) => compareBytes(a.path, b.path));

  let [tocOffset, tarSize, chunkCount] = [0, 0, 0];
  for (const { size, chunk, tail } of segments(sorted)) {
    tocOffset += size;
    tarSize += (chunk?.length ?? 0) + tail.size;
    if (chunk !== undefined) chunkCount++;
  }
  let tocSize = 0;
  for (const text of tocText(sorted)) tocSize += utf8Length(text);
  const tocTarSize = headerSize(tocEntry(tocSize)) + tocSize + tocEnd(tocSize);
  return {
    files: sorted,
    chunkCount,
    size: tocOffset + memberSize(tocTarSize) + FOOTER_SIZE,
    uncompressedSize: tarSize + tocTarSize,
    tocOffset,
    tocSize,
  };
}

/** What lies around the TOC's JSON in its member: a tar header before it, padding and the archive's end after it. */
export function tocFrame(tocSize: number): {
  before: Uint8Array<ArrayBuffer>;
  after: Uint8Array<ArrayBuffer>;
} {
  return { before: encodeHeader(tocEntry(tocSize)), after: new Uint8Array(tocEnd(tocSize)) };
}

function tocEntry(size: number): TarEntry {
  return { path: TOC_NAME, type: 'file', size };
}

function tocEnd(tocSize: number): number {
  return paddingAfter(tocSize) + END_OF_ARCHIVE;
}
