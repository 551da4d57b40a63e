/** A file that says which process has something; taken over where that process is gone. */
import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from './errors.ts';

/** Milliseconds after which whoever writes a lock, or takes a dead one away, must have been killed in it. */
const LONGEST_STEP = 10_000;
const LOOK_EVERY = 20; // milliseconds

export type Lock =
  | { release: () => Promise<void> }
  /** What the file of the process says that has it. */
  | { holder: string };

/** Locks of this process. */
const held = new Set<string>();

/**
 * Takes the lock, unless a process has it that is not gone.
 * @param holder what is written into the file: the same each time in this process, and in no other that is alive
 * @param isGone whether what a file says is of a process that has ended
 * @throws what the system says
 */
export async function takeLock(
  file: string,
  holder: string,
  isGone: (holder: string) => boolean,
): Promise<Lock> {
  if (held.has(file)) return { holder };
  held.add(file);
  // In a container that starts anew this process has the number of the one before.
  const isLeft = (other: string): boolean => other === holder || isGone(other);
  const other = await take(file, holder, isLeft).catch((error: unknown) => {
    held.delete(file);
    throw error;
  });
  if (other !== undefined) {
    held.delete(file);
    return { holder: other };
  }
  const release = async (): Promise<void> => {
    await rm(file, { force: true });
    held.delete(file);
  };
  return { release };
}

type Judge = (holder: string) => boolean;

/** @returns undefined where it was taken, else what the file of who has it says */
async function take(file: string, holder: string, isLeft: Judge): Promise<string | undefined> {
  for (;;) {
    if (await made(() => writeFile(file, holder, { flag: 'wx' }))) return undefined;
    const other = await contentOf(file);
    if (other === undefined) continue;
    if (await isLeftAt(file, other, isLeft)) await takeAway(file, isLeft);
    else if (other !== '') return other;
    else await wait(LOOK_EVERY);
  }
}

/**
 * Removes a lock whose process is gone. One process at a time does, and looks again: the lock that the others have seen
 * may have been removed by then, and the file be that of a process which is alive.
 */
async function takeAway(file: string, isLeft: Judge): Promise<void> {
  const guard = `${file}.taking-over`;
  if (!(await made(() => mkdir(guard)))) {
    if (await isOld(guard)) await rmdir(guard).catch(ignoreMissing);
    await wait(LOOK_EVERY);
    return;
  }
  try {
    const other = await contentOf(file);
    if (other !== undefined && (await isLeftAt(file, other, isLeft))) await rm(file, { force: true });
  } finally {
    await rmdir(guard).catch(ignoreMissing);
  }
}

/** A file is empty while it is being written, and stays so where that process is killed. */
async function isLeftAt(file: string, holder: string, isLeft: Judge): Promise<boolean> {
  return holder === '' ? isOld(file) : isLeft(holder);
}

/** @returns false where it is there already */
async function made(make: () => Promise<unknown>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(ignoreMissing);
}

async function isOld(path: string): Promise<boolean> {
  const stats = await stat(path).catch(ignoreMissing);
  return stats !== undefined && Date.now() - stats.mtimeMs > LONGEST_STEP;
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
