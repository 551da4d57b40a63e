import type { Descriptor } from '../../../src/oci/descriptor.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import type { Bucket, ListOptions, Stored, StoredBody } from './bucket.ts';
import { manifestKey, parseRepositoryKey, referrerKey, referrerPrefix } from './keys.ts';
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
/** Reads of R2 at once; a Worker may wait for six answers. */
const READS_AT_ONCE = 6;
/** What a page of referrers ends at: records, and their bytes, of which a manifest's annotations can be 4 MiB. */
const PAGE_RECORDS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
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

/** Notes that a manifest refers to a subject, with the descriptor that the referrers API answers, unless that is noted. */
export async function writeReferrer(
  bucket: Bucket,
  repository: string,
  subject: Digest,
  descriptor: Descriptor,
): Promise<void> {
  const key = referrerKey(repository, subject, descriptor.digest);
  const record = JSON.stringify(descriptor);
  if ((await (await bucket.get(key))?.text()) !== record) await bucket.put(key, record);
}

export async function removeReferrer(
  bucket: Bucket,
  repository: string,
  subject: Digest,
  digest: Digest,
): Promise<void> {
  await bucket.delete(referrerKey(repository, subject, digest));
}

export interface ReferrersPage {
  referrers: Descriptor[];
  /** The digest that the next page begins after; undefined on the last. */
  last: Digest | undefined;
}

/**
 * A page of the descriptors of the manifests that refer to a subject, which itself need not be there, in the order of
 * their digests.
 * @param after the last digest of the page before; need not be there
 */
export async function listReferrers(
  bucket: Bucket,
  repository: string,
  { subject, after }: { subject: Digest; after: Digest | undefined },
): Promise<ReferrersPage> {
  const { keys, more } = await keysOfPage(bucket, {
    prefix: referrerPrefix(repository, subject),
    limit: PAGE_RECORDS + 1,
    ...(after === undefined ? {} : { startAfter: referrerKey(repository, subject, after) }),
  });
  const referrers: Descriptor[] = [];
  for (let at = 0; at < keys.length; at += READS_AT_ONCE) {
    const texts = keys.slice(at, at + READS_AT_ONCE).map(async (key) => (await bucket.get(key))?.text());
    for (const text of await Promise.all(texts)) {
      if (text !== undefined) referrers.push(JSON.parse(text) as Descriptor);
    }
  }
  return { referrers, last: more ? parseRepositoryKey(keys.at(-1) ?? '')?.digest : undefined };
}

/** At least one where there is one, however large it is. */
async function keysOfPage(bucket: Bucket, options: ListOptions): Promise<{ keys: string[]; more: boolean }> {
  const keys: string[] = [];
  let bytes = 0;
  for await (const { key, size } of listAll(bucket, options)) {
    bytes += size;
    if (keys.length === PAGE_RECORDS || (keys.length > 0 && bytes > PAGE_BYTES)) return { keys, more: true };
    keys.push(key);
  }
  return { keys, more: false };
}
