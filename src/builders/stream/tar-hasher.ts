/** The other hash thread's work on a layer: the decompressed stream's digest, its members' CRCs and whole files. */
import { createHash, hash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { SlotWork } from './slot-plan.ts';
import type { FilePart } from './steps.ts';

/** What the digests of its chunks don't say of a file that ends in a slot, in hex; `sha1` is git's blob id. */
export interface HashedContent {
  index: number;
  sha256?: string;
  sha1?: string;
}

export interface HashedSlot {
  /** The files that end in the slot. */
  files: HashedContent[];
  /** See FramingWork. */
  crcs: Uint32Array<ArrayBuffer>;
}

/** Up to this many bytes, hashing in one go is cheaper than a hash object, of which 100,000 files would leave many. */
const SMALL = 64 * 2 ** 10;

export class TarHasher {
  readonly #diff = createHash('sha256');
  #file: FilePart | undefined;
  #sha256: Hash | undefined;
  #sha1: Hash | undefined;
  /** Bytes of content that the member still lacks. */
  #left = 0;
  /** Of the member, so far. */
  #crc = 0;

  /** Takes in a slot. */
  update(slot: SharedArrayBuffer, { tarAt, members }: SlotWork): HashedSlot {
    this.#diff.update(Buffer.from(slot, tarAt));
    const files: HashedContent[] = [];
    const crcs = new Uint32Array(members.length);
    let from = tarAt;
    for (const [n, { begins, content, tail }] of members.entries()) {
      if (begins !== undefined) {
        this.#begin(begins.file);
        this.#left = begins.content;
        this.#crc = 0;
      }
      this.#crc = crc32(Buffer.from(slot, from, content + tail), this.#crc);
      crcs[n] = this.#crc;
      if (content > 0) files.push(...this.#content(Buffer.from(slot, from, content)));
      from += content + tail;
    }
    return { files, crcs };
  }

  /** SHA-256 of the whole decompressed stream, in hex. */
  finish(): string {
    return this.#diff.digest('hex');
  }

  #begin(file: FilePart | undefined): void {
    this.#file = file;
    if (file === undefined || !file.first) return;
    // Where a file is one chunk, the chunk's digest is the file's.
    if (!file.last) this.#sha256 = createHash('sha256');
    if (file.git && file.size > SMALL) this.#sha1 = createHash('sha1').update(gitHead(file.size));
  }

  #content(bytes: Buffer): HashedContent[] {
    this.#sha256?.update(bytes);
    this.#sha1?.update(bytes);
    this.#left -= bytes.length;
    const file = this.#file;
    if (this.#left > 0 || file === undefined || !file.last) return [];
    const done: HashedContent = { index: file.index };
    if (this.#sha256 !== undefined) done.sha256 = this.#sha256.digest('hex');
    if (this.#sha1 !== undefined) done.sha1 = this.#sha1.digest('hex');
    else if (file.git) done.sha1 = hash('sha1', Buffer.concat([Buffer.from(gitHead(file.size)), bytes]));
    this.#sha256 = undefined;
    this.#sha1 = undefined;
    return [done];
  }
}

function gitHead(size: number): string {
  return `blob ${size}\0`;
}
