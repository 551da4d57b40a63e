/**
 * Where this isolate found blobs a moment ago: who pulls lazily reads one small range of a blob after the other, and
 * finding it takes as long as reading the range. The key of a blob's bytes is never used for others, so that an old
 * pointer leads to the right bytes or to nothing.
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Pointer } from './blobs.ts';
import { membershipKey } from './keys.ts';

/** Milliseconds for which a blob that was deleted may still be read. */
const LIFE_MS = 10_000;
/** A key may hold on to its request's whole URL, of 16 KiB at most. */
const MOST = 200;

export class RecentPointers {
  readonly #found = new Map<string, { pointer: Pointer; since: number }>();

  get(repository: string, digest: Digest): Pointer | undefined {
    const found = this.#found.get(membershipKey(repository, digest));
    return found !== undefined && Date.now() < found.since + LIFE_MS ? found.pointer : undefined;
  }

  /** @param since when it was asked for, in milliseconds since the epoch */
  set(repository: string, digest: Digest, found: { pointer: Pointer; since: number }): void {
    const key = membershipKey(repository, digest);
    this.#found.delete(key); // what was set last comes last
    this.#found.set(key, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST && oldest !== undefined) this.#found.delete(oldest);
  }

  delete(repository: string, digest: Digest): void {
    this.#found.delete(membershipKey(repository, digest));
  }

  clear(): void {
    this.#found.clear();
  }
}
