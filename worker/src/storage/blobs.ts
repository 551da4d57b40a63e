/**
 * Blobs: bytes at `data/<id>`, and pointers to them that are written only once the digest is known to be right.
 * R2 can neither rename nor copy, so a blob whose digest arrives last cannot lie at its digest's key.
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Bucket, Stored } from './bucket.ts';
import { blobKey, membershipKey } from './keys.ts';

export interface Pointer {
  /** The key of the bytes. */
  data: string;
  /** Bytes. */
  size: number;
}

/** The blob as a member of the repository, or undefined. */
export async function findBlob(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<Pointer | undefined> {
  return toPointer(await bucket.head(membershipKey(repository, digest)));
}

/** The blob wherever it is, or undefined. */
export async function findAnywhere(bucket: Bucket, digest: Digest): Promise<Pointer | undefined> {
  return toPointer(await bucket.head(blobKey(digest)));
}

/**
 * Makes verified bytes known under their digest.
 * @returns the pointer that holds from now on: another's, where the blob was here already.
 */
export async function publishBlob(bucket: Bucket, digest: Digest, pointer: Pointer): Promise<Pointer> {
  const written = await bucket.put(blobKey(digest), '', {
    customMetadata: toMetadata(pointer),
    onlyIf: { etagDoesNotMatch: '*' },
  });
  return (written === null ? await findAnywhere(bucket, digest) : undefined) ?? pointer;
}

/** Makes a blob a member of the repository. */
export async function linkBlob(
  bucket: Bucket,
  repository: string,
  digest: Digest,
  pointer: Pointer,
): Promise<void> {
  await bucket.put(membershipKey(repository, digest), '', { customMetadata: toMetadata(pointer) });
}

/** Ends the membership; the bytes stay until nothing points to them. */
export async function unlinkBlob(bucket: Bucket, repository: string, digest: Digest): Promise<void> {
  await bucket.delete(membershipKey(repository, digest));
}

function toMetadata(pointer: Pointer): Record<string, string> {
  return { data: pointer.data, size: String(pointer.size) };
}

function toPointer(object: Stored | null): Pointer | undefined {
  if (object === null) return undefined;
  const { data, size } = object.customMetadata ?? {};
  if (data === undefined || size === undefined) throw new Error(`${object.key} points nowhere`);
  return { data, size: Number(size) };
}
