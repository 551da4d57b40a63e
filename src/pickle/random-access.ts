/** A file that is read where it matters, and no more of it than was agreed upon. */
export interface RandomAccess {
  /** Bytes. */
  size: number;
  /** The range must lie within the file. What it gives may be changed by the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** More of a file would have to be read than is reasonable to learn whether it is safe. */
export class TooMuchError extends Error {
  override name = 'TooMuchError';
}

const WINDOW = 64 * 1024;

/**
 * The file read in windows of 64 KiB, the last of which is kept.
 *
 * @param most bytes that are read in all; then reads throw a TooMuchError.
 */
export function windowed(file: RandomAccess, most: number): RandomAccess {
  let start = 0;
  let window: Uint8Array = new Uint8Array(0);
  let done = 0;
  return {
    size: file.size,
    async read(offset, length) {
      if (offset < start || offset + length > start + window.length) {
        const wanted = Math.min(Math.max(length, WINDOW), file.size - offset);
        done += wanted;
        if (done > most) throw new TooMuchError(`more than ${most} bytes`);
        window = await file.read(offset, wanted);
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}

/** A part of a file as a file. */
export function slice(file: RandomAccess, start: number, size: number): RandomAccess {
  return { size, read: (offset, length) => file.read(start + offset, length) };
}

export function inMemory(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}
