/** Pulling and deleting blobs (spec.md, "Pulling blobs", "Deleting Blobs"). */
import type { Digest } from '../../../src/oci/digest.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { checkPartRemoval } from '../manifests/immutable-images.ts';
import { contentRange, parseRanges, type ByteRange } from '../ranges/parse.ts';
import { findBlob, unlinkBlob, type Pointer } from '../storage/blobs.ts';
import { GoneError, type Bucket } from '../storage/bucket.ts';
import { isOneSmallRange, rangeBody, rangesBody, wholeBody } from './bodies.ts';
import { etagOf, immutableCaching } from './caching.ts';
import { checkMatch, conditionOf, isNoneMatch } from './conditions.ts';
import { asDigest, repositoryOf } from './parameters.ts';

const MEDIA_TYPE = 'application/octet-stream';

export async function readBlob(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const digest = asDigest(c.req.param('digest') ?? '');
  const recent = await readRecent(c, repository, digest);
  if (recent !== undefined) return recent;
  const pointers = c.get('recentPointers');
  const since = Date.now();
  const blob = await findBlob(c.get('bucket'), repository, digest);
  if (blob === undefined) pointers.delete(repository, digest);
  else pointers.set(repository, digest, { pointer: blob, since });
  // Who asks whether it is here means to refer to it, and who reads it knows of it already.
  if (blob === undefined || (blob.isCondemned && c.req.method === 'HEAD')) throw unknown(digest);
  return answer(c, digest, blob);
}

/**
 * A small range, by where the blob was a moment ago. Undefined for whatever else there is to answer: that is for who
 * sees whether the blob is still here.
 */
async function readRecent(
  c: RouteContext,
  repository: string,
  digest: Digest,
): Promise<Response | undefined> {
  const blob = c.get('recentPointers').get(repository, digest);
  if (blob === undefined) return undefined;
  try {
    if (!isOneSmallRange(requestedRanges(c, digest, blob.size))) return undefined;
    const response = await answer(c, digest, blob);
    return response.status === 206 ? response : undefined;
  } catch (error) {
    if (error instanceof GoneError || error instanceof OciError) return undefined;
    throw error;
  }
}

async function answer(c: RouteContext, digest: Digest, blob: Pointer): Promise<Response> {
  const bucket = c.get('bucket');
  checkMatch(c.req.header('If-Match'), etagOf(digest));
  const headers = new Headers({
    ...immutableCaching(c.env),
    'Accept-Ranges': 'bytes',
    'Content-Type': MEDIA_TYPE,
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
  });
  if (isNoneMatch(c.req.header('If-None-Match'), digest)) return new Response(null, { status: 304, headers });
  const ranges = requestedRanges(c, digest, blob.size);
  if (ranges === undefined) {
    headers.set('Content-Length', String(blob.size));
    const body = c.req.method === 'HEAD' ? null : await wholeBody(bucket, blob);
    return new Response(body, { headers });
  }
  return partialResponse(bucket, blob, ranges, headers);
}

/** The ranges to answer with; undefined where the whole is to be answered. */
function requestedRanges(c: RouteContext, digest: Digest, size: number): ByteRange[] | undefined {
  if (c.req.method !== 'GET') return undefined; // RFC 9110, section 14.2: Range is for GET alone
  const condition = c.req.header('If-Range');
  if (condition !== undefined && condition !== etagOf(digest)) return undefined;
  let ranges: ByteRange[] | undefined;
  try {
    ranges = parseRanges(c.req.header('Range'), size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OciError('RANGE_INVALID', error.message, { status: 400, cause: error });
  }
  if (ranges?.length === 0) {
    throw new OciError('RANGE_INVALID', `the blob has ${size} bytes: nothing of it is in that range`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  return ranges;
}

async function partialResponse(
  bucket: Bucket,
  blob: Pointer,
  ranges: ByteRange[],
  headers: Headers,
): Promise<Response> {
  const [only, ...more] = ranges;
  if (only !== undefined && more.length === 0) {
    headers.set('Content-Range', contentRange(only, blob.size));
    headers.set('Content-Length', String(only.length));
    return new Response(await rangeBody(bucket, blob.data, only), { status: 206, headers });
  }
  const { contentType, length, stream } = rangesBody(bucket, blob, ranges, MEDIA_TYPE);
  headers.set('Content-Type', contentType);
  headers.set('Content-Length', String(length));
  return new Response(stream, { status: 206, headers });
}

export async function deleteBlob(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const digest = asDigest(c.req.param('digest') ?? '');
  const bucket = c.get('bucket');
  const blob = await findBlob(bucket, repository, digest);
  if (blob === undefined || blob.isCondemned) throw unknown(digest);
  conditionOf(c)?.(digest);
  await checkPartRemoval(c.env, bucket, { repository, digest });
  await unlinkBlob(bucket, repository, digest);
  c.get('recentPointers').delete(repository, digest);
  return new Response(null, { status: 202 });
}

function unknown(digest: Digest): OciError {
  return new OciError('BLOB_UNKNOWN', `the repository has no blob ${digest}`);
}
