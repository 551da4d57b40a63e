/** Pulling, pushing and deleting manifests (spec.md, "Pulling manifests", "Pushing Manifests", "Deleting Manifests"). */
import { digestOf, parseDigest, type Digest } from '../../../src/oci/digest.ts';
import { touchModel } from '../catalogue/touch.ts';
import { touchContainers } from '../containers/touch.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { acceptManifest, MAX_MANIFEST_SIZE } from '../manifests/accept.ts';
import { parseDocument } from '../manifests/document.ts';
import { checkPartRemoval } from '../manifests/immutable-images.ts';
import { checkManifestRemoval, checkMove, checkRemoval, isImmutable } from '../manifests/immutable-tags.ts';
import type { Bucket, StoredBody } from '../storage/bucket.ts';
import {
  findManifest,
  readManifest,
  removeManifest,
  removeReferrer,
  type StoredManifest,
} from '../storage/manifests.ts';
import { moveTag, removeTag, resolveTag } from '../storage/tags.ts';
import { etagOf, immutableCaching } from './caching.ts';
import { checkMatch, conditionOf, isNoneMatch } from './conditions.ts';
import { asReference, newRepositoryOf, repositoryOf, tagsToMove, type Reference } from './parameters.ts';

export async function readManifestRoute(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param('reference') ?? '');
  const bucket = c.get('bucket');
  const digest =
    'digest' in reference ? reference.digest : await resolveTag(bucket, repository, reference.tag);
  if (digest === undefined) throw unknown();
  const headers = new Headers({
    ...('digest' in reference ? immutableCaching(c.env) : { 'Cache-Control': 'no-cache' }),
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
  });
  const isHeld = isNoneMatch(c.req.header('If-None-Match'), digest);
  const isBodyless = isHeld || c.req.method === 'HEAD';
  const read = isBodyless ? findManifest : readManifest;
  const manifest: (StoredManifest & { object?: StoredBody }) | undefined = await read(
    bucket,
    repository,
    digest,
  );
  // Who asks whether it is here means to refer to it, and who reads it knows of it already.
  if (manifest === undefined || (manifest.isCondemned && isBodyless)) throw unknown();
  checkMatch(c.req.header('If-Match'), etagOf(digest));
  if (isHeld) return new Response(null, { status: 304, headers });
  headers.set('Content-Type', manifest.mediaType);
  headers.set('Content-Length', String(manifest.size));
  return new Response((await manifest.object?.arrayBuffer()) ?? null, { headers });
}

/** By tag, or by digest with up to 100 `?tag=`. What the path names is what a condition is on. */
export async function writeManifestRoute(c: RouteContext): Promise<Response> {
  const repository = newRepositoryOf(c);
  const reference = asReference(c.req.param('reference') ?? '');
  const tags = 'tag' in reference ? [reference.tag] : tagsToMove(c);
  const bucket = c.get('bucket');
  const check = conditionOf(c);
  check?.(await digestAt(bucket, repository, reference));
  const bytes = await readBody(c.req.raw);
  const digest = await digestOf(
    bytes,
    'digest' in reference ? parseDigest(reference.digest).algorithm : 'sha256',
  );
  if ('digest' in reference && reference.digest !== digest) {
    throw new OciError('DIGEST_INVALID', `the manifest's digest is ${digest}, not ${reference.digest}`);
  }
  const mediaType = mediaTypeOf(c.req.header('Content-Type'));
  for (const tag of tags) await checkMove(c.env, bucket, { repository, tag, digest });
  const { subject } = await acceptManifest(bucket, repository, { digest, mediaType, bytes });
  const headers = new Headers({
    Location: `/v2/${repository}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
  });
  if (subject !== undefined) headers.set('OCI-Subject', subject);
  for (const tag of tags) {
    await moveTag(bucket, repository, {
      tag,
      digest,
      isImmutable: isImmutable(c.env, tag),
      check: 'tag' in reference ? check : undefined,
    });
    headers.append('OCI-Tag', tag);
  }
  if (tags.length > 0) await touchModel(c.env, repository);
  await touchContainers(c.env, { repository, tags, digest });
  return new Response(null, { status: 201, headers });
}

/** A tag alone, or a manifest with every tag that names it. */
export async function deleteManifest(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const reference = asReference(c.req.param('reference') ?? '');
  const bucket = c.get('bucket');
  if ('tag' in reference) {
    const named = await resolveTag(bucket, repository, reference.tag);
    if (named === undefined) throw unknown();
    conditionOf(c)?.(named);
    checkRemoval(c.env, reference.tag);
    await removeTag(bucket, repository, reference.tag);
    await touchModel(c.env, repository);
    await touchContainers(c.env, { repository, tags: [reference.tag] });
    return new Response(null, { status: 202 });
  }
  const { digest } = reference;
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === undefined || manifest.isCondemned) throw unknown();
  conditionOf(c)?.(digest);
  const bytes = new Uint8Array(await manifest.object.arrayBuffer());
  const tags = await checkManifestRemoval(c.env, bucket, { repository, digest });
  await checkPartRemoval(c.env, bucket, { repository, digest });
  const { subject } = parseDocument(bytes, manifest.mediaType);
  for (const tag of tags) await removeTag(bucket, repository, tag);
  if (subject !== undefined) await removeReferrer(bucket, repository, subject, digest);
  await removeManifest(bucket, repository, digest);
  if (tags.length > 0) await touchModel(c.env, repository);
  await touchContainers(c.env, { repository, tags, digest });
  return new Response(null, { status: 202 });
}

/** What is at the path; undefined where nothing is. */
async function digestAt(
  bucket: Bucket,
  repository: string,
  reference: Reference,
): Promise<Digest | undefined> {
  if ('tag' in reference) return resolveTag(bucket, repository, reference.tag);
  const found = await findManifest(bucket, repository, reference.digest);
  return found === undefined || found.isCondemned ? undefined : reference.digest;
}

/** Type and subtype, each a restricted name of 127 characters at most (RFC 6838, section 4.2). */
const MEDIA_TYPE = /^[a-z\d][\w!#$&^.+-]{0,126}\/[a-z\d][\w!#$&^.+-]{0,126}$/i;

/** Without parameters. @throws OciError MANIFEST_INVALID where the header does not name one */
function mediaTypeOf(contentType = ''): string {
  const mediaType = contentType.split(';')[0]?.trim() ?? '';
  if (MEDIA_TYPE.test(mediaType)) return mediaType;
  throw new OciError('MANIFEST_INVALID', 'Content-Type has to name the media type, as in type/subtype');
}

/** @throws OciError 413 once the body is longer than a manifest may be. */
async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += piece.length;
    if (size > MAX_MANIFEST_SIZE) {
      throw new OciError('SIZE_INVALID', `a manifest has at most ${MAX_MANIFEST_SIZE} bytes`, {
        status: 413,
      });
    }
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

function unknown(): OciError {
  return new OciError('MANIFEST_UNKNOWN', 'the repository has no such manifest');
}
