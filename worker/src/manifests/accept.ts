/** What makes a manifest part of a repository, whether it was pushed or imported. */
import type { Digest } from '../../../src/oci/digest.ts';
import { OciError } from '../errors.ts';
import { findBlob } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { findManifest, writeManifest, writeReferrer } from '../storage/manifests.ts';
import { parseDocument, type Document } from './document.ts';

/** Bytes (spec.md, "Pushing Manifests": at least 4 MiB). */
export const MAX_MANIFEST_SIZE = 4 * 1024 * 1024;
/** Reads of R2 at once; a Worker may wait for six answers. */
const CHECKS_AT_ONCE = 6;

export interface NewManifest {
  /** Of the bytes; the caller has checked it. */
  digest: Digest;
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Stores a manifest once the repository has all that it refers to, and lists it among its subject's referrers.
 * @throws OciError MANIFEST_INVALID, or MANIFEST_BLOB_UNKNOWN naming what the repository lacks
 */
export async function acceptManifest(
  bucket: Bucket,
  repository: string,
  manifest: NewManifest,
): Promise<Document> {
  const { digest, mediaType, bytes } = manifest;
  const document = parseDocument(bytes, mediaType);
  await checkReferences(bucket, repository, document);
  await writeManifest(bucket, repository, manifest);
  const { subject, artifactType, annotations } = document;
  if (subject !== undefined) {
    await writeReferrer(bucket, repository, subject, {
      mediaType,
      digest,
      size: bytes.length,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(annotations === undefined ? {} : { annotations }),
    });
  }
  return document;
}

async function checkReferences(bucket: Bucket, repository: string, document: Document): Promise<void> {
  const checks = [
    ...document.blobs.map(({ digest }) => ({ digest, kind: 'blob', find: findBlob })),
    ...document.manifests.map(({ digest }) => ({ digest, kind: 'manifest', find: findManifest })),
  ];
  for (let at = 0; at < checks.length; at += CHECKS_AT_ONCE) {
    await Promise.all(
      checks.slice(at, at + CHECKS_AT_ONCE).map(async ({ digest, kind, find }) => {
        if ((await find(bucket, repository, digest)) !== undefined) return;
        throw new OciError('MANIFEST_BLOB_UNKNOWN', `the repository has no ${kind} ${digest}: push it first`);
      }),
    );
  }
}
