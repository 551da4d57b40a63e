import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

import type { HashCache } from './hash-cache.ts';
import { openHashThread, type HashThread } from './hash-thread.ts';
import type { FoundFile } from './walk-folder.ts';

/** Bytes from which on a file is worth the message to another thread. */
const largeBytes = 32 * 1024 * 1024;

/** Small files that are open at once. */
const smallAtOnce = 16;

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
  const add = async (file: FoundFile, sum: (path: string) => Promise<string>): Promise<void> => {
    signal?.throwIfAborted();
    const readAt = Date.now();
    const sha256 = await sum(file.realPath);
    hashes.set(file, sha256);
    cache?.set(file.realPath, file.stats, { sha256, readAt });
  };
  const large = unknown.filter(({ stats }) => stats.size >= largeBytes);
  const small = unknown.filter(({ stats }) => stats.size < largeBytes);
  await Promise.all([
    withThreads(Math.min(large.length, availableParallelism()), async (threads) => {
      await inLanes(large, threads, async (file, thread) => {
        await add(file, async (path) => await thread.sha256(path, signal));
      });
    }),
    inLanes(small, Array.from({ length: smallAtOnce }), async (file) => await add(file, hashHere)),
  ]);
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

async function hashHere(path: string): Promise<string> {
  await using handle = await open(path);
  const hash = createHash('sha256');
  for await (const piece of handle.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false })) {
    hash.update(piece as Buffer);
  }
  return hash.digest('hex');
}
