/** Changes of a text that leave everything around them as it is. */
export interface Splice {
  /** Offsets in UTF-16 code units; `end` is not included. */
  start: number;
  end: number;
  text: string;
}

/** What to change in a sequence. */
export interface Change {
  /** Indices of elements. */
  remove: ReadonlySet<number>;
  /** The texts of elements to add at the end; their lines after the first are indented with the element. */
  add: readonly string[];
}

/**
 * Makes all changes, which are given in offsets of the text as it was; those at the same place in their order.
 *
 * @throws RangeError where two of them overlap.
 */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    if (splice.start < done) throw new RangeError('two edits change the same place of the list');
    parts.push(text.slice(done, splice.start), splice.text);
    done = splice.end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}
