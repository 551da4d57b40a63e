import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many seconds. @throws the signal's own reason when it is aborted meanwhile */
export async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
