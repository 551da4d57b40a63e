import { Permits } from './permits.ts';

/** The most content that one slot takes; a slot is one read of a large file. */
export const SLOT_CONTENT = 8 * 2 ** 20;
/**
 * Beside its content a slot has room for what frames it: gzip and block headers, tar headers. Not in whole pages of
 * 4 KiB, so that content lies elsewhere in a page than in the file and than where framing moves it: AMD's processors
 * copy at half the speed to where the target is a few bytes further in its page than the source (bench/README.md).
 */
export const SLOT_SIZE = SLOT_CONTENT + 66 * 2 ** 10;

/**
 * The memory in which content is on its way, shared by all layers: source, hash threads and upload see the same
 * bytes. Slots that were in use last are used first, so that no more memory is touched than is needed.
 */
export class Slots {
  readonly count: number;
  readonly #permits: Permits;
  readonly #idle: SharedArrayBuffer[] = [];

  /** @param memory bytes; at least one slot there always is. */
  constructor(memory: number) {
    this.count = Math.max(1, Math.floor(memory / SLOT_SIZE));
    this.#permits = new Permits(this.count);
  }

  async acquire(signal: AbortSignal): Promise<SharedArrayBuffer> {
    await this.#permits.acquire(signal);
    return this.#idle.pop() ?? new SharedArrayBuffer(SLOT_SIZE);
  }

  /** Nobody may read or write the slot any more. */
  release(slot: SharedArrayBuffer): void {
    this.#idle.push(slot);
    this.#permits.release();
  }
}
