/**
 * Blobs: bytes at `data/<id>`, and pointers to them that are written only once the digest is known to be right.
 * R2 can neither rename nor copy, so a blob whose digest arrives last cannot lie at its digest's key.
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Bucket, Stored } from './bucket.ts';
import { blobKey, dataKey, membershipKey } from './keys.ts';
import { condemnedAt, hasToBeKept, type Store } from './store.ts';

export interface Pointer {
  /** The key of the bytes. */
  data: string;
  /** Bytes. */
  size: number;
  /** Nothing refers to it, and it is about to go: who asks whether it is here is told that it is not. */
  isCondemned?: boolean;
}

const ATTEMPTS = 5;

/** The blob as a member of the repository, or undefined. */
export async function findBlob(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<Pointer | undefined> {
  return toPointer(await bucket.head(membershipKey(repository, digest)));
}

/** A small blob of a repository; undefined where the repository lacks it or it is larger. */
export async function readBlobBytes(
  bucket: Bucket,
  { repository, digest, maxBytes }: { repository: string; digest: Digest; maxBytes: number },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pointer = await findBlob(bucket, repository, digest);
  if (pointer === undefined || pointer.size > maxBytes) return undefined;
  const object = await bucket.get(pointer.data);
  return object === null ? undefined : new Uint8Array(await object.arrayBuffer());
}

/** The blob wherever it is, or undefined where it is nowhere or condemned. */
export async function findAnywhere(bucket: Bucket, digest: Digest): Promise<Pointer | undefined> {
  const pointer = await findPointer(bucket, digest);
  return pointer?.isCondemned ? undefined : pointer;
}

/** The blob wherever it is, condemned or not: its bytes are in use. */
export async function findPointer(bucket: Bucket, digest: Digest): Promise<Pointer | undefined> {
  return toPointer(await bucket.head(blobKey(digest)));
}

/**
 * Makes verified bytes known under their digest.
 * @returns the pointer that holds from now on: another's, where the blob was here already.
 */
export function publishBlob(store: Store, digest: Digest, pointer: Pointer): Promise<Pointer> {
  return establish(store, blobKey(digest), pointer);
}

/** Makes a blob a member of the repository. */
export async function linkBlob(
  store: Store,
  repository: string,
  digest: Digest,
  pointer: Pointer,
): Promise<void> {
  await establish(store, membershipKey(repository, digest), pointer);
}

/** Writes a small blob that the registry itself has made, and makes it a member of the repository. */
export async function storeBlob(
  store: Store,
  repository: string,
  { digest, bytes }: { digest: Digest; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const present = await findAnywhere(store, digest);
  if (present !== undefined) return linkBlob(store, repository, digest, present);
  const mine = { data: dataKey(crypto.randomUUID()), size: bytes.length };
  await store.put(mine.data, bytes);
  const pointer = await publishBlob(store, digest, mine);
  await linkBlob(store, repository, digest, pointer);
  if (pointer.data !== mine.data) await store.delete(mine.data);
}

/** Ends the membership; the bytes stay until nothing points to them. */
export async function unlinkBlob(bucket: Bucket, repository: string, digest: Digest): Promise<void> {
  await bucket.delete(membershipKey(repository, digest));
}

/** Sees to it that a pointer is at the key and stays there for now. @returns the one that is */
async function establish(store: Store, key: string, pointer: Pointer): Promise<Pointer> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await store.head(key);
    if (before === null) {
      const options = { customMetadata: toMetadata(pointer), onlyIf: { etagDoesNotMatch: '*' } };
      try {
        if ((await store.put(key, '', options)) !== null) return pointer;
      } catch (error) {
        // R2 takes one write a second to a key: another may just have written the same.
        if (attempt === ATTEMPTS || (await store.head(key)) === null) throw error;
      }
    } else {
      const [isKept] = hasToBeKept(store, before) ? await store.keep([key]) : [true];
      if (isKept) return toPointer(before) ?? pointer;
    }
  }
  throw new Error(`${key} comes and goes`);
}

function toMetadata(pointer: Pointer): Record<string, string> {
  return { data: pointer.data, size: String(pointer.size) };
}

export function toPointer(object: Stored | null): Pointer | undefined {
  if (object === null) return undefined;
  const { data, size } = object.customMetadata ?? {};
  if (data === undefined || size === undefined) throw new Error(`${object.key} points nowhere`);
  const isCondemned = condemnedAt(object) !== undefined;
  return { data, size: Number(size), ...(isCondemned ? { isCondemned } : {}) };
}
