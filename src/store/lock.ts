/** One process at a time: a file that names its holder, taken over where that is gone. */
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../is-alive.ts';
import { takeLock } from '../lock-file.ts';

const RETRY_EVERY = 200; // milliseconds

/**
 * Does `work` while no other process does any under the same lock; waits for that.
 * @param onWait told once, where there is another
 * @throws the signal's reason, and what `work` throws
 */
export async function withLock<T>(
  path: string,
  { signal, onWait }: { signal: AbortSignal; onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  const holder = `${process.pid} ${hostname()}`;
  let lock = await takeLock(path, holder, isGone);
  if ('holder' in lock) onWait();
  while ('holder' in lock) {
    await wait(RETRY_EVERY, undefined, { signal });
    lock = await takeLock(path, holder, isGone);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Of another machine nothing is known. */
function isGone(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  return host === hostname() && !isAlive(Number(pid));
}
