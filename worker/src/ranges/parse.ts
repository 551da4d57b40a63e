/**
 * The `Range` header of RFC 9110, section 14.2. R2's own parsing answers the whole object where several ranges are
 * asked for, and lazy snapshotters ask for several.
 */

/** `length` bytes from `offset` on; never empty. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** More than any client asks for at once; each is a read of its own. */
const MAX_RANGES = 256;

/**
 * @param size of the whole, in bytes
 * @returns the ranges, clamped to the whole, in the order asked for; `undefined` where the header is to be ignored
 * (no header, another unit, not the grammar, more bytes in all than the whole has); an empty list where no range can be satisfied
 * @throws RangeError for more ranges than are served at once
 */
export function parseRanges(header: string | undefined, size: number): ByteRange[] | undefined {
  const set = /^bytes=(.*)$/i.exec(header?.trim() ?? '')?.[1];
  if (set === undefined) return undefined;
  const specs = set
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  if (specs.length > MAX_RANGES)
    throw new RangeError(`at most ${MAX_RANGES} ranges can be asked for at once`);
  if (specs.length === 0) return undefined;
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const match = /^(\d*)-(\d*)$/.exec(spec);
    if (match === null || spec === '-') return undefined;
    const range = resolve(match[1] ?? '', match[2] ?? '', size);
    if (range !== undefined) ranges.push(range);
  }
  // Ranges that overlap could ask for the whole many times over (RFC 9110, section 14.2).
  const total = ranges.reduce((sum, { length }) => sum + length, 0);
  return total > size ? undefined : ranges;
}

/** One range within the whole, or undefined where it has nothing in common with it. */
function resolve(first: string, last: string, size: number): ByteRange | undefined {
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? undefined : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return offset < end ? { offset, length: end - offset } : undefined;
}

/** The `Content-Range` of a part (RFC 9110, section 14.4). */
export function contentRange({ offset, length }: ByteRange, size: number): string {
  return `bytes ${offset}-${offset + length - 1}/${size}`;
}
