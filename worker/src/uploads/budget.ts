/**
 * Bytes that may be held at once, shared by every upload of an isolate: its 128 MB are shared too. Who asks waits
 * in turn until others give back.
 */
export class Budget {
  readonly #total: number;
  #free: number;
  readonly #waiting: { bytes: number; start: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** @returns what gives the bytes back; may be called twice. More than the whole budget counts as all of it. */
  async acquire(bytes: number): Promise<() => void> {
    const claim = Math.min(bytes, this.#total);
    if (this.#waiting.length > 0 || claim > this.#free) {
      await new Promise<void>((resolve) => this.#waiting.push({ bytes: claim, start: resolve }));
    } else {
      this.#free -= claim;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#free += claim;
      this.#admit();
    };
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
