/** Documents of images and artifacts in this registry, read whole. */
import type { Annotations } from '../../../src/oci/descriptor.ts';
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { findBlob } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { readManifest } from '../storage/manifests.ts';
import { resolveTag } from '../storage/tags.ts';
import { parseDocument } from '../manifests/document.ts';

/** What a tag or digest names: a manifest or an index. */
export interface Root {
  digest: Digest;
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
  annotations: Annotations;
}

/** Undefined where it is not there, or is about to go. */
export async function readRoot(
  bucket: Bucket,
  repository: string,
  reference: string,
): Promise<Root | undefined> {
  const digest = isDigest(reference) ? reference : await resolveTag(bucket, repository, reference);
  if (digest === undefined) return undefined;
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === undefined || manifest.isCondemned) return undefined;
  const { mediaType, object } = manifest;
  const bytes = new Uint8Array(await object.arrayBuffer());
  return { digest, mediaType, bytes, annotations: parseDocument(bytes, mediaType).annotations ?? {} };
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
