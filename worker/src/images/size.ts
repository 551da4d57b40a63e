import type { Digest } from '../../../src/oci/digest.ts';

/** Bytes of blobs, each counted once, as a registry stores and a client pulls them. */
export function sizeOf(blobs: readonly { digest: Digest; size: number }[]): number {
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
