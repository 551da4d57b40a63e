/** Pushing blobs: in one request, in one stream, in chunks, or by mounting (spec.md, "Pushing blobs"). */
import { parseDigest, type Digest } from '../../../src/oci/digest.ts';
import { ALL_NAMES } from '../access/actions.ts';
import { mayPull } from '../access/guard.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { findAnywhere, findBlob, linkBlob } from '../storage/blobs.ts';
import { retry } from '../storage/retry.ts';
import { bodyLimitHeader } from '../uploads/body-limit.ts';
import type { HashAlgorithm } from '../uploads/hash.ts';
import { MAX_UPLOAD } from '../uploads/parts.ts';
import type { Chunk, Outcome, Refusal, Upload } from '../uploads/protocol.ts';
import { asDigest, asRepository, newRepositoryOf, repositoryOf } from './parameters.ts';

export async function startUpload(c: RouteContext): Promise<Response> {
  const repository = newRepositoryOf(c);
  const mount = c.req.query('mount');
  if (mount !== undefined) {
    const mounted = await mountBlob(c, repository, asDigest(mount));
    if (mounted !== undefined) return mounted;
  }
  const wanted = c.req.query('digest');
  const digest = wanted === undefined ? undefined : asDigest(wanted);
  const algorithm = digest === undefined ? algorithmOf(c) : parseDigest(digest).algorithm;
  const length = uploadLengthOf(c);
  const id = c.env.UPLOADS.newUniqueId();
  await calling(c, id, (upload) => upload.start(repository, algorithm, length));
  if (digest !== undefined) {
    const chunk = chunkOf(c);
    const outcome = await c.env.UPLOADS.get(id).finish(repository, digest, chunk);
    return finished(repository, String(id), digest, outcome);
  }
  const headers = { ...uploadHeaders(repository, String(id), 0), ...bodyLimitHeader(c.env) };
  return new Response(null, { status: 202, headers });
}

export async function readUpload(c: RouteContext): Promise<Response> {
  const { repository, id, name } = uploadOf(c);
  const outcome = await calling(c, id, (upload) => upload.status(repository));
  const offset = accepted(outcome, repository, name);
  const headers = { ...uploadHeaders(repository, name, offset), ...bodyLimitHeader(c.env) };
  return new Response(null, { status: 204, headers });
}

export async function appendUpload(c: RouteContext): Promise<Response> {
  const { repository, id, name } = uploadOf(c);
  const chunk = chunkOf(c);
  // Not repeated: the body can be sent only once.
  const outcome = await c.env.UPLOADS.get(id).append(repository, chunk);
  const offset = accepted(outcome, repository, name);
  return new Response(null, { status: 202, headers: uploadHeaders(repository, name, offset) });
}

export async function finishUpload(c: RouteContext): Promise<Response> {
  const { repository, id, name } = uploadOf(c);
  const digest = asDigest(c.req.query('digest') ?? '');
  const chunk = chunkOf(c);
  const finish = (upload: Upload): Promise<Outcome> => upload.finish(repository, digest, chunk);
  const outcome = chunk.body === null ? await calling(c, id, finish) : await finish(c.env.UPLOADS.get(id));
  return finished(repository, name, digest, outcome);
}

export async function cancelUpload(c: RouteContext): Promise<Response> {
  const { repository, id, name } = uploadOf(c);
  accepted(await calling(c, id, (upload) => upload.cancel(repository)), repository, name);
  return new Response(null, { status: 204 });
}

/**
 * Takes a blob over from another repository; without `from`, from wherever it is. Only what the caller may pull there,
 * so this tells nothing that a pull would not.
 * @returns undefined where there is nothing to mount, and an upload begins instead
 */
async function mountBlob(c: RouteContext, repository: string, digest: Digest): Promise<Response | undefined> {
  const bucket = c.get('bucket');
  const named = c.req.query('from');
  const from = named === undefined ? undefined : asRepository(named);
  if (!(await mayPull(c, from ?? ALL_NAMES))) return undefined;
  const blob = await findAnywhere(bucket, digest);
  if (blob === undefined) return undefined;
  if (from !== undefined) {
    const theirs = await findBlob(bucket, from, digest);
    if (theirs === undefined || theirs.isCondemned) return undefined;
  }
  await linkBlob(bucket, repository, digest, blob);
  return created(repository, digest);
}

