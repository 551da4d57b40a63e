import { availableParallelism } from 'node:os';

import type { HashCache } from './hash-cache.ts';
import { openHashThread, type HashThread } from './hash-thread.ts';
import type { FoundFile } from './walk-folder.ts';

/** The SHA-256 of each file, as hex, in the order given: from the cache, or by reading it. */
export async function hashFiles(
  files: readonly FoundFile[],
  cache: HashCache | undefined,
  signal?: AbortSignal,
): Promise<string[]> {
  const hashes = new Map<FoundFile, string>();
  const unknown: FoundFile[] = [];
  for (const file of files) {
    const known = cache?.get(file.realPath, file.stats);
    if (known === undefined) unknown.push(file);
    else hashes.set(file, known);
  }
  await withThreads(Math.min(unknown.length, availableParallelism()), async (threads) => {
    await inLanes(unknown, threads, async (file, thread) => {
      signal?.throwIfAborted();
      const readAt = Date.now();
      const sha256 = await thread.sha256(file.realPath, signal);
      hashes.set(file, sha256);
      cache?.set(file.realPath, file.stats, { sha256, readAt });
    });
  });
  return files.map((file) => hashes.get(file)!);
}

async function withThreads(count: number, work: (threads: HashThread[]) => Promise<void>): Promise<void> {
  const threads = Array.from({ length: count }, openHashThread);
  try {
    await work(threads);
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

/** Every lane takes the next item as soon as it is done with the one before. */
async function inLanes<Item, Lane>(
  items: readonly Item[],
  lanes: readonly Lane[],
  work: (item: Item, lane: Lane) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    lanes.map(async (lane) => {
      for (const item of queue) await work(item, lane);
    }),
  );
}
