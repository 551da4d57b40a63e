/** How fast this machine hashes: what a publisher computes over every byte, from memory and without anything else. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** A piece of a file; offset and length in bytes. */
export interface Piece {
  path: string;
  offset: number;
  length: number;
}

export const PIECE_BYTES = 4 * 2 ** 20;

/**
 * Seconds that four SHA-256 and a CRC-32 over all bytes of the files take, on all cores at once. Reading the files
 * into memory comes before and does not count.
 * @param files paths and sizes in bytes
 */
export async function hashingSeconds(
  files: readonly { path: string; size: number }[],
  threads = availableParallelism(),
): Promise<number> {
  const shares: Piece[][] = Array.from({ length: threads }, () => []);
  let turn = 0;
  for (const { path, size } of files) {
    for (let offset = 0; offset < size; offset += PIECE_BYTES) {
      shares[turn++ % threads]?.push({ path, offset, length: Math.min(PIECE_BYTES, size - offset) });
    }
  }
  const workers = shares.map(
    (pieces) => new Worker(new URL('hashing-thread.ts', import.meta.url), { workerData: pieces }),
  );
  try {
    await Promise.all(workers.map(message)); // each has its share in memory
    const started = performance.now();
    const done = Promise.all(workers.map(message));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    for (const worker of workers) worker.postMessage('go');
    await done;
    return (performance.now() - started) / 1000;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function message(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
