/** Reads a TOC's JSON, which anybody may have written: nothing in it is believed that has not been checked. */
import { isDigest, type Digest } from '../oci/digest.ts';

/** A range of a file and the gzip member that holds it; bytes. */
export interface TocChunk {
  /** Of its member in the layer, and of what comes after that member. */
  offset: number;
  end: number;
  /** Of its content in the file, and how much that is. */
  chunkOffset: number;
  chunkSize: number;
  /** Of its content. */
  digest: Digest;
}

export interface TocFile {
  type: 'reg';
  path: string;
  /** Bytes. */
  size: number;
  mode: number;
  /** Of its whole content, where the TOC says it. */
  digest?: Digest;
  /** In order, without gaps; none for an empty file. */
  chunks: readonly TocChunk[];
}

export interface TocNode {
  type: 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo';
  /** Without a slash at its end. */
  path: string;
  mode: number;
  linkName?: string;
}

export type TocEntry = TocFile | TocNode;

/** A reader verifies whole chunks in memory: larger ones are refused. Bytes. */
export const MAX_CHUNK_SIZE = 64 * 2 ** 20;

const NODE_TYPES: ReadonlySet<unknown> = new Set(['dir', 'symlink', 'hardlink', 'char', 'block', 'fifo']);

type Fields = Record<string, unknown>;

/**
 * The entries of a TOC by their paths. `tocOffset`: where the TOC's own member begins in the layer, which no content
 * reaches beyond; bytes.
 * @throws RangeError saying which entry is wrong.
 */
export function parseToc(json: string, tocOffset: number): Map<string, TocEntry> {
  const entries = new Map<string, TocEntry>();
  const chunks: TocChunk[] = [];
  let file: { entry: TocFile; chunks: TocChunk[] } | undefined;
  for (const [n, fields] of tocEntries(json).entries()) {
    const where = `entry ${n} of the layer's TOC`;
    if (fields['type'] === 'chunk') {
      if (file === undefined || pathOf(fields, where) !== file.entry.path) {
        throw new RangeError(`${where} is a chunk of a file that it does not follow`);
      }
      if (file.entry.size === 0) throw new RangeError(`${where} is a chunk of an empty file`);
    } else {
      checkComplete(file?.entry);
      const entry = fields['type'] === 'reg' ? fileOf(fields, where) : nodeOf(fields, where);
      if (entries.has(entry.path)) throw new RangeError(`${where}: "${entry.path}" is there twice`);
      entries.set(entry.path, entry);
      file = entry.type === 'reg' ? { entry, chunks: entry.chunks as TocChunk[] } : undefined;
    }
    if (file === undefined || file.entry.size === 0) continue;
    const chunk = chunkOf(fields, file.entry, where);
    file.chunks.push(chunk);
    chunks.push(chunk);
  }
  checkComplete(file?.entry);
  setEnds(chunks, tocOffset);
  return entries;
}

function tocEntries(json: string): Fields[] {
  let toc: unknown;
  try {
    toc = JSON.parse(json);
  } catch (cause) {
    throw new RangeError("the layer's TOC is not JSON", { cause });
  }
  if (!isFields(toc) || toc['version'] !== 1) throw new RangeError("the layer's TOC is not of version 1");
  const entries = toc['entries'];
  if (!Array.isArray(entries) || !entries.every(isFields)) {
    throw new RangeError("the layer's TOC has no list of entries");
  }
  return entries;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fileOf(fields: Fields, where: string): TocFile {
  const { digest } = fields;
  return {
    type: 'reg',
    path: pathOf(fields, where),
    size: naturalOf(fields, 'size', where),
    mode: naturalOf(fields, 'mode', where),
    ...(typeof digest === 'string' && isDigest(digest) ? { digest } : {}),
    chunks: [],
  };
}

function nodeOf(fields: Fields, where: string): TocNode {
  const { type, linkName } = fields;
  if (!NODE_TYPES.has(type)) throw new RangeError(`${where} has the unknown type ${JSON.stringify(type)}`);
  if (linkName !== undefined && typeof linkName !== 'string') {
    throw new RangeError(`${where} has a linkName that is not text`);
  }
  const link = linkName === undefined ? {} : { linkName };
  const path = pathOf(fields, where);
  return { type: type as TocNode['type'], path, mode: naturalOf(fields, 'mode', where), ...link };
}

/** Tools write `./a`, `/a` and `a/` for `a`; the root itself becomes the empty path. */
function pathOf({ name }: Fields, where: string): string {
  if (typeof name !== 'string') throw new RangeError(`${where} has no name`);
  const path = name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return '';
  if (path.includes('\0') || path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new RangeError(`${where} has the name ${JSON.stringify(name)}, which leads elsewhere`);
  }
  return path;
}

function chunkOf(fields: Fields, { path, size, chunks }: TocFile, where: string): TocChunk {
  if (fields['innerOffset'] !== undefined && fields['innerOffset'] !== 0) {
    throw new RangeError(`${where} shares its gzip member with others (innerOffset), which is not supported`);
  }
  const before = chunks.at(-1);
  const chunkOffset = naturalOf(fields, 'chunkOffset', where);
  if (chunkOffset !== (before === undefined ? 0 : before.chunkOffset + before.chunkSize)) {
    throw new RangeError(`${where}: the chunks of "${path}" leave a gap or overlap at ${chunkOffset}`);
  }
  // Left out, or zero: all that is left.
  const chunkSize = naturalOf(fields, 'chunkSize', where) || size - chunkOffset;
  if (chunkSize <= 0 || chunkOffset + chunkSize > size) {
    throw new RangeError(
      `${where}: the chunk at ${chunkOffset} of "${path}" is not within its ${size} bytes`,
    );
  }
  if (chunkSize > MAX_CHUNK_SIZE) {
    throw new RangeError(`${where}: a chunk of ${chunkSize} bytes is over the limit of ${MAX_CHUNK_SIZE}`);
  }
  const digest = fields['chunkDigest'] ?? (chunkSize === size ? fields['digest'] : undefined);
  if (typeof digest !== 'string' || !isDigest(digest)) {
    throw new RangeError(`${where}: the chunk at ${chunkOffset} of "${path}" has no digest`);
  }
  const offset = naturalOf(fields, 'offset', where);
  return { offset, end: offset, chunkOffset, chunkSize, digest };
}

/** A whole number from 0 on; where it is left out, 0. */
function naturalOf(fields: Fields, key: string, where: string): number {
  const value = fields[key] ?? 0;
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new RangeError(`${where} has the ${key} ${JSON.stringify(value)}`);
  }
  return value as number;
}

function checkComplete(file: TocFile | undefined): void {
  const last = file?.chunks.at(-1);
  if (file === undefined || last === undefined) return;
  const end = last.chunkOffset + last.chunkSize;
  if (end !== file.size) {
    throw new RangeError(`the layer's TOC lists ${end} of the ${file.size} bytes of "${file.path}"`);
  }
}

/** A member ends where the next begins, whichever file that belongs to. */
function setEnds(chunks: readonly TocChunk[], tocOffset: number): void {
  const sorted = chunks.toSorted((a, b) => a.offset - b.offset);
  for (const [n, chunk] of sorted.entries()) {
    chunk.end = sorted[n + 1]?.offset ?? tocOffset;
    if (chunk.end <= chunk.offset) {
      throw new RangeError(`the layer's TOC has two chunks, or a chunk and the TOC, at ${chunk.offset}`);
    }
  }
}
