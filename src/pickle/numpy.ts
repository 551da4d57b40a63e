/**
 * Arrays as numpy.save writes them.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import type { RandomAccess } from './random-access.ts';

/** Bytes of a header that are looked at. */
const MOST_HEADER = 1024 * 1024;

/** Where the pickle of an array of objects begins; undefined for arrays of numbers. */
export async function objectArrayStart(file: RandomAccess): Promise<number | undefined> {
  if (file.size < 12) return undefined;
  const [major = 0] = await file.read(6, 1);
  const lengthBytes = major === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const length = [...(await file.read(8, lengthBytes))].reduce((sum, byte, at) => sum + byte * 256 ** at, 0);
  if (start + length > file.size) return undefined;
  const header = new TextDecoder().decode(await file.read(start, Math.min(length, MOST_HEADER)));
  // A header is a literal of Python: 'O' is the type of objects, alone or in one of the fields.
  return /['"][|<>=]?O\d?['"]/.test(header) ? start + length : undefined;
}
