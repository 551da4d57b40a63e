/** The catalogue as JSON (docs/api.md). */
import { visibleNames } from '../access/guard.ts';
import { compareImages, type Side } from '../catalogue/compare.ts';
import type { ModelEntry } from '../catalogue/entry.ts';
import { loadList } from '../catalogue/list.ts';
import type { Comparison, Model } from '../catalogue/model.ts';
import { catalogueOf } from '../catalogue/protocol.ts';
import { parseQuery, selectModels, type ListPage, type ListQuery } from '../catalogue/query.ts';
import { readModel } from '../catalogue/read-model.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { inspectImage } from '../images/inspect.ts';
import { resolveTag } from '../storage/tags.ts';
import { isPublic } from './caching.ts';
import { isKnown } from './conditions.ts';
import { asReference, repositoryOf } from './parameters.ts';

/** What the caller may see of the list. */
export interface VisibleList {
  models: readonly ModelEntry[];
  /** Of all of it, for who may see the same. */
  etag: string;
  /** It is being compiled for the first time. */
  isMissing: boolean;
}

export async function readList(c: RouteContext): Promise<VisibleList> {
  const isVisible = await visibleNames(c);
  const list = await loadList(c.get('bucket'), c.env.BUCKET);
  if (list.isMissing) await catalogueOf(c.env.CATALOGUE).compile();
  return isVisible === undefined
    ? list
    : { ...list, models: list.models.filter(({ name }) => isVisible(name)) };
}

/** @throws OciError 400 for a query that makes no sense */
export function queryOf(c: RouteContext): ListQuery {
  try {
    return parseQuery(new URL(c.req.url).searchParams);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OciError('UNSUPPORTED', error.message, { status: 400, cause: error });
  }
}

/** `GET /api/models` */
export async function readModels(c: RouteContext): Promise<Response> {
  const query = queryOf(c);
  const { models, etag, isMissing } = await readList(c);
  const headers = { ...cachingOf(c), ETag: `W/"${etag}"` };
  if (!isMissing && isKnown(c.req.header('If-None-Match'), headers.ETag)) {
    return new Response(null, { status: 304, headers });
  }
  return Response.json(selectModels(models, query) satisfies ListPage, { headers });
}

/** `POST /api/_rebuild`: looks at every repository anew, and counts pulls. */
export async function rebuildCatalogue(c: RouteContext): Promise<Response> {
  await catalogueOf(c.env.CATALOGUE).rebuild();
  return new Response(null, { status: 202 });
}

/** `GET /api/models/<name>?reference=<tag or digest>` */
export async function readModelRoute(c: RouteContext): Promise<Response> {
  return Response.json(await findModel(c), { headers: cachingOf(c) });
}

/** @throws OciError 404 where there is no such model, or not that image of it */
export async function findModel(c: RouteContext): Promise<Model> {
  const name = repositoryOf(c);
  // A form sends a field that nobody filled in as empty.
  const reference = c.req.query('reference') || undefined;
  if (reference !== undefined) asReference(reference);
  const bucket = c.get('bucket');
  const [model, list] = await Promise.all([
    readModel({ bucket, workflows: c.env.IMPORTS }, name, reference),
    loadList(bucket, c.env.BUCKET),
  ]);
  if (model === undefined) {
    throw reference === undefined
      ? new OciError('NAME_UNKNOWN', `there is no model ${name}`)
      : new OciError('MANIFEST_UNKNOWN', `there is no ${reference} of ${name}`);
  }
  const entry = list.models.find((each) => each.name === name);
  return { ...model, ...(entry === undefined ? {} : { entry }) };
}

/** `GET /api/models/<name>/compare/<a>...<b>` */
export async function readComparison(c: RouteContext): Promise<Response> {
  return Response.json(await findComparison(c), { headers: cachingOf(c) });
}

/** @throws OciError 404 where one of them is not there */
export async function findComparison(c: RouteContext): Promise<Comparison> {
  const name = repositoryOf(c);
  const [, a, b] = /^(.+?)\.\.\.(.+)$/.exec(c.req.param('range') ?? '') ?? [];
  if (a === undefined || b === undefined) {
    throw new OciError('UNSUPPORTED', 'two tags or digests are compared as <a>...<b>', { status: 400 });
  }
  const [from, to] = await Promise.all([findSide(c, name, a), findSide(c, name, b)]);
  return compareImages(name, from, to);
}

async function findSide(c: RouteContext, name: string, text: string): Promise<Side> {
  const bucket = c.get('bucket');
  const reference = asReference(text);
  const digest = 'digest' in reference ? reference.digest : await resolveTag(bucket, name, reference.tag);
  const inspection = digest && (await inspectImage(bucket, name, digest));
  if (inspection === undefined) throw new OciError('MANIFEST_UNKNOWN', `there is no ${text} of ${name}`);
  return { reference: text, inspection };
}

/** Asked for anew each time, which costs a 304; a private registry's is kept by nobody in between. */
export function cachingOf(c: RouteContext): Record<string, string> {
  return isPublic(c.env)
    ? { 'Cache-Control': 'public, no-cache' }
    : { 'Cache-Control': 'private, no-cache', Vary: 'Authorization' };
}
