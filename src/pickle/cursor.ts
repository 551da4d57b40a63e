import type { RandomAccess } from './random-access.ts';

/** The file ends where something of it was still expected. */
export class EndOfFileError extends Error {
  override name = 'EndOfFileError';
}

const AHEAD = 4096;

/** Reads a file from an offset on. */
export class Cursor {
  readonly #file: RandomAccess;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Of what follows `#bytes`. */
  #next: number;

  constructor(file: RandomAccess, offset = 0) {
    this.#file = file;
    this.#next = offset;
  }

  /** Of the next byte. */
  get offset(): number {
    return this.#next - (this.#bytes.length - this.#at);
  }

  get ended(): boolean {
    return this.offset >= this.#file.size;
  }

  /** @throws EndOfFileError */
  async byte(): Promise<number> {
    if (this.#at === this.#bytes.length) await this.#fill(1);
    return this.#bytes[this.#at++] ?? 0;
  }

  /** @param length at most 4096. @throws EndOfFileError */
  async take(length: number): Promise<Uint8Array> {
    if (this.#at + length > this.#bytes.length) await this.#fill(length);
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  /** Little endian. @throws EndOfFileError */
  async number(bytes: number): Promise<number> {
    let value = 0;
    for (const [at, byte] of (await this.take(bytes)).entries()) value += byte * 2 ** (8 * at);
    return value;
  }

  /** @throws EndOfFileError where the file has not so many bytes left */
  skip(length: number): void {
    if (length > this.#file.size - this.offset) throw new EndOfFileError(`at byte ${this.#file.size}`);
    if (this.#at + length <= this.#bytes.length) {
      this.#at += length;
      return;
    }
    this.#next = this.offset + length;
    this.#at = this.#bytes.length;
    this.#bytes = new Uint8Array(0);
    this.#at = 0;
  }

  /**
   * Up to a newline, which is not in it, and passes over that.
   *
   * @returns undefined where the line is longer than 1024 bytes. @throws EndOfFileError
   */
  async line(): Promise<Uint8Array | undefined> {
    const line: number[] = [];
    for (let length = 0; ; length += 1) {
      const byte = await this.byte();
      if (byte === 0x0a) return length > 1024 ? undefined : Uint8Array.from(line);
      if (length < 1024) line.push(byte);
    }
  }

  async #fill(length: number): Promise<void> {
    const start = this.offset;
    if (start + length > this.#file.size) throw new EndOfFileError(`at byte ${this.#file.size}`);
    // A copy: what the file gives may be changed by the next read of it.
    this.#bytes = new Uint8Array(await this.#file.read(start, Math.min(AHEAD, this.#file.size - start)));
    this.#next = start + this.#bytes.length;
    this.#at = 0;
  }
}
