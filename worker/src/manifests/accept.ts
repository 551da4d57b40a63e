/** What makes a manifest part of a repository, whether it was pushed or imported. */
import type { Digest } from '../../../src/oci/digest.ts';
import { OciError } from '../errors.ts';
import { manifestKey, membershipKey } from '../storage/keys.ts';
import { writeManifest } from '../storage/manifests.ts';
import { hasToBeKept, type Store } from '../storage/store.ts';
import { parseDocument, type Document } from './document.ts';
import { listAmongReferrers } from './referrer.ts';

/** Bytes (spec.md, "Pushing Manifests": at least 4 MiB). */
export const MAX_MANIFEST_SIZE = 4 * 1024 * 1024;
/** Reads of R2 at once; a Worker may wait for six answers. */
const CHECKS_AT_ONCE = 6;
/** Objects that one call of the collector rewrites. */
const KEPT_AT_ONCE = 100;

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
  store: Store,
  repository: string,
  manifest: NewManifest,
): Promise<Document> {
  const { digest, mediaType, bytes } = manifest;
  const document = parseDocument(bytes, mediaType);
  await checkReferences(store, repository, document);
  const referrer = { descriptor: { mediaType, digest, size: bytes.length }, document };
  // First, since nobody pushes again what is there already.
  await listAmongReferrers(store, repository, referrer);
  await writeManifest(store, repository, manifest);
  // Whoever removed the manifest just before that has removed its record, too.
  await listAmongReferrers(store, repository, referrer);
  return document;
}

/** What is old, or condemned, could be removed before the manifest is seen to need it: it is kept from here on. */
async function checkReferences(store: Store, repository: string, document: Document): Promise<void> {
  const references = [
    ...document.blobs.map(({ digest }) => ({
      what: `blob ${digest}`,
      key: membershipKey(repository, digest),
    })),
    ...document.manifests.map(({ digest }) => ({
      what: `manifest ${digest}`,
      key: manifestKey(repository, digest),
    })),
  ];
  const old: Reference[] = [];
  for (let at = 0; at < references.length; at += CHECKS_AT_ONCE) {
    await Promise.all(
      references.slice(at, at + CHECKS_AT_ONCE).map(async (reference) => {
        const object = await store.head(reference.key);
        if (object === null) throw missing(reference);
        if (hasToBeKept(store, object)) old.push(reference);
      }),
    );
  }
  for (let at = 0; at < old.length; at += KEPT_AT_ONCE) {
    const some = old.slice(at, at + KEPT_AT_ONCE);
    const kept = await store.keep(some.map(({ key }) => key));
    const gone = some.find((_, index) => kept[index] !== true);
    if (gone !== undefined) throw missing(gone);
  }
}

interface Reference {
  what: string;
  key: string;
}

function missing({ what }: Reference): OciError {
  return new OciError('MANIFEST_BLOB_UNKNOWN', `the repository has no ${what}: push it first`);
}
