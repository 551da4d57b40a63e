import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { UserError } from '../errors.ts';

export interface FoundFile {
  /** Relative to the folder, `/` between its parts. */
  path: string;
  /** Absolute, symbolic links resolved. */
  realPath: string;
  stats: BigIntStats;
}

/** What tools keep in a model's folder for themselves: the Hub's command line, and git, also that of submodules. */
function isSkipped(path: string, name: string): boolean {
  return name === '.git' || path === '.cache/huggingface';
}

/**
 * The regular files of a folder. A symbolic link to a file within the folder counts as a file.
 * @param root absolute, symbolic links resolved
 * @throws UserError for links that lead out of the folder, to folders or nowhere, and for devices, pipes and sockets
 */
export async function walkFolder(root: string, signal?: AbortSignal): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isSkipped(path, entry.name)) continue;
      checkName(root, path, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else found.push(await inspect(root, path, entry));
    }
  }
  return found;
}

async function inspect(root: string, path: string, entry: Dirent): Promise<FoundFile> {
  const full = join(root, path);
  if (entry.isSymbolicLink()) return await followLink(root, path);
  if (!entry.isFile()) throw special(full);
  return { path, realPath: full, stats: await lstat(full, { bigint: true }) };
}

async function followLink(root: string, path: string): Promise<FoundFile> {
  const full = join(root, path);
  const target = await realpath(full).catch((cause: unknown) => {
    throw new UserError(`${full} is a symbolic link that leads nowhere.`, {
      hint: 'Remove it, or bring back the file that it names.',
      cause,
    });
  });
  if (!target.startsWith(root + sep)) {
    throw new UserError(`${full} is a symbolic link out of the folder, to ${target}.`, {
      hint: 'Put a copy of the file (or a hard link to it) in its place.',
    });
  }
  const stats = await stat(target, { bigint: true });
  if (stats.isDirectory()) {
    throw new UserError(`${full} is a symbolic link to a folder.`, {
      hint: 'Put the folder itself in its place, or remove the link.',
    });
  }
  if (!stats.isFile()) throw special(full);
  return { path, realPath: target, stats };
}

function special(full: string): UserError {
  return new UserError(`${full} is not a regular file (a pipe, a socket or a device).`, {
    hint: 'Move it out of the folder.',
  });
}

/** Node turns bytes that are no UTF-8 into U+FFFD, and then no longer finds the file. */
function checkName(root: string, path: string, name: string): void {
  if (!name.includes('\uFFFD')) return;
  throw new UserError(`${join(root, path)} has a name that is not UTF-8.`, { hint: 'Rename it.' });
}
