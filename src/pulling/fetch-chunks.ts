/** Brings the chunks that files lack from the registry to the disk: several at once, within a budget of memory. */
import pLimit from 'p-limit';

import type { Repository } from '../registry/registry.ts';
import { brokenLayer } from '../reading/listing.ts';
import type { ChunkedFile } from './chunked-file.ts';
import { chunkRequests, memberLength, type ChunkRequest } from './requests.ts';
import type { Threads } from './threads.ts';

export interface FetchRun {
  repository: Repository;
  threads: Threads;
  signal: AbortSignal;
  onBegun: (file: ChunkedFile) => void;
  onFinished: (file: ChunkedFile) => void;
  /** Bytes of files that have been written. */
  onWritten: (bytes: number) => void;
}

/** Bytes that wait in memory for the threads. */
const BUDGET = 80 * 2 ** 20;
const MOST_AT_ONCE = 8;
/** A registry, or a cache before it, that once gave wrong bytes may give the right ones when it is asked again. */
const ATTEMPTS = 3;

/**
 * Writes all chunks that the files lack, and gives each file its name when it has all of them.
 * @throws UserError where a chunk is not what its digest says, RegistryError, RangeMismatchError where the registry
 *   gives no ranges; what has been written until then stays for another run
 */
export async function fetchChunks(files: readonly ChunkedFile[], run: FetchRun): Promise<void> {
  const wanted = files.flatMap((owner) =>
    owner.missing.map((chunk) => ({ layer: owner.file.layer, chunk, owner })),
  );
  const requests = chunkRequests(wanted);
  const largest = requests.reduce((most, { length }) => Math.max(most, length), 0);
  const slots = Array.from(
    { length: Math.max(2, Math.min(MOST_AT_ONCE, Math.floor(BUDGET / Math.max(largest, 1)))) },
    () => new SharedArrayBuffer(largest),
  );
  const limit = pLimit(slots.length);
  let failed = false;
  const work = async (request: ChunkRequest<ChunkedFile>): Promise<void> => {
    // What is under way ends; nothing more is begun.
    if (failed) return;
    const slot = slots.pop();
    if (slot === undefined) throw new Error('more requests than slots');
    try {
      run.signal.throwIfAborted();
      await fetchRequest(request, slot, run);
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      slots.push(slot);
    }
  };
  const results = await Promise.allSettled(requests.map((request) => limit(() => work(request))));
  await Promise.all(files.map((file) => file.close()));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

async function fetchRequest(
  request: ChunkRequest<ChunkedFile>,
  slot: SharedArrayBuffer,
  { repository, threads, onBegun, onFinished, onWritten }: FetchRun,
): Promise<void> {
  const { layer, offset, length, chunks } = request;
  for (const { owner } of chunks) onBegun(owner);
  const pieces = await Promise.all(
    chunks.map(async ({ chunk, owner }) => ({
      ...(await owner.place(chunk)),
      start: chunk.offset - offset,
      end: chunk.offset - offset + memberLength(chunk),
    })),
  );
  for (let attempt = 1; ; attempt += 1) {
    await repository.readBlobInto({ ...layer.descriptor, offset }, new Uint8Array(slot, 0, length));
    const wrong = await threads.place(slot, pieces);
    if (wrong === undefined) break;
    if (attempt < ATTEMPTS) continue;
    const cause = new RangeError(
      `the chunk at ${wrong.start + offset} is not what its digest ${wrong.digest} says`,
    );
    throw brokenLayer(repository, layer, cause);
  }
  for (const { chunk, owner } of chunks) {
    onWritten(chunk.chunkSize);
    if (!owner.placed(chunk)) continue;
    await owner.finish();
    onFinished(owner);
  }
}
