/** How an upload is cut: R2 takes parts of one size, and each is held in memory. All sizes are bytes. */
import { MAX_PARTS, MIN_PART } from '../storage/limits.ts';

const MiB = 1024 * 1024;
/** What all uploads of an isolate hold at once; so no part is larger. */
export const MEMORY = 40 * MiB;
/** No upload has room for more. */
export const MAX_UPLOAD = roomFor(MEMORY);

/** The smallest part size with which so many bytes fit, in whole MiB; the largest where none is large enough. */
export function partSizeFor(length: number): number {
  const needed = Math.ceil(length / MAX_PARTS / MiB) * MiB;
  return Math.min(Math.max(MIN_PART, needed), MEMORY);
}

/** How many bytes an upload in parts of this size can have. */
export function roomFor(partSize: number): number {
  return partSize * MAX_PARTS;
}
