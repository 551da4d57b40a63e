/**
 * Garbage collection for operators (docs/housekeeping.md). It is no part of the distribution specification; no name of a
 * repository begins with an underscore.
 */
import { ALL_NAMES } from '../access/actions.ts';
import { isPattern } from '../access/patterns.ts';
import { collectorOf, type UntaggedRule } from '../collection/protocol.ts';
import { startCollection } from '../collection/start.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { shorten } from './parameters.ts';

/** 202 with the collection that runs from now on, or did already. */
export async function createCollection(c: RouteContext): Promise<Response> {
  const untagged = untaggedRuleOf(c);
  const record = await startCollection(c.env, {
    dryRun: isDryRun(c),
    ...(untagged === undefined ? {} : { untagged }),
  });
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

/** `untagged_days=30&names=acme/**`: images without a tag go, too. An hour is 0.041666666666666664 days. */
function untaggedRuleOf(c: RouteContext): UntaggedRule | undefined {
  const days = c.req.query('untagged_days');
  if (days === undefined) return undefined;
  if (!/^\d{1,6}(?:\.\d{1,20})?$/.test(days)) throw unusable('untagged_days is not a number of days');
  const names = c.req.queries('names') ?? [ALL_NAMES];
  const wrong = names.find((name) => !isPattern(name));
  if (wrong !== undefined) throw unusable(`"${shorten(wrong)}" is not a pattern of names`);
  return { names, days: Number(days) };
}

function unusable(message: string): OciError {
  return new OciError('UNSUPPORTED', message, { status: 400 });
}
