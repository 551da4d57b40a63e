/**
 * Garbage collection for operators (docs/housekeeping.md). It is no part of the distribution specification; no name of a
 * repository begins with an underscore.
 */
import { collectorOf } from '../collection/protocol.ts';
import { startCollection } from '../collection/start.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';

/** 202 with the collection that runs from now on, or did already. */
export async function createCollection(c: RouteContext): Promise<Response> {
  const record = await startCollection(c.env, { dryRun: isDryRun(c) });
  return Response.json(record, {
    status: 202,
    headers: { Location: new URL(c.req.url).pathname + new URL(c.req.url).search },
  });
}

/** The last collection, or the last dry run. */
export async function readCollection(c: RouteContext): Promise<Response> {
  const record = await collectorOf(c.env.COLLECTOR).status(isDryRun(c));
  if (record === undefined) throw new OciError('NAME_UNKNOWN', 'no collection was asked for');
  return Response.json(record, { headers: { 'Cache-Control': 'no-store' } });
}

function isDryRun(c: RouteContext): boolean {
  return c.req.query('dry_run') === 'true';
}