function uploadOf(c: RouteContext): { repository: string; id: unknown; name: string } {
  const repository = repositoryOf(c);
  const name = c.req.param('id') ?? '';
  try {
    return { repository, id: c.env.UPLOADS.idFromString(name), name };
  } catch (error) {
    throw new OciError('BLOB_UPLOAD_UNKNOWN', 'there is no such upload', { cause: error });
  }
}

function algorithmOf(c: RouteContext): HashAlgorithm {
  const algorithm = c.req.query('digest-algorithm') ?? 'sha256';
  if (algorithm === 'sha256' || algorithm === 'sha512') return algorithm;
  throw new OciError('DIGEST_INVALID', 'the digest algorithms here are sha256 and sha512');
}

/**
 * What will come in all, in one body or many. No client has to say it; those of several chunks get more room by it.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpbis-resumable-upload/ for the header
 */
function uploadLengthOf(c: RouteContext): number | undefined {
  const header = c.req.header('Upload-Length');
  if (header === undefined) return undefined;
  if (!/^\d+$/.test(header)) throw new OciError('SIZE_INVALID', 'Upload-Length is not a number of bytes');
  const length = Number(header);
  if (length <= MAX_UPLOAD) return length;
  throw new OciError('SIZE_INVALID', `an upload has room for ${MAX_UPLOAD} bytes at most`, { status: 413 });
}

/** The body with what its headers say of it: `Content-Range: <first>-<last>`, `Content-Length`. */
function chunkOf(c: RouteContext): Chunk {
  const body = c.req.raw.body as Chunk['body'];
  const announced = c.req.header('Content-Length');
  const length = announced === undefined ? undefined : Number(announced);
  const header = c.req.header('Content-Range');
  if (header === undefined) return { body: length === 0 ? null : body, length };
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim());
  const [start, last] = (match ?? []).slice(1).map(Number);
  if (start === undefined || last === undefined || last < start) {
    throw new OciError('BLOB_UPLOAD_INVALID', 'Content-Range is not <first byte>-<last byte>');
  }
  const claimed = last - start + 1;
  if (length !== undefined && length !== claimed) {
    throw new OciError('SIZE_INVALID', `Content-Range speaks of ${claimed} bytes, the body has ${length}`);
  }
  return { body, start, length: claimed };
}

/** Calls what may be called again when the Durable Object was moved or restarted meanwhile. */
function calling(c: RouteContext, id: unknown, call: (upload: Upload) => Promise<Outcome>): Promise<Outcome> {
  return retry(
    () => call(c.env.UPLOADS.get(id)),
    (error) => (error as { retryable?: boolean }).retryable === true,
  );
}

/** @returns the offset. @throws OciError for a refusal. */
function accepted(outcome: Outcome, repository: string, id: string): number {
  if (outcome.ok) return outcome.offset;
  throw refusal(outcome, uploadHeaders(repository, id, outcome.offset));
}

/** @param headers say where the upload stands, so that the client can go on there. */
function refusal(outcome: Outcome & { ok: false }, headers: Record<string, string>): OciError {
  const errors: Record<Refusal, () => OciError> = {
    unknown: () => new OciError('BLOB_UPLOAD_UNKNOWN', 'there is no such upload'),
    digest: () => new OciError('DIGEST_INVALID', outcome.detail ?? 'the bytes have another digest'),
    size: () =>
      new OciError('SIZE_INVALID', outcome.detail ?? 'the upload has no room for it', { status: 413 }),
    stalled: () => new OciError('BLOB_UPLOAD_INVALID', 'nothing came for a minute', { status: 408, headers }),
    length: () => new OciError('SIZE_INVALID', 'the body is not as long as announced', { headers }),
    offset: () =>
      new OciError('BLOB_UPLOAD_INVALID', `the next byte to send is ${outcome.offset}`, {
        status: 416,
        headers,
      }),
  };
  return errors[outcome.reason]();
}

function finished(repository: string, id: string, digest: Digest, outcome: Outcome): Response {
  accepted(outcome, repository, id);
  return created(repository, digest);
}

function created(repository: string, digest: Digest): Response {
  return new Response(null, {
    status: 201,
    headers: { Location: `/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest },
  });
}

/** `Range` names the last byte; `0-0` stands for none as well (spec.md, "Pushing a blob in chunks"). */
function uploadHeaders(repository: string, id: string, offset: number): Record<string, string> {
  return {
    Location: `/v2/${repository}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, offset - 1)}`,
    'Docker-Upload-UUID': id,
  };
}
