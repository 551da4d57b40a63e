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

  /** @returns room of this many bytes, with anything in it. More than the whole budget counts as all of it. */
  async acquire(bytes: number): Promise<Room> {
    const claim = Math.min(bytes, this.#total);
    if (this.#waiting.length > 0 || claim > this.#free) {
      await new Promise<void>((resolve) => this.#waiting.push({ bytes: claim, start: resolve }));
    } else {
      this.#free -= claim;
    }
    const memory = this.#memory(bytes);
    let held = true;
    return {
      bytes: new Uint8Array(memory),
      release: ({ isReusable } = { isReusable: false }) => {
        if (!held) return;
        held = false;
        this.#free += claim;
        if (isReusable) this.#spare.push(memory);
        this.#admit();
        if (this.#free === this.#total) this.#spare = [];
      },
    };
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
