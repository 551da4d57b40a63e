/** A value as far as a reader has to know it: a text, or anything else. */
export type Value = string | undefined;

/** The stack and the memo of a pickle's reader (CPython's Modules/_pickle.c, `Pdata` and `memo`). */
export class PickleStack {
  readonly #values: Value[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Value>();

  push(value: Value): void {
    this.#values.push(value);
  }

  mark(): void {
    this.#marks.push(this.#values.length);
  }

  /** Takes so many values. @returns them, the uppermost last; undefined where there are not so many above the mark */
  pop(count: number): Value[] | undefined {
    const height = this.#values.length - count;
    return height < this.#fence ? undefined : this.#values.splice(height);
  }

  /** Takes all above the last mark, and the mark. @returns what it took; undefined where there is no mark */
  popMark(): Value[] | undefined {
    const mark = this.#marks.pop();
    return mark === undefined ? undefined : this.#values.splice(mark);
  }

  /** Takes a value, or the mark where there is none above it. @returns whether there was either */
  popAny(): boolean {
    return (this.pop(1) ?? this.popMark()) !== undefined;
  }

  /** @returns whether there is a value above the mark. */
  duplicate(): boolean {
    const top = this.pop(1);
    if (top === undefined) return false;
    this.#values.push(top[0], top[0]);
    return true;
  }

  /** @param key the number of keys so far, where the pickle names none. */
  memoize(key = this.#memo.size): void {
    this.#memo.set(key, this.#values.at(-1));
  }

  recall(key: number): void {
    this.#values.push(this.#memo.get(key));
  }

  get #fence(): number {
    return this.#marks.at(-1) ?? 0;
  }
}
