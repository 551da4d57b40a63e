/** Memory that is held for a while. */
export interface Room {
  bytes: Uint8Array<ArrayBuffer>;
  /** Gives it back; may be called twice. Only memory that nobody reads any more may be used again. */
  release: (options?: { isReusable: boolean }) => void;
}

/**
 * Memory that may be held at once, shared by every upload of an isolate: its 128 MB are shared too. Who asks waits
 * in turn until others give back. What was given back is handed out again, since it would become garbage faster than
 * that is collected.
 */
export class Budget {
  readonly #total: number;
  #free: number;
  #spare: ArrayBuffer[] = [];
  readonly #waiting: { bytes: number; start: () => void }[] = [];

  /** @param total bytes */
  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** @returns room of this many bytes, with anything in it. @throws RangeError for more than there is at all */
  async acquire(bytes: number): Promise<Room> {
    if (bytes > this.#total) throw new RangeError(`${bytes} bytes of ${this.#total}`);
    if (this.#waiting.length > 0 || bytes > this.#free) {
      await new Promise<void>((resolve) => this.#waiting.push({ bytes, start: resolve }));
    } else {
      this.#free -= bytes;
    }
    let memory: ArrayBuffer;
    try {
      memory = this.#memory(bytes);
    } catch (error) {
      this.#giveBack(bytes);
      throw error;
    }
    let held = true;
    return {
      bytes: new Uint8Array(memory),
      release: ({ isReusable } = { isReusable: false }) => {
        if (!held) return;
        held = false;
        if (isReusable) this.#spare.push(memory);
        this.#giveBack(bytes);
      },
    };
  }

  #giveBack(bytes: number): void {
    this.#free += bytes;
    this.#admit();
    if (this.#free === this.#total) this.#spare = [];
  }

  #memory(bytes: number): ArrayBuffer {
    if (this.#spare[0]?.byteLength !== bytes) this.#spare = []; // of another size they would be held beside
    return this.#spare.pop() ?? new ArrayBuffer(bytes);
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.start();
    }
  }
}
