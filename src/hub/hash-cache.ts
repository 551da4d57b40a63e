import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { z } from 'zod';

/**
 * What files hashed to when they were last read, found again by their path and the marks that a change leaves, as
 * git's index does it. A file that changed within the clock's tick in which it was hashed could not be told from the
 * hashed one ("racily clean"), so what is that young is not kept.
 * @see https://git-scm.com/docs/racy-git
 */
export interface HashCache {
  /** The SHA-256 (hex) of the file at this path, if it is unchanged. */
  get(path: string, stats: BigIntStats): string | undefined;
  /**
   * @param stats of before the file was read
   * @param readAt when reading it began, in milliseconds since the epoch
   */
  set(path: string, stats: BigIntStats, hash: { sha256: string; readAt: number }): void;
  /** Forgets the files below a folder, other than those that were asked for or set. */
  prune(folder: string): void;
  /** Writes what changed. Another process's writing at the same time is lost or wins, but never damages. */
  save(): Promise<void>;
}

/** Size, mtime and ctime in nanoseconds, inode: as text, since they don't fit into a number. */
const entry = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string().regex(/^[0-9a-f]{64}$/)]);
const cacheFile = z.object({ version: z.literal(1), files: z.record(z.string(), entry) });
type Entry = z.infer<typeof entry>;

/** Opens the cache in a directory. One that is missing, damaged or of another version is an empty one. */
export async function openHashCache(directory: string): Promise<HashCache> {
  const path = join(directory, 'hashes.json');
  const files = new Map<string, Entry>(await readEntries(path));
  const used = new Set<string>();
  let changed = false;
  return {
    get(file, stats) {
      used.add(file);
      const known = files.get(file);
      return known && marksOf(stats).every((mark, index) => mark === known[index]) ? known[4] : undefined;
    },
    set(file, stats, { sha256, readAt }) {
      used.add(file);
      if (isRacy(stats, readAt)) return;
      files.set(file, [...marksOf(stats), sha256]);
      changed = true;
    },
    prune(folder) {
      for (const file of files.keys()) {
        if (!file.startsWith(join(folder, '/')) || used.has(file)) continue;
        files.delete(file);
        changed = true;
      }
    },
    async save() {
      if (!changed) return;
      // Before the write: what is set during it is for the next one.
      changed = false;
      await writeAtomically(path, JSON.stringify({ version: 1, files: Object.fromEntries(files) }));
    },
  };
}

function marksOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): [string, string, string, string] {
  return [String(size), String(mtimeNs), String(ctimeNs), String(ino)];
}

/**
 * Whether a later change could carry the same times. Only the ctime counts: nobody can set it, and every change of
 * the content moves it. File systems with whole seconds step by up to two, others by the kernel's tick of up to 10 ms.
 */
function isRacy({ ctimeNs }: BigIntStats, readAt: number): boolean {
  const step = ctimeNs % 1_000_000_000n === 0n ? 2000 : 20;
  return Number(ctimeNs / 1_000_000n) + step >= readAt;
}

async function readEntries(path: string): Promise<[string, Entry][]> {
  try {
    return Object.entries(cacheFile.parse(JSON.parse(await readFile(path, 'utf8'))).files);
  } catch {
    // Everything in it can be had again by reading the files.
    return [];
  }
}

async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
