/** One hash thread's work on a layer: the layer's own bytes, made in place, and the digests that depend on them. */
import { createHash, hash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  BLOCK_HEADER_SIZE,
  GZIP_HEADER,
  MAX_BLOCK,
  TRAILER_SIZE,
  writeBlockHeader,
  writeTrailer,
} from '../../estargz/gzip.ts';
import type { MemberStep, Step } from './steps.ts';

export interface FramedSlot {
  /** Bytes of the layer, from the slot's beginning. */
  length: number;
  /** SHA-256 of the chunks that end in the slot, 32 bytes each. */
  chunkDigests: Uint8Array<ArrayBuffer>;
}

const DIGEST_SIZE = 32;

export class Framer {
  readonly #blob = createHash('sha256');
  #slot: Buffer = Buffer.alloc(0);
  /** Where the next byte of the layer goes, and where the next of content is; bytes. */
  #at = 0;
  #from = 0;
  #member = { content: 0, tail: 0, length: 0 };
  #blockLeft = 0;
  #crc = 0;
  #chunk: Hash | undefined;
  #digests: Buffer[] = [];

  /** Frames what the steps say, whose content lies in the slot from `contentAt` on. */
  frame(slot: SharedArrayBuffer, contentAt: number, steps: readonly Step[]): FramedSlot {
    this.#slot = Buffer.from(slot);
    this.#at = 0;
    this.#from = contentAt;
    this.#digests = [];
    for (const step of steps) this.#take(step);
    this.#blob.update(this.#slot.subarray(0, this.#at));
    const chunkDigests = new Uint8Array(this.#digests.length * DIGEST_SIZE);
    for (const [n, digest] of this.#digests.entries()) chunkDigests.set(digest, n * DIGEST_SIZE);
    return { length: this.#at, chunkDigests };
  }

  /** SHA-256 of the whole layer, in hex. */
  finish(): string {
    return this.#blob.digest('hex');
  }

  #take(step: Step): void {
    if (step.type === 'member') this.#begin(step);
    else if (step.type === 'content') this.#content(step.length);
    else if (step.type === 'literal') this.#frameBlocks('tail', Buffer.from(step.bytes.buffer));
    else this.#put(step.bytes);
  }

  #put(bytes: Uint8Array): void {
    this.#slot.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #begin({ content, tail }: MemberStep): void {
    this.#put(GZIP_HEADER);
    this.#member = { content, tail, length: content + tail };
    this.#crc = 0;
    this.#blockLeft = 0;
  }

  #content(length: number): void {
    const bytes = this.#slot.subarray(this.#from, this.#from + length);
    if (this.#chunk === undefined && length === this.#member.content) {
      this.#digests.push(hash('sha256', bytes, 'buffer'));
    } else {
      this.#chunk ??= createHash('sha256');
      this.#chunk.update(bytes);
      if (length === this.#member.content) {
        this.#digests.push(this.#chunk.digest());
        this.#chunk = undefined;
      }
    }
    this.#frameBlocks('content', bytes);
    this.#from += length;
  }

  /** Cuts bytes into stored blocks; they may lie further on in the slot itself. */
  #frameBlocks(part: 'content' | 'tail', bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc);
    let taken = 0;
    while (taken < bytes.length) {
      if (this.#blockLeft === 0) this.#beginBlock(part);
      const end = Math.min(taken + this.#blockLeft, bytes.length);
      this.#at += bytes.copy(this.#slot, this.#at, taken, end);
      this.#blockLeft -= end - taken;
      this.#member[part] -= end - taken;
      taken = end;
    }
    if (this.#member.content > 0 || this.#member.tail > 0) return;
    writeTrailer(this.#slot, this.#at, { crc: this.#crc, length: this.#member.length });
    this.#at += TRAILER_SIZE;
  }

  #beginBlock(part: 'content' | 'tail'): void {
    const left = this.#member[part];
    const length = Math.min(left, MAX_BLOCK);
    const last = length === left && (part === 'tail' || this.#member.tail === 0);
    writeBlockHeader(this.#slot, this.#at, { length, last });
    this.#at += BLOCK_HEADER_SIZE;
    this.#blockLeft = length;
  }
}
