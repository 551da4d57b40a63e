import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { bf16Like } from './bf16.ts';

/** A file of a model on the stand-in. Large ones are stored with LFS: the Hub redirects to a storage for them. */
export interface StandInFile {
  path: string;
  size: number;
  lfs: boolean;
  /** What the API says that the content hashes to: hex of SHA-256 for LFS, git's SHA-1 otherwise. */
  oid: string;
  read: ReadBytes;
}

/** A view that is only good until the next call is fine: it is written out at once. */
export type ReadBytes = (offset: number, length: number) => Uint8Array | Promise<Uint8Array>;

/**
 * A model at a commit. Several of one name are its history, newest first: the first one's commit is that of `main`.
 */
export interface StandInModel {
  name: string;
  /** 40 hex digits. */
  sha: string;
  files: StandInFile[];
  license?: string;
  /** Files are given only to tokens that may read this model. */
  gated?: boolean;
  /** The model is there only for tokens that may read it. */
  private?: boolean;
  downloads?: number;
  /** Task, library, `license:…`: what lists are filtered by. */
  tags?: string[];
  /** Branches and tags that are at this commit, besides `main`. */
  refs?: string[];
  /** Of the commit. */
  title?: string;
  date?: string;
}

/** Which files count as LFS: from this many bytes on, or by the end of their names. */
export interface LfsRule {
  threshold: number;
  extensions: readonly string[];
}

export const usualLfs: LfsRule = {
  threshold: 10 * 1024 * 1024,
  extensions: ['.safetensors', '.bin', '.gguf', '.onnx', '.h5', '.ot', '.msgpack', '.pt', '.pth'],
};

const pieceBytes = 1024 * 1024;

async function fileOf(path: string, size: number, read: ReadBytes, lfs: boolean): Promise<StandInFile> {
  const hash = lfs ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  for (let offset = 0; offset < size; offset += pieceBytes) {
    hash.update(await read(offset, Math.min(pieceBytes, size - offset)));
  }
  return { path, size, lfs, oid: hash.digest('hex'), read };
}

function isLfs(path: string, size: number, { threshold, extensions }: LfsRule): boolean {
  return size >= threshold || extensions.some((extension) => path.endsWith(extension));
}

/** A file in memory. */
export async function memoryFile(
  path: string,
  content: string | Uint8Array,
  lfs: LfsRule = usualLfs,
): Promise<StandInFile> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const read = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  return await fileOf(path, bytes.length, read, isLfs(path, bytes.length, lfs));
}

/** A file of weights that is made while it is read, so that nothing is stored. With `oid` nothing is hashed either. */
export async function generatedFile(options: {
  path: string;
  size: number;
  seed: number;
  oid?: string;
}): Promise<StandInFile> {
  const { path, size, seed, oid } = options;
  const read = bf16Like(seed);
  return oid === undefined ? await fileOf(path, size, read, true) : { path, size, lfs: true, oid, read };
}

/** The files of a folder, read from the disk as they are asked for. */
export async function folderFiles(folder: string, lfs: LfsRule = usualLfs): Promise<StandInFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: StandInFile[] = [];
  for (const entry of entries.filter((found) => found.isFile())) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(folder, full).split(sep).join('/');
    const handle = await open(full);
    const { size } = await handle.stat();
    await handle.close();
    files.push(await fileOf(path, size, readerOf(full), isLfs(path, size, lfs)));
  }
  return files;
}

/** A folder as the Hub would show it: its license from the model card, its commit made from its files. */
export async function folderModel(name: string, folder: string, lfs?: LfsRule): Promise<StandInModel> {
  const files = await folderFiles(folder, lfs);
  const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const [, license] = /^license: *(.+)$/m.exec(card) ?? [];
  return { name, sha: shaOf(files), files, ...(license !== undefined && { license }) };
}

function readerOf(path: string): ReadBytes {
  return async (offset, length) => {
    await using handle = await open(path);
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
}

/** A commit for a model that has no git history: the same files always give the same one. */
export function shaOf(files: readonly StandInFile[]): string {
  const list = files.map(({ path, size, oid }) => [path, size, oid].join('\0')).toSorted();
  return createHash('sha1').update(list.join('\n')).digest('hex');
}
