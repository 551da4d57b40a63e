/** One process at a time: a file that names its holder, taken over where that is gone. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../is-alive.ts';

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
  const holder = `${process.pid} ${hostname()} ${randomUUID()}`;
  for (let isTold = false; !(await take(path, holder)); isTold = true) {
    if (!isTold) onWait();
    await wait(RETRY_EVERY, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, holder: string): Promise<boolean> {
  try {
    await writeFile(path, holder, { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  const other = await readFile(path, 'utf8').catch(() => '');
  if (other !== '' && isGone(other)) await takeAway(path, other);
  return false;
}

/** Another process may have done the same and hold it by now: what is taken away by mistake is given back. */
async function takeAway(path: string, gone: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === gone) await rm(aside, { force: true });
  else await rename(aside, path);
}

/** Of another machine nothing is known. */
function isGone(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  return host === hostname() && !isAlive(Number(pid));
}

function isCode(error: unknown, code: string): boolean {
  return Error.isError(error) && 'code' in error && error.code === code;
}
