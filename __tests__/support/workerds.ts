import { readFile } from 'node:fs/promises';

/** The processes of workerd that a process runs (Linux). */
export async function workerds(pid: number | undefined): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = children.split(' ').filter(Boolean).map(Number);
  const names = await Promise.all(
    pids.map((child) => readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => names[index]?.startsWith('workerd'));
}
