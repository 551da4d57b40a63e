import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { OciError } from '../errors.ts';
import type { Bucket, Stored } from './bucket.ts';
import { tagKey, tagPrefix } from './keys.ts';
import { listAll } from './list.ts';
import { readManifest } from './manifests.ts';

const ATTEMPTS = 5;
/** On the root document of what shares an image's layers: the digest of the image (docs/api.md). */
export const IMAGE_ANNOTATION = 'ai.depot.image';

/** The digest that a tag names, or undefined. */
export async function resolveTag(
  bucket: Bucket,
  repository: string,
  tag: string,
): Promise<Digest | undefined> {
  const object = await bucket.head(tagKey(repository, tag));
  return object === null ? undefined : digestOfTag(object);
}

export interface NewTag {
  tag: string;
  digest: Digest;
  /** It keeps the first manifest that it names (manifests/immutable-tags.ts). */
  isImmutable: boolean;
  /** Throws where the tag may not move from what it names now; undefined where it names nothing. */
  check?: ((current: Digest | undefined) => void) | undefined;
}

/**
 * Points a tag to a manifest by compare-and-set: two pushes at once come one after the other. The digest is the
 * object's body as well as its metadata, since R2's condition compares the body's hash alone.
 * @throws OciError where others move the tag all the time, or where it is immutable and names another manifest, and what
 * the check throws
 */
export async function moveTag(
  bucket: Bucket,
  repository: string,
  { tag, digest, isImmutable, check }: NewTag,
): Promise<void> {
  const key = tagKey(repository, tag);
  // Kept with the tag: a list of tags alone then tells which of them are companions, and of what.
  const image = tag.includes('-') ? await imageOf(bucket, repository, digest) : undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await bucket.head(key);
    const current = before === null ? undefined : digestOfTag(before);
    // After the first attempt it may be that one which gave the tag its digest, and whose answer was lost.
    if (attempt === 1 || current !== digest) check?.(current);
    if (current === digest) return;
    if (isImmutable && current !== undefined) throw cannotMove(tag, current);
    const written = await bucket.put(key, digest, {
      customMetadata: image === undefined ? { digest } : { digest, image },
      onlyIf: before === null ? { etagDoesNotMatch: '*' } : { etagMatches: before.etag },
    });
    if (written !== null) return;
  }
  throw new OciError('TOOMANYREQUESTS', `the tag ${tag} is being moved by others: try again`, {
    headers: { 'Retry-After': '1' },
  });
}

export async function removeTag(bucket: Bucket, repository: string, tag: string): Promise<void> {
  await bucket.delete(tagKey(repository, tag));
}

export interface StoredTag {
  tag: string;
  digest: Digest;
  movedAt: Date;
  /** The image whose companion it says it is. */
  image: Digest | undefined;
}

/** The repository's tags with what they name, and since when. */
export async function* allTags(bucket: Bucket, repository: string): AsyncGenerator<StoredTag> {
  const prefix = tagPrefix(repository);
  for await (const object of listAll(bucket, { prefix, include: ['customMetadata'] })) {
    yield {
      tag: object.key.slice(prefix.length),
      digest: digestOfTag(object),
      movedAt: object.uploaded,
      image: digestOrNone(object.customMetadata?.['image']),
    };
  }
}

/** The repository's tags that name this manifest. */
export async function tagsOf(bucket: Bucket, repository: string, digest: Digest): Promise<string[]> {
  const tags: string[] = [];
  for await (const named of allTags(bucket, repository)) if (named.digest === digest) tags.push(named.tag);
  return tags;
}

/**
 * Tags in the order of their bytes (spec.md, "Listing Tags").
 * @param after the last tag of the page before; need not exist
 * @returns at most `limit` tags, and whether there are more
 */
export async function listTags(
  bucket: Bucket,
  repository: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ tags: string[]; more: boolean }> {
  const prefix = tagPrefix(repository);
  const tags: string[] = [];
  if (limit === 0) return { tags, more: false };
  const start = after === undefined ? {} : { startAfter: prefix + after };
  const page = limit < 1000 ? { limit: limit + 1 } : {};
  for await (const { key } of listAll(bucket, { prefix, ...start, ...page })) {
    if (tags.length === limit) return { tags, more: true };
    tags.push(key.slice(prefix.length));
  }
  return { tags, more: false };
}

function digestOfTag(object: Stored): Digest {
  const digest = object.customMetadata?.['digest'];
  if (digest === undefined || !isDigest(digest)) throw new Error(`${object.key} names no digest`);
  return digest;
}

/** What a manifest says that it is a companion of. */
async function imageOf(bucket: Bucket, repository: string, digest: Digest): Promise<Digest | undefined> {
  const manifest = await readManifest(bucket, repository, digest);
  const text = (await manifest?.object.text()) ?? '';
  // Most are of no image, and need not be parsed.
  if (!text.includes(IMAGE_ANNOTATION)) return undefined;
  try {
    const { annotations } = JSON.parse(text) as { annotations?: Record<string, unknown> };
    return digestOrNone(annotations?.[IMAGE_ANNOTATION]);
  } catch {
    return undefined; // no JSON: it was taken as it is
  }
}

function digestOrNone(value: unknown): Digest | undefined {
  return typeof value === 'string' && isDigest(value) ? value : undefined;
}

export function cannotMove(tag: string, before: Digest): OciError {
  const message = `the tag ${tag} is immutable here, and names ${before}: push under another tag`;
  return new OciError('DENIED', message, { status: 409 });
}
