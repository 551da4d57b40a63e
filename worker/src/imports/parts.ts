/** How blobs are cut: R2 wants parts of one size, and a Workflow has so many steps. All sizes are bytes. */
import { MAX_PARTS, MIN_PART } from '../storage/limits.ts';

const MiB = 1024 * 1024;
/**
 * A blob of one part is hashed by the runtime itself, which is five times as fast as what a step's result can hold the
 * state of. A broken connection is taken up where it broke; what makes a part begin anew is a Worker that is stopped, an
 * error of R2 within it, or an upstream that is gone for long.
 */
const PREFERRED_PART = 1024 * MiB;
/** A part that R2 takes is smaller. */
const MAX_PART = 5 * 1024 * MiB - MiB;
const MAX_STEPS = 10_000;
/** Steps of an import that are not of a blob: planning, manifests, tag, reports; some are in reserve. */
const OTHER_STEPS = 200;
/** Steps of a blob beside its parts: beginning and completing it. */
const STEPS_A_BLOB = 2;

/**
 * The least part size with which all these blobs can be imported.
 * @param sizes of the blobs that are to be fetched
 * @param options.present how many blobs are here already; each is a step
 * @returns undefined where they are too many or too large
 */
export function partSizeFor(
  sizes: readonly number[],
  { present = 0, preferred = PREFERRED_PART }: { present?: number; preferred?: number | undefined } = {},
): number | undefined {
  const steps = MAX_STEPS - OTHER_STEPS - present - STEPS_A_BLOB * sizes.length;
  // Each blob may have one part that is not full.
  const full = steps - sizes.length;
  if (full <= 0) return undefined;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0);
  const needed = Math.max(total / full, largest / MAX_PARTS);
  const partSize = Math.max(MIN_PART, preferred, Math.ceil(needed / MiB) * MiB);
  return partSize <= MAX_PART ? partSize : undefined;
}

/** The parts of a blob, numbered from 1. */
export function partsOf(
  size: number,
  partSize: number,
): { number: number; offset: number; length: number }[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => {
    const offset = index * partSize;
    return { number: index + 1, offset, length: Math.min(partSize, size - offset) };
  });
}
