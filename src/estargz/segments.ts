/**
 * The segments of a layer. One segment is one gzip member: a chunk of one file (none in the first) and then the
 * literal tar bytes up to the next file's content. Everything follows from sorted paths and sizes.
 */
import { memberSize } from './gzip.ts';
import { parents } from './paths.ts';
import { END_OF_ARCHIVE, encodeHeader, headerSize, paddingAfter, type TarEntry } from './tar.ts';

const MIB = 2 ** 20;

export interface LayerFile {
  /** As `checkPath` allows. */
  path: string;
  /** Bytes. */
  size: number;
}

/** A range of a file's content, in bytes; `index` is its place in the map's `files`. */
export interface Chunk {
  index: number;
  offset: number;
  length: number;
}

/** Literal tar bytes: padding, then the headers of files `from` to `to` (exclusive) and of the folders they open. */
export interface Tail {
  padding: number;
  from: number;
  to: number;
  /** Whether the end of the archive follows. */
  end: boolean;
  /** Bytes in all. */
  size: number;
}

export interface Segment {
  /** Of its gzip member in the layer, and the member's size; bytes. */
  offset: number;
  size: number;
  /** Absent in the first segment, which holds the headers before the first content. */
  chunk: Chunk | undefined;
  tail: Tail;
}

/**
 * 4 MiB; 16 MiB for files of 1 GiB and more and 32 MiB for those of 4 GiB and more, so that their TOCs stay small:
 * whoever copies one file of an image reads the TOCs of all its layers.
 */
export function chunkSizeOf(fileSize: number): number {
  if (fileSize >= 4096 * MIB) return 32 * MIB;
  return fileSize >= 1024 * MIB ? 16 * MIB : 4 * MIB;
}

/** The segments of sorted files, in the order of their bytes, made one at a time. */
export function* segments(files: readonly LayerFile[]): Generator<Segment> {
  let offset = 0;
  for (const { chunk, tail } of parts(files)) {
    const size = memberSize(chunk?.length ?? 0, tail.size);
    yield { offset, size, chunk, tail };
    offset += size;
  }
}

function* parts(files: readonly LayerFile[]): Generator<Pick<Segment, 'chunk' | 'tail'>> {
  let tail = tailAfter(files, -1);
  yield { chunk: undefined, tail };
  while (!tail.end) {
    const index = tail.to - 1;
    const { size } = files[index] as LayerFile;
    const step = chunkSizeOf(size);
    const next = tailAfter(files, index);
    for (let at = 0; at < size; at += step) {
      const chunk = { index, offset: at, length: Math.min(step, size - at) };
      yield {
        chunk,
        tail: at + step < size ? { ...next, padding: 0, to: next.from, end: false, size: 0 } : next,
      };
    }
    tail = next;
  }
}

/** What lies between the content of one file and of the next that is not empty. */
function tailAfter(files: readonly LayerFile[], index: number): Tail {
  const from = index + 1;
  const padding = index < 0 ? 0 : paddingAfter((files[index] as LayerFile).size);
  let [to, size, end] = [from, padding, true];
  while (end && to < files.length) {
    for (const entry of entriesOf(files, to)) size += headerSize(entry);
    end = (files[to] as LayerFile).size === 0;
    to++;
  }
  return { padding, from, to, end, size: size + (end ? END_OF_ARCHIVE : 0) };
}

/** A file's tar entry, after those of the folders that the file before it is not in. */
export function entriesOf(files: readonly LayerFile[], index: number): TarEntry[] {
  const { path, size } = files[index] as LayerFile;
  const before = files[index - 1]?.path ?? '';
  const folders = parents(path).filter((folder) => !before.startsWith(`${folder}/`));
  return [
    ...folders.map((folder): TarEntry => ({ path: `${folder}/`, type: 'directory', size: 0 })),
    { path, type: 'file', size },
  ];
}

/** The bytes of a segment's tail, in pieces, since there may be very many empty files. */
export function* tailBytes(files: readonly LayerFile[], tail: Tail): Generator<Uint8Array<ArrayBuffer>> {
  if (tail.padding > 0) yield new Uint8Array(tail.padding);
  for (let index = tail.from; index < tail.to; index++) {
    for (const entry of entriesOf(files, index)) yield encodeHeader(entry);
  }
  if (tail.end) yield new Uint8Array(END_OF_ARCHIVE);
}
