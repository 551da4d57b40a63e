/**
 * Importing an image from another registry (docs/imports.md). It is no part of the distribution specification; the
 * underscore keeps it apart from what may become one.
 */
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { touchModel } from '../catalogue/touch.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { ImportFailure } from '../imports/failure.ts';
import { readRecord, type ImportRecord, type ImportRequest } from '../imports/record.ts';
import { refresh, startImport } from '../imports/start.ts';
import { findUpstream } from '../imports/upstream/allow-list.ts';
import { Busy, UpstreamClient } from '../imports/upstream/client.ts';
import { readBytes } from '../imports/upstream/http.ts';
import { checkMove } from '../manifests/immutable-tags.ts';
import { findManifest } from '../storage/manifests.ts';
import { resolveTag } from '../storage/tags.ts';
import { asDigest, asReference, asRepository, newRepositoryOf, repositoryOf } from './parameters.ts';

/** Bytes. */
const MAX_BODY = 16 * 1024;
/** Seconds that an upstream may take to say what a tag names. */
const PATIENCE_S = 20;

/** Where the image is: `{"registry", "repository", "digest" | "reference"}`. */
interface Body {
  registry: string;
  repository: string;
  reference: { digest: Digest } | { tag: string };
}

/** 202 with where to look; 200 where the reference names this very image already. */
export async function createImport(c: RouteContext): Promise<Response> {
  const repository = newRepositoryOf(c);
  const target = asReference(c.req.param('reference') ?? '');
  const body = await readBody(c.req.raw);
  const { registry, repository: from } = body;
  const upstream = findUpstream(c.env.UPSTREAMS, registry, from);
  const digest = await resolve(c, body);
  if ('digest' in target && target.digest !== digest) {
    throw new OciError('DIGEST_INVALID', `the image there is ${digest}, not ${target.digest}`);
  }
  const reference = 'digest' in target ? target.digest : target.tag;
  const request: ImportRequest = {
    repository,
    reference,
    digest,
    upstream: { registry: upstream.host, repository: from },
  };
  if (await isHere(c, request)) {
    const headers = { Location: `/v2/${repository}/manifests/${digest}`, 'Docker-Content-Digest': digest };
    return Response.json({ ...request, state: 'done' }, { headers });
  }
  if ('tag' in target) await checkMove(c.env, c.get('bucket'), { repository, tag: target.tag, digest });
  const record = await startImport(c.get('bucket'), c.env.IMPORTS, request);
  await touchModel(c.env, repository);
  return Response.json(record, {
    status: 202,
    headers: { Location: locationOf(record), 'Retry-After': '2' },
  });
}

/** The record of the import to the reference that was asked for last. */
export async function readImport(c: RouteContext): Promise<Response> {
  const target = asReference(c.req.param('reference') ?? '');
  const reference = 'digest' in target ? target.digest : target.tag;
  const bucket = c.get('bucket');
  const held = await readRecord(bucket, { repository: repositoryOf(c), reference });
  if (held === undefined) throw new OciError('MANIFEST_UNKNOWN', 'no import to this reference was asked for');
  const { record } = await refresh(bucket, c.env.IMPORTS, held);
  return Response.json(record, { headers: { 'Cache-Control': 'no-store' } });
}

function locationOf({ repository, reference }: ImportRecord): string {
  return `/v2/${repository}/manifests/${reference}/_import`;
}

async function isHere(c: RouteContext, { repository, reference, digest }: ImportRequest): Promise<boolean> {
  const bucket = c.get('bucket');
  if (isDigest(reference)) {
    const found = await findManifest(bucket, repository, reference);
    return found !== undefined && !found.isCondemned;
  }
  return (await resolveTag(bucket, repository, reference)) === digest;
}

/** @throws OciError 502 where the upstream does not tell */
async function resolve(c: RouteContext, { registry, repository, reference }: Body): Promise<Digest> {
  if ('digest' in reference) return reference.digest;
  const upstream = findUpstream(c.env.UPSTREAMS, registry, repository);
  const client = new UpstreamClient({
    upstream,
    repository,
    secrets: { ...c.env },
    patience: PATIENCE_S,
  });
  try {
    return await client.resolve(reference.tag);
  } catch (error) {
    const message = Error.isError(error) ? error.message : String(error);
    const hint = error instanceof ImportFailure ? ` ${error.hint}` : '';
    const headers: Record<string, string> =
      error instanceof Busy ? { 'Retry-After': String(Math.max(1, error.retryAfter)) } : {};
    throw new OciError('UNKNOWN', message + hint, { status: 502, headers, cause: error });
  }
}

async function readBody(request: Request): Promise<Body> {
  let json: Record<string, unknown>;
  try {
    const bytes = await readBytes(new Response(request.body), { limit: MAX_BODY });
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
    json = value as Record<string, unknown>;
  } catch (error) {
    throw invalid('the body is not a JSON object of 16 KiB at most', error);
  }
  const { registry, repository, reference, digest } = json;
  if (typeof registry !== 'string') throw invalid('"registry" has to name the host to import from');
  if (typeof repository !== 'string') throw invalid('"repository" has to name the one to import from');
  if (digest !== undefined && reference !== undefined)
    throw invalid('"reference" and "digest" exclude each other');
  const named = digest ?? reference;
  if (typeof named !== 'string') throw invalid('"digest" or "reference" has to name the image');
  return {
    registry,
    repository: asRepository(repository),
    reference: digest === undefined ? asReference(named) : { digest: asDigest(named) },
  };
}

function invalid(message: string, cause?: unknown): OciError {
  return new OciError('MANIFEST_INVALID', `this cannot be imported: ${message}`, { cause });
}
