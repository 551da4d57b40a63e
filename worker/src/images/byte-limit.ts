/** Bytes that may be held at once by all requests of an isolate; who asks for more waits in turn. */
export class ByteLimit {
  #free: number;
  readonly #waiting: { bytes: number; start: () => void }[] = [];

  constructor(total: number) {
    this.#free = total;
  }

  /** @param bytes no more than there are in all. @returns what gives them back, to be called once */
  async take(bytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || bytes > this.#free) {
      await new Promise<void>((start) => this.#waiting.push({ bytes, start }));
    } else {
      this.#free -= bytes;
    }
    return () => {
      this.#free += bytes;
      for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
        this.#waiting.shift();
        this.#free -= next.bytes;
        next.start();
      }
    };
  }
}
