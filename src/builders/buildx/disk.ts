/** Whether a model fits on the disks that building it takes, before anything is downloaded. */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { codeOf, UserError } from '../../errors.ts';
import { formatBytes } from '../../report/format.ts';
import { STREAM_INSTEAD } from './hints.ts';

/** A folder on a disk, and the bytes that will be written to that disk. */
export interface DiskUse {
  folder: string;
  bytes: number;
}

export interface DiskShortage {
  folder: string;
  /** Bytes. */
  needed: number;
  free: number;
  /** Of the whole disk. */
  size: number;
}

/** The first disk without enough room. Folders on one disk count together; they need not exist yet. */
export async function findShortage(uses: readonly DiskUse[]): Promise<DiskShortage | undefined> {
  const disks = new Map<number, DiskUse>();
  for (const { folder, bytes } of uses) {
    const existing = await nearestExisting(folder);
    const { dev } = await stat(existing);
    const other = disks.get(dev);
    disks.set(dev, { folder: other?.folder ?? existing, bytes: bytes + (other?.bytes ?? 0) });
  }
  for (const { folder, bytes: needed } of disks.values()) {
    const { bavail, blocks, bsize } = await statfs(folder);
    if (bavail * bsize < needed) return { folder, needed, free: bavail * bsize, size: blocks * bsize };
  }
  return undefined;
}

export function shortageError({ folder, needed, free, size }: DiskShortage): UserError {
  const space = `${formatBytes(needed)} at ${folder}, where ${formatBytes(free)} of ${formatBytes(size)} are free`;
  return new UserError(`Building this model with BuildKit needs ${space}.`, {
    hint: `Free disk space, or ${STREAM_INSTEAD}.`,
  });
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    const code = codeOf(error);
    if ((code !== 'ENOENT' && code !== 'EACCES') || dirname(folder) === folder) throw error;
    return nearestExisting(dirname(folder));
  }
}
