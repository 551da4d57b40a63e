import { hash } from 'node:crypto';
import { readFile, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { parse } from 'yaml';

import { codeOf, UserError } from '../errors.ts';
import { compareBytes } from '../oci/compare.ts';
import type { HashCache } from './hash-cache.ts';
import { hashFiles } from './hash-files.ts';
import { licenseOf } from './hub-revision.ts';
import { OpenFiles } from './open-files.ts';
import type { Revision, Source, SourceFile } from './source.ts';
import { walkFolder } from './walk-folder.ts';

export interface FolderOptions {
  path: string;
  /** The model's name in the list. */
  name: string;
  /** Without it every revision reads all of the files. */
  hashes?: HashCache;
}

/**
 * A model in a folder of this machine. Its oids are SHA-256, its commit is the SHA-256 of its list of files.
 * The files must stay as they are until they are published: a reader notices by their hashes when they don't.
 */
export function openFolder({ path: folder, name, hashes }: FolderOptions): Source {
  const files = new OpenFiles();
  const state: { root?: Promise<string> } = {};
  const root = async (): Promise<string> => await (state.root ??= findFolder(folder));
  return {
    async revision(signal) {
      try {
        return await readRevision(await root(), name, hashes, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw explainFolderError(error);
      }
    },
    async read(file, offset, target, signal) {
      signal?.throwIfAborted();
      try {
        const path = join(await root(), file.path);
        await files.with(
          path,
          (handle) => checkSize(path, file, handle),
          (handle) => readRange(path, file, { handle, offset, target }),
        );
      } catch (error) {
        throw explainFolderError(error);
      }
    },
    async close() {
      await files.close();
    },
  };
}

async function findFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch((cause: unknown) => {
    if (codeOf(cause) !== 'ENOENT') throw cause;
    throw new UserError(`The folder ${folder} does not exist.`, {
      hint: 'Check `source:` in the list.',
      cause,
    });
  });
  if (!found.isDirectory()) {
    throw new UserError(`${folder} is a file, not a folder.`, {
      hint: `Write the folder that it is in: the model then has ${basename(folder)} in it.`,
    });
  }
  return await realpath(folder);
}

async function readRevision(
  root: string,
  name: string,
  hashes: HashCache | undefined,
  signal: AbortSignal | undefined,
): Promise<Revision> {
  const found = await walkFolder(root, signal);
  const sums = await hashFiles(found, hashes, signal);
  const files = found
    .map(({ path, stats }, index): SourceFile => ({
      path,
      size: Number(stats.size),
      oid: `sha256:${sums[index]}`,
    }))
    .toSorted((a, b) => compareBytes(a.path, b.path));
  hashes?.prune(root);
  await hashes?.save();
  const license = await readLicense(root);
  return { name, sha: shaOf(files), files, ...(license !== undefined && { license }) };
}

/** JSON, because no path can be made to look like the end of its entry in it. */
function shaOf(files: readonly SourceFile[]): string {
  return hash('sha256', JSON.stringify(files.map(({ path, size, oid }) => [path, size, oid])));
}

async function checkSize(path: string, file: SourceFile, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size !== file.size) throw changed(path, `${size} bytes now, ${file.size} when it was listed`);
}

/** Fills the whole of `target`. */
async function readRange(
  path: string,
  file: SourceFile,
  { handle, offset, target }: { handle: FileHandle; offset: number; target: Uint8Array },
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
    if (bytesRead === 0) throw changed(path, `it ends at byte ${offset + done} of ${file.size}`);
    done += bytesRead;
  }
}

function changed(path: string, how: string): UserError {
  return new UserError(`${path} changed while it was published: ${how}.`, {
    hint: 'Run again when nothing writes to the folder any more.',
  });
}

/** What the system's refusals mean for the user; its own messages name the file. */
function explainFolderError(error: unknown): unknown {
  if (error instanceof UserError || !Error.isError(error) || !('code' in error)) return error;
  if (error.code === 'ENOENT') {
    return new UserError(`A file of the model is gone: ${error.message}.`, {
      hint: 'Run again when nothing writes to the folder any more.',
      cause: error,
    });
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new UserError(`A file of the model cannot be read: ${error.message}.`, {
      hint: 'Give the user that runs this the permission to read the folder and all of its files.',
      cause: error,
    });
  }
  return error;
}

/** The `license` of the model card, README.md's front matter. A card that cannot be read states none. */
async function readLicense(root: string): Promise<string | undefined> {
  try {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const [, card] = /^---\r?\n(.*?)\r?\n---\s*(?:\r?\n|$)/s.exec(readme) ?? [];
    return card === undefined ? undefined : licenseOf(parse(card));
  } catch {
    return undefined;
  }
}
