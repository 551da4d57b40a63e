/**
 * The table of contents that a layer carries (eStargz specification, "TOC"): one JSON document without white space.
 * Digests have a fixed length, so the document's length is known before any digest is.
 */
import type { Digest } from '../oci/digest.ts';
import { chunkSizeOf, entriesOf, segments, type Chunk, type LayerFile } from './segments.ts';

/** The TOC's name in the tar stream. */
export const TOC_NAME = 'stargz.index.json';
/** Layer annotation: the SHA-256 of the TOC's JSON. */
export const TOC_DIGEST_ANNOTATION = 'containerd.io/snapshot/stargz/toc.digest';
/** Layer annotation: bytes of the whole decompressed stream, in decimal. */
export const UNCOMPRESSED_SIZE_ANNOTATION = 'io.containers.estargz.uncompressed-size';

/** What the content's digests are. */
export interface ContentDigests {
  /** Of the whole file at this place in the layer's files; not asked for empty files. */
  file(index: number): Digest;
  /** Of the layer's n-th chunk. */
  chunk(n: number): Digest;
}

// Written even though it is the epoch: where it is absent, the zero time reaches the file system as year 1.
const MODTIME = '1970-01-01T00:00:00Z';
const EMPTY_DIGEST: Digest = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const NO_DIGESTS: ContentDigests = { file: () => EMPTY_DIGEST, chunk: () => EMPTY_DIGEST };

/** The TOC's JSON in pieces; without digests it has the same length. */
export function* tocText(files: readonly LayerFile[], digests = NO_DIGESTS): Generator<string> {
  let separator = '{"version":1,"entries":[';
  for (const entry of tocEntries(files, digests)) {
    yield separator + JSON.stringify(entry);
    separator = ',';
  }
  yield separator === ',' ? ']}' : `${separator}]}`;
}

// The order of the keys is part of the format.
function* tocEntries(files: readonly LayerFile[], digests: ContentDigests): Generator<object> {
  let n = 0;
  for (const { offset, chunk, tail } of segments(files)) {
    if (chunk !== undefined)
      yield chunkEntry(files[chunk.index] as LayerFile, { ...chunk, at: offset, n: n++ }, digests);
    for (let index = tail.from; index < tail.to; index++) {
      for (const { path, type, size } of entriesOf(files, index)) {
        if (type === 'directory') yield { name: path, type: 'dir', modtime: MODTIME, mode: 0o755 };
        else if (size === 0)
          yield { name: path, type: 'reg', modtime: MODTIME, mode: 0o644, digest: EMPTY_DIGEST };
      }
    }
  }
}

function chunkEntry(
  { path, size }: LayerFile,
  chunk: Chunk & { at: number; n: number },
  digests: ContentDigests,
) {
  // Left out of a file's last or only chunk.
  const chunkSize = chunk.offset + chunk.length < size ? { chunkSize: chunkSizeOf(size) } : {};
  const chunkDigest = digests.chunk(chunk.n);
  if (chunk.offset > 0) {
    return {
      name: path,
      type: 'chunk',
      offset: chunk.at,
      chunkOffset: chunk.offset,
      ...chunkSize,
      chunkDigest,
    };
  }
  const digest = digests.file(chunk.index);
  const meta = { size, modtime: MODTIME, mode: 0o644 };
  return { name: path, type: 'reg', ...meta, offset: chunk.at, ...chunkSize, digest, chunkDigest };
}
