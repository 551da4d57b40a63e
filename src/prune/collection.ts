/** Images without a tag in a registry of ours, which removes them by its own garbage collection (docs/housekeeping.md). */
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { UsageError, UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { requestJson } from '../http/request-json.ts';
import type { RetryOptions } from '../http/retry.ts';
import { explainApi } from './api-error.ts';

export interface CollectionOptions {
  host: string;
  /** As in `https://registry.example`. */
  origin: string;
  /** Patterns of the repositories' names: `models/**`. */
  names: readonly string[];
  /** Younger images stay. */
  days: number;
  dryRun: boolean;
  /** The header that proves who asks; undefined for nobody. */
  authorization: () => Promise<string | undefined>;
  retry: RetryOptions;
}

const Counts = z.object({
  manifest: z.number(),
  membership: z.number(),
  blob: z.number(),
  data: z.number(),
  bytes: z.number(),
});
const Record = z.object({
  id: z.string(),
  dryRun: z.boolean(),
  untagged: z.object({ names: z.array(z.string()), days: z.number() }).optional(),
  state: z.enum(['queued', 'walking', 'waiting', 'done', 'failed']),
  counts: z.object({ condemn: Counts, pardon: Counts, remove: Counts }),
  keys: z.array(z.string()).optional(),
  error: z.string().optional(),
});
/** What the registry says of a collection: it condemns first, and removes about an hour later. */
export type CollectionRecord = z.infer<typeof Record>;

/** Seconds between two looks: soon at first, since a small registry takes no longer. */
const FIRST_LOOK = 0.2;
const LOOK_EVERY = 5;
/** Seconds that somebody else's collection is waited for; one that has condemned something takes an hour. */
const PATIENCE = 120;

/**
 * Asks for a collection and waits until a dry run is over, or the first pass of a real one.
 * @throws UsageError where the registry is not one of ours
 * @throws UserError where it refuses or fails
 */
export async function collectUntagged(options: CollectionOptions): Promise<CollectionRecord> {
  const { host, dryRun, retry } = options;
  const settled = dryRun ? ['done', 'failed'] : ['waiting', 'done', 'failed'];
  let waited = 0;
  const pause = async (seconds: number): Promise<void> => {
    await sleep(seconds * 1000, undefined, retry.signal && { signal: retry.signal });
    waited += seconds;
  };
  let record = await ask(options, 'POST');
  while (!isAskedFor(record, options)) {
    if (waited > PATIENCE) throw busy(host, record);
    await pause(LOOK_EVERY);
    record = await ask(options, 'POST');
  }
  for (let wait = FIRST_LOOK; !settled.includes(record.state); wait = Math.min(wait * 2, LOOK_EVERY)) {
    await pause(wait);
    record = await ask(options, 'GET');
  }
  if (record.state !== 'failed') return record;
  throw new UserError(`The collection in ${host} failed: ${record.error ?? 'it does not say why'}`, {
    hint: 'Look at the log of the registry, and ask again.',
  });
}

/** Another one may be on its way, which is joined. */
function isAskedFor({ untagged }: CollectionRecord, { names, days }: CollectionOptions): boolean {
  return untagged?.days === days && untagged.names.join(' ') === names.join(' ');
}

async function ask(options: CollectionOptions, method: 'POST' | 'GET'): Promise<CollectionRecord> {
  const { origin, host, names, days, dryRun, authorization, retry } = options;
  const url = new URL('/v2/_gc', origin);
  if (dryRun) url.searchParams.set('dry_run', 'true');
  if (method === 'POST') {
    url.searchParams.set('untagged_days', String(days));
    for (const name of names) url.searchParams.append('names', name);
  }
  try {
    const proof = await authorization();
    const headers: Record<string, string> = proof === undefined ? {} : { authorization: proof };
    const { json } = await requestJson({ url, method, headers }, retry);
    return Record.parse(json);
  } catch (error) {
    retry.signal?.throwIfAborted();
    if (isForeign(error)) throw foreign(host, error);
    throw explainApi(error, { doing: `ask for a collection in ${host}`, api: host, hint });
  }
}

/** Whether the answer is none that our registry gives: it names the action in its challenge, and in its refusals. */
function isForeign(error: unknown): boolean {
  if (error instanceof UserError || error instanceof z.ZodError) return true;
  if (!(error instanceof HttpError)) return false;
  const { status, headers, body } = error;
  if (status === 401) return !/registry:operate:\*/.test(headers.get('www-authenticate') ?? '');
  if (status === 403) return !/may not operate|takes no pushes/.test(body);
  return [404, 405].includes(status);
}

function foreign(host: string, cause: unknown): UsageError {
  return new UsageError(
    `prune knows Artifact Registry, ghcr.io and ai-action registries, and ${host} is none of them: ` +
      'the distribution specification has no way to list images without a tag',
    { hint: `Use what ${host} has itself for that: a retention or lifecycle policy.`, cause },
  );
}

function busy(host: string, { id, state }: CollectionRecord): UserError {
  return new UserError(`${host} is in the middle of another collection (${id}, ${state})`, {
    hint: 'It ends within two hours or so: run the same again then.',
  });
}

function hint({ status }: HttpError): string {
  return status === 401 || status === 403
    ? 'Whoever asks for this needs the action "operate" (docs/access.md): sign in with "docker login", or have a rule for this workflow.'
    : 'Check that the registry is of this version.';
}
