/** The other hash thread's work on a layer: the decompressed stream's digest and those of whole files. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHash, FilePart, Step } from './steps.ts';

/** Hashes of a file that ends in a slot, in hex; `sha1` is git's blob id. */
export type HashedContent = { index: number } & Partial<Record<FileHash, string>>;

export class TarHasher {
  readonly #diff = createHash('sha256');
  readonly #hashes = new Map<FileHash, Hash>();
  #file: FilePart | undefined;
  /** Bytes of content that the member still lacks. */
  #left = 0;

  /** Takes in a slot whose content lies from `contentAt` on, and gives the files that end in it. */
  update(slot: SharedArrayBuffer, contentAt: number, steps: readonly Step[]): HashedContent[] {
    const done: HashedContent[] = [];
    let from = contentAt;
    for (const step of steps) {
      if (step.type === 'member') {
        this.#begin(step.file);
        this.#left = step.content;
      } else if (step.type === 'literal') {
        this.#diff.update(step.bytes);
      } else if (step.type === 'content') {
        const bytes = Buffer.from(slot, from, step.length);
        from += step.length;
        this.#diff.update(bytes);
        for (const hash of this.#hashes.values()) hash.update(bytes);
        this.#left -= step.length;
        if (this.#left === 0 && this.#file?.last === true) done.push(this.#end(this.#file.index));
      }
    }
    return done;
  }

  /** SHA-256 of the whole decompressed stream, in hex. */
  finish(): string {
    return this.#diff.digest('hex');
  }

  #begin(file: FilePart | undefined): void {
    this.#file = file;
    if (file === undefined || !file.first) return;
    for (const algorithm of file.hashes) {
      const hash = createHash(algorithm);
      if (algorithm === 'sha1') hash.update(`blob ${file.size}\0`);
      this.#hashes.set(algorithm, hash);
    }
  }

  #end(index: number): HashedContent {
    const done: HashedContent = { index };
    for (const [algorithm, hash] of this.#hashes) done[algorithm] = hash.digest('hex');
    this.#hashes.clear();
    return done;
  }
}
