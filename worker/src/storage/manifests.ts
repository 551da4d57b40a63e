import type { Descriptor } from '../../../src/oci/descriptor.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import type { Bucket, Stored, StoredBody } from './bucket.ts';
import { manifestKey, referrerKey, referrerPrefix } from './keys.ts';
import { listAll } from './list.ts';
import { condemnedAt, hasToBeKept, type Store } from './store.ts';

/** A manifest as it was pushed. */
export interface StoredManifest {
  mediaType: string;
  /** Bytes. */
  size: number;
  /** Nothing refers to it, and it is about to go: who asks whether it is here is told that it is not. */
  isCondemned: boolean;
}

/** Milliseconds. */
const JUST_WRITTEN = 2000;
const OPAQUE = 'application/octet-stream';

/** What is known without reading the bytes, or undefined. */
export async function findManifest(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<StoredManifest | undefined> {
  const object = await bucket.head(manifestKey(repository, digest));
  return object === null ? undefined : describe(object);
}

export async function readManifest(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<(StoredManifest & { object: StoredBody }) | undefined> {
  const object = await bucket.get(manifestKey(repository, digest));
  return object === null ? undefined : { ...describe(object), object };
}

function describe(object: Stored): StoredManifest {
  return {
    mediaType: object.httpMetadata?.contentType ?? OPAQUE,
    size: object.size,
    isCondemned: condemnedAt(object) !== undefined,
  };
}

export async function writeManifest(
  store: Store,
  repository: string,
  manifest: { digest: Digest; mediaType: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const key = manifestKey(repository, manifest.digest);
  const before = await store.head(key);
  if (before !== null && isJustWritten(store, before, manifest.mediaType)) return;
  // Whatever may be about to remove it has to know.
  if (before !== null && condemnedAt(before) !== undefined) await store.keep([key]);
  await store.put(key, manifest.bytes, {
    httpMetadata: { contentType: manifest.mediaType },
  });
}

/** R2 takes one write a second to a key, and who gives an image several tags sends its manifest with each. */
function isJustWritten(store: Store, object: Stored, mediaType: string): boolean {
  return (
    !hasToBeKept(store, object) &&
    object.httpMetadata?.contentType === mediaType &&
    Date.now() - object.uploaded.getTime() < JUST_WRITTEN
  );
}

export async function removeManifest(bucket: Bucket, repository: string, digest: Digest): Promise<void> {
  await bucket.delete(manifestKey(repository, digest));
}

/** Notes that a manifest refers to a subject, with the descriptor that the referrers API answers. */
export async function writeReferrer(
  bucket: Bucket,
  repository: string,
  subject: Digest,
  descriptor: Descriptor,
): Promise<void> {
  await bucket.put(referrerKey(repository, subject, descriptor.digest), JSON.stringify(descriptor));
}

export async function removeReferrer(
  bucket: Bucket,
  repository: string,
  subject: Digest,
  digest: Digest,
): Promise<void> {
  await bucket.delete(referrerKey(repository, subject, digest));
}

/** Descriptors of the manifests that refer to a subject, which itself need not be there. */
export async function listReferrers(
  bucket: Bucket,
  repository: string,
  subject: Digest,
): Promise<Descriptor[]> {
  const found: Descriptor[] = [];
  for await (const { key } of listAll(bucket, { prefix: referrerPrefix(repository, subject) })) {
    const object = await bucket.get(key);
    if (object !== null) found.push(JSON.parse(await object.text()) as Descriptor);
  }
  return found;
}
