import { readFileSync } from 'node:fs';

/** Whether a process of this machine runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's is alive, too (EPERM).
    return !(Error.isError(error) && 'code' in error && error.code === 'ESRCH');
  }
  return !isZombie(pid);
}

/** What has ended keeps its number until its parent asks after it; the first process of a container may never do so. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc_pid_stat(5): the state follows the name, which may have parentheses in it.
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false; // no Linux
  }
}
