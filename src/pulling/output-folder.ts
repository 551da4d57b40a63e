/**
 * The folder that files are pulled into. Whatever an image says, nothing is written outside it: paths are made of
 * plain parts, and what lies between the folder and a file are folders of its own, never links.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, statfs, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

import { UserError } from '../errors.ts';
import { parents } from '../estargz/paths.ts';
import { makeFolder } from '../make-folder.ts';
import { formatBytes } from '../report/format.ts';

/** What is not finished begins so, beside the files that it becomes. */
const UNFINISHED = '.ai-action-';

export function isReserved(path: string): boolean {
  return path.split('/').some((part) => part.startsWith(UNFINISHED));
}

export class OutputFolder {
  /** Without links. */
  readonly root: string;
  readonly #safe = new Set<string>();

  private constructor(root: string) {
    this.root = root;
  }

  /** Makes the folder where it is not there. @throws UserError where that cannot be */
  static async open(path: string): Promise<OutputFolder> {
    try {
      await makeFolder(path);
      return new OutputFolder(await realpath(path));
    } catch (cause) {
      throw new UserError(`Files cannot be pulled to ${path}: ${messageOf(cause)}`, {
        hint: 'Name a folder that may be written to with --output.',
        cause,
      });
    }
  }

  /** @param path of a file of the image: plain parts with `/` between them */
  pathOf(path: string): string {
    return join(this.root, path);
  }

  /** A name beside the file, the same each time for the same content. */
  unfinishedPath(path: string, content: string): string {
    const name = createHash('sha256').update(`${path}\n${content}`).digest('hex').slice(0, 32);
    return join(dirname(this.pathOf(path)), `${UNFINISHED}${name}`);
  }

  /** The folder in this one where files of a layer are kept until all of the layer is verified. */
  stagingFolder(digest: string): string {
    return `${UNFINISHED}${digest.replace(/^.*:/, '').slice(0, 32)}`;
  }

  /** Makes the folders above a path. @throws UserError where one of them is a link or a file */
  async makeParents(path: string): Promise<void> {
    for (const parent of parents(path)) await this.makeFolder(parent);
  }

  /** Makes a folder whose parents are there. @throws UserError where there is a link or a file */
  async makeFolder(path: string): Promise<void> {
    if (this.#safe.has(path)) return;
    const there = await lstatIfThere(this.pathOf(path));
    if (there === undefined) await mkdir(this.pathOf(path)).catch(ignoreExisting);
    else if (!there.isDirectory()) {
      const what = there.isSymbolicLink() ? 'a link, which may lead anywhere' : 'a file';
      throw new UserError(`${this.pathOf(path)} has to be a folder, and is ${what}.`, {
        hint: 'Remove it, or pull into another folder.',
      });
    }
    this.#safe.add(path);
  }

  /** @throws UserError where a folder has the path of a file */
  async sizeOf(path: string): Promise<number | undefined> {
    for (const parent of parents(path)) {
      if (this.#safe.has(parent)) continue;
      if ((await lstatIfThere(this.pathOf(parent))) === undefined) return undefined;
      await this.makeFolder(parent);
    }
    const there = await lstatIfThere(this.pathOf(path));
    if (there?.isDirectory() === true) {
      throw new UserError(`${this.pathOf(path)} is a folder, and a file in the image.`, {
        hint: 'Remove it, or pull into another folder.',
      });
    }
    return there?.isFile() === true ? there.size : undefined;
  }

  /** @throws UserError where there is less room for so many bytes */
  async checkRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.root);
    if (bytes <= bavail * bsize) return;
    throw new UserError(
      `${this.root} has room for ${formatBytes(bavail * bsize)}, and ${formatBytes(bytes)} are to be written.`,
      { hint: 'Make room, pull into another folder, or name the files that you need.' },
    );
  }
}

/** Opens what is not finished, or begins it; a link in its place is not followed. */
export async function openUnfinished(path: string): Promise<FileHandle>;
export async function openUnfinished(
  path: string,
  which: 'only if it is there',
): Promise<FileHandle | undefined>;
export async function openUnfinished(path: string, which?: string): Promise<FileHandle | undefined> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  if (which === undefined) return open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    return await open(path, O_RDWR | O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Neither set-uid nor set-gid, and nothing that its owner cannot read and write. */
export function fileMode({ mode }: { mode: number }): number {
  return (mode & 0o777) | 0o600;
}

/**
 * Gives a finished file its name, in place of whatever file or link had it. The disk is not waited for: should the
 * machine lose its power, the next pull hashes what is there and mends it.
 */
export async function finishFile(
  handle: FileHandle,
  paths: { from: string; to: string },
  mode: number,
): Promise<void> {
  try {
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
  await rename(paths.from, paths.to);
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function ignoreExisting(error: unknown): void {
  if (!hasCode(error, 'EEXIST')) throw error;
}

export function hasCode(error: unknown, code: string): boolean {
  return Error.isError(error) && 'code' in error && error.code === code;
}

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
