/** The registry over an R2 that fails on purpose (faulty-worker.js), as a process of its own. */
import { startRegistry } from './worker.ts';

export interface FaultyRegistry extends AsyncDisposable {
  /** As in http://127.0.0.1:41234 */
  url: string;
}

/** Which calls of R2 fail. */
export type Faults =
  /** Two of so many, one of them after it has done what it was asked. */
  | { FAULT_EVERY: string }
  /** One of so many never answers, half of them after they have done what they were asked; set STORAGE_PATIENCE, too. */
  | { FAULT_HANG: string }
  /** Each multipart upload that is completed: it is, and nobody is told; `GET /completed` counts them. */
  | { FAULT_COMPLETE: 'on' }
  /** Every `put` of a key that begins so. */
  | { FAULT_PUTS: string }
  /** No `put` of a key that begins so, but nobody is told. */
  | { FAULT_LOST: string }
  /** So many streams that are written, in their middle. */
  | { FAULT_STREAMS: string }
  /** So many bodies that are read, in their middle. */
  | { FAULT_BODIES: string }
  /** So many bodies of blobs that are asked for as a whole. */
  | { FAULT_SMALL_BODIES: string }
  /** A `put` within a second of another of the same key; `GET /written-too-often` lists these keys. */
  | { WRITE_LIMIT: 'on' };

/** @param settings further variables of the Worker */
export async function startFaultyRegistry(
  storage: string,
  settings: Faults & Record<string, string>,
): Promise<FaultyRegistry> {
  const { url, stop } = await startRegistry({ storage, variables: settings, worker: 'faulty-worker.js' });
  return { url, [Symbol.asyncDispose]: stop };
}
