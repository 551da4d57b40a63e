/**
 * Pointers by which ranges were read a moment ago: who pulls lazily asks for one blob again and again, and finding it
 * costs as much as a small range of its bytes. What a pointer points to never changes and its key is never used again,
 * so an old one leads to the right bytes or to nothing.
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Pointer } from './blobs.ts';
import { membershipKey } from './keys.ts';

/** Milliseconds for which a blob that was deleted elsewhere can still be read by ranges. */
const LIFE_MS = 10_000;
/** Some 300 bytes each. */
const MOST = 2000;

export class RecentPointers {
  readonly #found = new Map<string, { pointer: Pointer; until: number }>();

  get(repository: string, digest: Digest): Pointer | undefined {
    const found = this.#found.get(membershipKey(repository, digest));
    return found !== undefined && Date.now() < found.until ? found.pointer : undefined;
  }

  set(repository: string, digest: Digest, pointer: Pointer): void {
    const key = membershipKey(repository, digest);
    this.#found.delete(key); // the order is that of the times
    this.#found.set(key, { pointer, until: Date.now() + LIFE_MS });
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST && oldest !== undefined) this.#found.delete(oldest);
  }

  delete(repository: string, digest: Digest): void {
    this.#found.delete(membershipKey(repository, digest));
  }
}
