/** Cuts a body into R2's equal parts, hashing on the way. */
import type { Bucket, MultipartUpload, UploadedPart } from '../storage/bucket.ts';
import { dataKey } from '../storage/keys.ts';
import type { Budget, Room } from './budget.ts';
import type { RunningHash } from './hash.ts';
import type { Journal, UploadRecord } from './journal.ts';
import { MAX_UPLOAD, partSizeFor, roomFor } from './parts.ts';
import type { Chunk } from './protocol.ts';
import { readPiece } from './read.ts';

/** Parts of one upload on their way to R2 at once, beside the one that is being filled. */
const IN_FLIGHT = 3;
/** Bytes that one read takes from the body: what a broken connection may lose. */
const PIECE = 512 * 1024;

interface PartInFlight {
  part: Promise<UploadedPart>;
  /** What the record says once this part and all before it are in R2. */
  offset: number;
  hash: Uint8Array<ArrayBuffer>;
}

interface Buffer extends Room {
  filled: number;
}

export interface WriterOptions {
  bucket: Bucket;
  journal: Journal;
  budget: Budget;
  hash: RunningHash;
  record: UploadRecord;
}

/** The body is too long for the parts that the upload was begun with. */
export class TooLarge extends Error {
  /** @param room bytes of the whole upload */
  constructor(room: number) {
    super(
      `the upload has room for ${room} bytes; where its POST says how many come (Upload-Length), for up to ${MAX_UPLOAD}`,
    );
  }
}

/**
 * Appends one body to an upload. Parts are sent several at a time and noted in order, so that the record is at any
 * moment a prefix of what arrived; when the body breaks off, everything that arrived is kept.
 */
export class PartWriter {
  readonly #options: WriterOptions;
  readonly #inFlight: PartInFlight[] = [];
  #multipart: MultipartUpload | undefined;
  #offset: number;
  #partNumber: number;
  #piece = new ArrayBuffer(PIECE);

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#offset = options.record.offset;
    this.#partNumber = Math.floor(options.record.offset / (options.record.partSize ?? Infinity)) + 1;
  }

  /**
   * @returns whether the body was as long as announced; no more than that is taken
   * @throws TooLarge, what the body or R2 throws, with the journal in order
   */
  async append({ body, length }: Chunk): Promise<boolean> {
    if (body === null) return (length ?? 0) === 0;
    const { record } = this.#options;
    record.partSize ??= partSizeFor(length ?? 0);
    const room = roomFor(record.partSize);
    const end = length === undefined ? room : record.offset + length;
    if (end > room) throw new TooLarge(room);
    const reader = body.getReader({ mode: 'byob' });
    let buffer: Buffer | undefined;
    try {
      for (let done = false; !done && this.#offset < end;) {
        buffer ??= await this.#buffer(end - this.#offset);
        done = await this.#fill(buffer, reader);
        if (buffer.filled === record.partSize) {
          await this.#send(buffer);
          buffer = undefined;
        }
      }
      if (this.#offset < end) return length === undefined;
      if (await isAtEnd(reader)) return true;
      if (length === undefined) throw new TooLarge(room);
      return false;
    } finally {
      reader.releaseLock();
      await this.#finish(buffer);
    }
  }

  /** Waits for the parts on their way, and keeps what fills none. */
  async #finish(buffer: Buffer | undefined): Promise<void> {
    await Promise.allSettled(this.#inFlight.map(({ part }) => part));
    try {
      await this.#settle(0);
      if (buffer !== undefined) this.#keep(buffer);
    } finally {
      buffer?.release();
    }
  }

  /** Room for a part, holding what the last request left over. */
  async #buffer(expected: number): Promise<Buffer> {
    const { record, journal, budget } = this.#options;
    const partSize = record.partSize ?? partSizeFor(0);
    const left = this.#offset % partSize;
    const room = Math.min(partSize, left + expected);
    const { bytes, release } = await budget.acquire(room);
    let filled = 0;
    if (left > 0) {
      for (const piece of journal.tail()) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
    }
    return { bytes, filled, release };
  }

  /** Reads until the buffer is full or the body ends. @returns whether it ended. */
  async #fill(buffer: Buffer, reader: ReadableStreamBYOBReader): Promise<boolean> {
    while (buffer.filled < buffer.bytes.length) {
      // Copied, since a read that fails keeps the memory that it was given.
      const size = Math.min(PIECE, buffer.bytes.length - buffer.filled);
      const { value, done } = await readPiece(reader, new Uint8Array(this.#piece, 0, size));
      if (value !== undefined) {
        this.#piece = value.buffer;
        this.#options.hash.update(value);
        buffer.bytes.set(value, buffer.filled);
        buffer.filled += value.length;
        this.#offset += value.length;
      }
      if (done) return true;
    }
    return false;
  }

  async #send(buffer: Buffer): Promise<void> {
    const { bucket, journal, record, hash } = this.#options;
    const number = this.#partNumber++;
    if (this.#multipart === undefined) {
      if (record.multipartId === undefined) {
        this.#multipart = await bucket.createMultipartUpload(dataKey(record.data));
        record.multipartId = this.#multipart.uploadId;
        journal.write(record);
      } else {
        this.#multipart = bucket.resumeMultipartUpload(dataKey(record.data), record.multipartId);
      }
    }
    const part = this.#multipart.uploadPart(number, buffer.bytes);
    // A part that failed may still be on its way.
    part.then(
      () => buffer.release({ isReusable: true }),
      () => buffer.release(),
    );
    part.catch(() => undefined); // seen in #settle, perhaps after another part has failed
    this.#inFlight.push({ part, offset: this.#offset, hash: hash.save() });
    await this.#settle(IN_FLIGHT - 1);
  }

  /** Notes the oldest parts until no more than `left` are on their way. */
  async #settle(left: number): Promise<void> {
    const { journal, record } = this.#options;
    while (this.#inFlight.length > left) {
      const oldest = this.#inFlight[0] as PartInFlight;
      const part = await oldest.part;
      this.#inFlight.shift();
      record.offset = oldest.offset;
      record.hash = oldest.hash;
      journal.addPart(record, part);
    }
  }

  #keep(buffer: Buffer): void {
    const { journal, record, hash } = this.#options;
    record.offset = this.#offset;
    record.hash = hash.save();
    journal.setTail(record, buffer.bytes.subarray(0, buffer.filled));
  }
}

async function isAtEnd(reader: ReadableStreamBYOBReader): Promise<boolean> {
  const { done } = await readPiece(reader, new Uint8Array(1));
  return done;
}
