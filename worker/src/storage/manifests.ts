import type { Descriptor } from '../../../src/oci/descriptor.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import type { Bucket, StoredBody } from './bucket.ts';
import { manifestKey, referrerKey, referrerPrefix } from './keys.ts';
import { listAll } from './list.ts';

/** A manifest as it was pushed. */
export interface StoredManifest {
  mediaType: string;
  /** Bytes. */
  size: number;
}

const OPAQUE = 'application/octet-stream';

/** What is known without reading the bytes, or undefined. */
export async function findManifest(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<StoredManifest | undefined> {
  const object = await bucket.head(manifestKey(repository, digest));
  return object === null
    ? undefined
    : { mediaType: object.httpMetadata?.contentType ?? OPAQUE, size: object.size };
}

export async function readManifest(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<(StoredManifest & { object: StoredBody }) | undefined> {
  const object = await bucket.get(manifestKey(repository, digest));
  return object === null
    ? undefined
    : { mediaType: object.httpMetadata?.contentType ?? OPAQUE, size: object.size, object };
}

export async function writeManifest(
  bucket: Bucket,
  repository: string,
  manifest: { digest: Digest; mediaType: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  await bucket.put(manifestKey(repository, manifest.digest), manifest.bytes, {
    httpMetadata: { contentType: manifest.mediaType },
  });
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
