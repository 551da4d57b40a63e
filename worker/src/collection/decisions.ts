/**
 * Carries out what is decided about single objects. R2 deletes without conditions, so what was condemned may only be
 * kept or removed by one at a time: the Durable Object calls these one after the other.
 */
import { parseDocument } from '../manifests/document.ts';
import { toPointer } from '../storage/blobs.ts';
import type { Bucket, PutOptions, Stored } from '../storage/bucket.ts';
import { parseRepositoryKey } from '../storage/keys.ts';
import { findManifest, removeReferrer } from '../storage/manifests.ts';
import { condemnedAt } from '../storage/store.ts';
import type { Kind } from './protocol.ts';

/** Writes the object again, as it is but for this. @returns whether it was there and met the condition */
async function rewrite(
  bucket: Bucket,
  { key, size }: Stored,
  { condemned, since, onlyIf }: { condemned?: number; since?: number; onlyIf?: PutOptions['onlyIf'] },
): Promise<boolean> {
  const object = await bucket.get(key);
  if (object === null) return false;
  const { condemned: _, since: __, ...metadata } = object.customMetadata ?? {};
  const contentType = object.httpMetadata?.contentType;
  const marks = condemned === undefined ? {} : { condemned: String(condemned), since: String(since) };
  const written = await bucket.put(key, size === 0 ? '' : new Uint8Array(await object.arrayBuffer()), {
    customMetadata: { ...metadata, ...marks },
    ...(contentType === undefined ? {} : { httpMetadata: { contentType } }),
    ...(onlyIf === undefined ? {} : { onlyIf }),
  });
  return written !== null;
}

/** @returns whether it is there, needed from now on */
export async function keep(bucket: Bucket, key: string): Promise<boolean> {
  const object = await bucket.head(key);
  // A write that R2 carries out after it was given up brings nothing back that is gone meanwhile.
  return object !== null && (await rewrite(bucket, object, { onlyIf: { etagMatches: object.etag } }));
}

/** @param cutoff what was written since is kept; milliseconds since the epoch */
export async function condemn(bucket: Bucket, key: string, cutoff: number): Promise<boolean> {
  const object = await bucket.head(key);
  if (object === null || condemnedAt(object) !== undefined || object.uploaded.getTime() >= cutoff)
    return false;
  return rewrite(bucket, object, {
    condemned: Date.now(),
    since: object.uploaded.getTime(),
    // Whoever pushes a manifest writes it without asking.
    onlyIf: { uploadedBefore: new Date(cutoff) },
  });
}

/** Removes what was condemned before the cutoff, and was not pardoned since. */
export async function remove(bucket: Bucket, key: string, kind: Kind, cutoff: number): Promise<boolean> {
  const object = await bucket.head(key);
  if (object === null) return false;
  const condemned = condemnedAt(object);
  if (condemned === undefined || condemned > cutoff) return false;
  if (kind === 'manifest') await removeFromReferrers(bucket, key);
  await bucket.delete(key);
  const pointer = kind === 'blob' ? toPointer(object) : undefined;
  // After its pointer: bytes without one are found by the next collection.
  if (pointer !== undefined) await bucket.delete(pointer.data);
  return true;
}

/** Removes the record of a referrer, unless it has come meanwhile. */
export async function removeRecord(bucket: Bucket, key: string): Promise<boolean> {
  const of = parseRepositoryKey(key);
  if (of?.digest === undefined || (await findManifest(bucket, of.repository, of.digest)) !== undefined)
    return false;
  await bucket.delete(key);
  return true;
}

/** Before the manifest itself, so that no list names what is not there. */
async function removeFromReferrers(bucket: Bucket, key: string): Promise<void> {
  const of = parseRepositoryKey(key);
  const object = await bucket.get(key);
  if (of?.digest === undefined || object === null) return;
  const bytes = new Uint8Array(await object.arrayBuffer());
  const { subject } = parseDocument(bytes, object.httpMetadata?.contentType ?? '');
  if (subject !== undefined) await removeReferrer(bucket, of.repository, subject, of.digest);
}
