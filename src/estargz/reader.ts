/** Reads files out of a layer by ranges: the footer, the TOC, then only the chunks that are wanted. */
import { digestOf, type Digest } from '../oci/digest.ts';
import { FOOTER_SIZE, parseFooter } from './footer.ts';
import { inflate, inflateAll, type ReadRange } from './inflate.ts';
import { decodeHeader, TAR_BLOCK } from './tar.ts';
import { TOC_NAME } from './toc.ts';
import { parseToc, type TocChunk, type TocEntry, type TocFile } from './toc-parse.ts';

export type { ReadRange } from './inflate.ts';

export interface LayerSource {
  read: ReadRange;
  /** Bytes of the layer. */
  size: number;
  /** What the manifest says of the TOC; without it the TOC is taken as it is. */
  tocDigest?: Digest;
  /** The most that the TOC may take, in bytes; 128 MiB where it is left out. */
  maxTocSize?: number;
}

export interface OpenLayer {
  read: ReadRange;
  /** By path, in the layer's order. */
  entries: ReadonlyMap<string, TocEntry>;
  /** SHA-256 of the TOC's JSON. */
  tocDigest: Digest;
}

/** The most that a TOC may take, in bytes; that of 400,000 files stays below. */
const MAX_TOC_SIZE = 128 * 2 ** 20;
/** What is read at the layer's end in one go, in bytes: the footer, and with it most TOCs. */
const END_SIZE = 64 * 2 ** 10;

/**
 * Opens a layer.
 * @throws RangeError when it is no eStargz layer, its TOC is not the expected one, or makes no sense.
 */
export async function openLayer(source: LayerSource): Promise<OpenLayer> {
  const { read, size, tocDigest: expected, maxTocSize = MAX_TOC_SIZE } = source;
  if (size < FOOTER_SIZE) throw new RangeError(`a layer of ${size} bytes has no eStargz footer`);
  const endAt = Math.max(0, size - END_SIZE);
  const end = await read(endAt, size - endAt);
  const tocOffset = parseFooter(end.subarray(-FOOTER_SIZE));
  const member = { offset: tocOffset, end: size - FOOTER_SIZE };
  if (member.end <= tocOffset)
    throw new RangeError(`the footer says that the TOC is at ${tocOffset} of ${size}`);
  if (member.end - tocOffset > maxTocSize) {
    throw new RangeError(`a TOC of ${member.end - tocOffset} bytes is over the limit of ${maxTocSize}`);
  }
  const readOnce: ReadRange = (offset, length) =>
    offset < endAt
      ? read(offset, length)
      : Promise.resolve(end.slice(offset - endAt, offset - endAt + length));
  const json = tocJson(await inflateAll(readOnce, member, maxTocSize));
  const tocDigest = await digestOf(json);
  if (expected !== undefined && tocDigest !== expected) {
    throw new RangeError(`the layer's TOC is ${tocDigest}, its manifest says ${expected}`);
  }
  return { read, entries: parseToc(new TextDecoder().decode(json), tocOffset), tocDigest };
}

function tocJson(content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { name, size } = decodeHeader(content.subarray(0, TAR_BLOCK));
  if (name !== TOC_NAME) throw new RangeError(`the layer has "${name}" where its TOC should be`);
  if (TAR_BLOCK + size > content.length) throw new RangeError("the layer's TOC is cut off");
  return content.slice(TAR_BLOCK, TAR_BLOCK + size);
}

/** One chunk's content. @throws RangeError when it is not what its digest says. */
export async function readChunk({ read }: OpenLayer, chunk: TocChunk): Promise<Uint8Array<ArrayBuffer>> {
  const content = await inflate(read, chunk, chunk.chunkSize);
  const got = await digestOf(content, chunk.digest.startsWith('sha512:') ? 'sha512' : 'sha256');
  if (got !== chunk.digest) {
    throw new RangeError(`the chunk at ${chunk.offset} of the layer is ${got}, its TOC says ${chunk.digest}`);
  }
  return content;
}

/** A file's content, chunk by chunk, each verified. `start` and `end` (exclusive) in bytes. */
export async function* readFile(
  layer: OpenLayer,
  { chunks, size }: TocFile,
  { start = 0, end = size }: { start?: number; end?: number } = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const chunk of chunks) {
    const { chunkOffset, chunkSize } = chunk;
    if (chunkOffset + chunkSize <= start || chunkOffset >= end) continue;
    const content = await readChunk(layer, chunk);
    yield content.subarray(Math.max(0, start - chunkOffset), Math.min(chunkSize, end - chunkOffset));
  }
}

/** The file at a path. @throws RangeError when there is none, or it is no regular file; a hard link is followed. */
export function fileAt({ entries }: OpenLayer, path: string): TocFile {
  let entry = entries.get(path);
  // A hard link names an entry before it, so a chain of them is no longer than the list; one that isn't is a circle.
  for (let hops = 0; entry?.type === 'hardlink' && hops < entries.size; hops++) {
    entry = entries.get((entry.linkName ?? '').replace(/^(?:\.?\/)+/, ''));
  }
  if (entry === undefined) throw new RangeError(`the layer has no "${path}"`);
  if (entry.type !== 'reg')
    throw new RangeError(`"${path}" is no regular file, but of the type "${entry.type}"`);
  return entry;
}
