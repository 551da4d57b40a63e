/** One hash thread's work on a layer: the layer's own bytes, made in place, and the digests that depend on them. */
import { createHash, hash, type Hash } from 'node:crypto';
import {
  BLOCK_HEADER_SIZE,
  GZIP_HEADER,
  MAX_BLOCK,
  TRAILER_SIZE,
  writeBlockHeader,
  writeTrailer,
} from '../../estargz/gzip.ts';
import type { FramingWork, MemberPart } from './slot-plan.ts';

export interface FramedSlot {
  /** Bytes of the layer, from the slot's beginning. */
  length: number;
  /** SHA-256 of the chunks that end in the slot, 32 bytes each. */
  chunkDigests: Uint8Array<ArrayBuffer>;
}

export const DIGEST_SIZE = 32;

/** So many bytes are hashed, moved and hashed again before the next: they stay in a core's own cache meanwhile. */
const STRIDE = 256 * 2 ** 10;

export class Framer {
  readonly #blob = createHash('sha256');
  #slot: Buffer = Buffer.alloc(0);
  /** Where the next byte of the layer goes, and where the next of the tar stream is; bytes. */
  #at = 0;
  #from = 0;
  /** Up to where the layer's bytes are hashed. */
  #hashed = 0;
  /** Bytes that the member still lacks, and all that it holds. */
  #left = { content: 0, tail: 0 };
  #length = 0;
  #blockLeft = 0;
  #chunk: Hash | undefined;
  #digests: Buffer[] = [];

  update(slot: SharedArrayBuffer, { tarAt, members, end, crcs }: FramingWork): FramedSlot {
    this.#slot = Buffer.from(slot);
    this.#at = 0;
    this.#from = tarAt;
    this.#hashed = 0;
    this.#digests = [];
    for (const [n, member] of members.entries()) this.#frame(member, crcs[n] as number);
    if (end !== undefined) this.#put(end);
    this.#hashFramed();
    const chunkDigests = new Uint8Array(this.#digests.length * DIGEST_SIZE);
    for (const [n, digest] of this.#digests.entries()) chunkDigests.set(digest, n * DIGEST_SIZE);
    return { length: this.#at, chunkDigests };
  }

  /** SHA-256 of the whole layer, in hex. */
  finish(): string {
    return this.#blob.digest('hex');
  }

  #hashFramed(): void {
    this.#blob.update(this.#slot.subarray(this.#hashed, this.#at));
    this.#hashed = this.#at;
  }

  #put(bytes: Uint8Array): void {
    this.#slot.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #frame({ begins, content, tail }: MemberPart, crc: number): void {
    if (begins !== undefined) {
      this.#put(GZIP_HEADER);
      this.#left = { content: begins.content, tail: begins.tail };
      this.#length = begins.content + begins.tail;
    }
    for (let left = content; left > 0; left -= STRIDE) {
      const length = Math.min(left, STRIDE);
      // Before it moves.
      this.#digest(this.#slot.subarray(this.#from, this.#from + length));
      this.#cut('content', length);
      if (length === STRIDE) this.#hashFramed();
    }
    this.#cut('tail', tail);
    if (this.#left.content > 0 || this.#left.tail > 0 || content + tail === 0) return;
    writeTrailer(this.#slot, this.#at, { crc, length: this.#length });
    this.#at += TRAILER_SIZE;
  }

  #digest(bytes: Uint8Array): void {
    const last = bytes.length === this.#left.content;
    if (last && this.#chunk === undefined) {
      this.#digests.push(hash('sha256', bytes, 'buffer'));
      return;
    }
    this.#chunk ??= createHash('sha256');
    this.#chunk.update(bytes);
    if (!last) return;
    this.#digests.push(this.#chunk.digest());
    this.#chunk = undefined;
  }

  /** Cuts the next bytes of the tar stream into stored blocks; `copy` moves them even where they overlap. */
  #cut(part: 'content' | 'tail', length: number): void {
    const end = this.#from + length;
    while (this.#from < end) {
      if (this.#blockLeft === 0) this.#beginBlock(part);
      const to = Math.min(this.#from + this.#blockLeft, end);
      this.#at += this.#slot.copy(this.#slot, this.#at, this.#from, to);
      this.#blockLeft -= to - this.#from;
      this.#left[part] -= to - this.#from;
      this.#from = to;
    }
  }

  #beginBlock(part: 'content' | 'tail'): void {
    const left = this.#left[part];
    const length = Math.min(left, MAX_BLOCK);
    const last = length === left && (part === 'tail' || this.#left.tail === 0);
    writeBlockHeader(this.#slot, this.#at, { length, last });
    this.#at += BLOCK_HEADER_SIZE;
    this.#blockLeft = length;
  }
}
