/** Manifests and indexes of this registry, read whole. */
import type { Annotations } from '../../../src/oci/descriptor.ts';
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
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
