/** The bytes of an upstream's blob, or of a range of it, taken up where a connection breaks. In workerd only. */
import type { Digest } from '../../../src/oci/digest.ts';
import { readPiece } from '../uploads/read.ts';
import { ImportFailure } from './failure.ts';
import { Busy, type Range, type UpstreamClient } from './upstream/client.ts';

type Reader = ReadableStreamBYOBReader;

/** Bytes that are given at once: in pieces of 256 KiB an import took 6 % more of the processor. */
export const PIECE = 1024 * 1024;
/** Connections that fail one after the other without having brought a piece. */
const MOST_FAILURES = 3;
/** R2 is waiting for the bytes meanwhile. */
const LONGEST_PAUSE_S = 15;

export interface BlobBodyOptions {
  upstream: UpstreamClient;
  digest: Digest;
  /** Bytes of the whole blob. */
  size: number;
  /** What of it is wanted; all of it where it is left out. */
  range?: Range;
  /** Seconds that the upstream may send nothing. */
  patience: number;
  /** Seconds before a second connection; twice as many before each further one. */
  retryDelay: number;
}

/**
 * Its methods throw ImportFailure where the upstream's answer contradicts the image, and any other error where asking
 * for all of it again may help.
 */
export class BlobBody {
  readonly #options: BlobBodyOptions;
  readonly #range: Range;
  /** Bytes of the range that were given. */
  #given = 0;
  #failures = 0;
  #reader: Reader | undefined;
  readonly #closing = new AbortController();
  /** Whether the connection ends where the range does; that of an upstream that ignores ranges goes on. */
  #endsWithRange = true;

  private constructor(options: BlobBodyOptions) {
    this.#options = options;
    this.#range = options.range ?? { offset: 0, length: options.size };
  }

  /** The upstream has answered, and may be given up at once where it refuses. */
  static async open(options: BlobBodyOptions): Promise<BlobBody> {
    const body = new BlobBody(options);
    try {
      await body.#connect();
    } catch (error) {
      await body.close();
      throw error;
    }
    return body;
  }

  /** Bytes of the range. */
  get length(): number {
    return this.#range.length;
  }

  /** Bytes of the range that are not given yet. */
  get left(): number {
    return this.length - this.#given;
  }

  /**
   * The next bytes: as many as the memory holds, or as are left.
   * @param memory taken over: only what is returned has it afterwards
   */
  async next(memory: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
    let room = memory;
    for (;;) {
      try {
        if (this.#reader === undefined) await this.#connect();
        this.#closing.signal.throwIfAborted();
        const bytes = await this.#fill(new Uint8Array(room, 0, Math.min(room.byteLength, this.left)));
        this.#given += bytes.length;
        this.#failures = 0;
        return bytes;
      } catch (error) {
        await this.#disconnect();
        if (error instanceof ImportFailure) throw error;
        await this.#pause(error);
        room = new ArrayBuffer(PIECE); // a read that fails keeps its memory
      }
    }
  }

  /** @throws ImportFailure where the upstream has more than was wanted */
  async checkEnd(): Promise<void> {
    if (this.#reader === undefined || !this.#endsWithRange) return;
    // All that was wanted has come: a connection that breaks now takes nothing of it away.
    const { value } = await this.#read(new Uint8Array(1)).catch(() => ({ value: undefined }));
    if (value !== undefined && value.length > 0) throw this.#wrongSize(`${this.#options.size}`, 'more');
  }

  /** Ends the connection, and makes none any more: whoever waits for bytes is told so. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the transfer was given up'));
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    await this.#reader?.cancel().catch(() => undefined); // it may be what broke
    this.#reader = undefined;
  }

  /** @throws the error where a further connection is not worth it: nothing came yet, or of several none brought anything */
  async #pause(error: unknown): Promise<void> {
    this.#failures += 1;
    const { signal } = this.#closing;
    if (signal.aborted || this.#given === 0 || this.#failures > MOST_FAILURES) throw error;
    const wanted = error instanceof Busy ? error.retryAfter : 0;
    const seconds = Math.max(wanted, this.#options.retryDelay * 2 ** (this.#failures - 1));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(seconds, LONGEST_PAUSE_S) * 1000);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
    signal.throwIfAborted();
  }

  async #connect(): Promise<void> {
    const { upstream, digest, size, range } = this.#options;
    const isWhole = range === undefined && this.#given === 0;
    const wanted = { offset: this.#range.offset + this.#given, length: this.left };
    const response = await upstream.blob(digest, isWhole ? undefined : wanted);
    this.#reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader({ mode: 'byob' });
    const said = response.headers.get('Content-Length');
    this.#endsWithRange = response.status === 206 || isWhole;
    if (response.status === 206) {
      const expected = `bytes ${wanted.offset}-${wanted.offset + wanted.length - 1}/${size}`;
      const actual = response.headers.get('Content-Range') ?? 'nothing';
      if (actual !== expected) throw this.#wrongSize(expected, actual);
      if (said !== null && Number(said) !== wanted.length) throw this.#wrongSize(`${wanted.length}`, said);
    } else if (said !== null && Number(said) !== size) {
      throw this.#wrongSize(`${size}`, said);
    }
    if (this.#reader === undefined && wanted.length > 0) throw new Error('the upstream sent no body');
    if (response.status !== 206) await this.#discard(wanted.offset);
  }

  /** What a server that ignores ranges sends before the range. */
  async #discard(bytes: number): Promise<void> {
    for (let left = bytes; left > 0;) {
      const { value, done } = await this.#read(new Uint8Array(Math.min(PIECE, left)));
      left -= value?.length ?? 0;
      if (done && left > 0) throw new Error(`the upstream broke off ${left} bytes before the range`);
    }
  }

  /** Reads until the memory is full; whoever sends slowly, but sends, has the patience anew each time. */
  async #fill(room: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const { length } = room;
    let memory = room.buffer;
    for (let filled = 0; filled < length;) {
      const { value, done } = await this.#read(new Uint8Array(memory, filled, length - filled));
      if (value !== undefined) {
        memory = value.buffer;
        filled += value.length;
      }
      if (done && filled < length) {
        throw new Error(`the upstream broke off ${this.left - filled} bytes early`);
      }
    }
    return new Uint8Array(memory, 0, length);
  }

  #read(memory: Uint8Array<ArrayBuffer>): ReturnType<typeof readPiece> {
    return readPiece(this.#reader as Reader, memory, this.#options.patience);
  }

  #wrongSize(expected: string, actual: string): ImportFailure {
    return new ImportFailure(
      `The upstream sends another size of the blob ${this.#options.digest} than the image says: ${actual} instead of ${expected}.`,
      'What the upstream holds is damaged: push the image to it again.',
    );
  }
}
