/** Digests of bytes in memory, in Node's own one-shot hash. */
import { hash } from 'node:crypto';

import { type Digest, parseDigest } from '../oci/digest.ts';
import { BadAnswer } from './errors.ts';

/** The digest of bytes; of sha256 unless another digest gives the algorithm. */
export function digestLike(bytes: Uint8Array, other?: Digest): Digest {
  const algorithm = other === undefined ? 'sha256' : parseDigest(other).algorithm;
  return `${algorithm}:${hash(algorithm, bytes)}`;
}

/** @throws BadAnswer when the bytes have another digest */
export function checkDigest(
  bytes: Uint8Array,
  expected: Digest,
  what = 'the bytes have another digest',
): void {
  const actual = digestLike(bytes, expected);
  if (actual !== expected) throw new BadAnswer(`${what}: ${actual}, where ${expected} was expected`);
}
