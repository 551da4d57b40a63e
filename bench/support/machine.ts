import { availableParallelism, totalmem } from 'node:os';

/** The machine's size in a line, for beside the figures. */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores, ${memory} GiB, Linux, Node ${process.version.slice(1)}`;
}
