/** The images that a command reads, from their references. */
import { UsageError, UserError } from '../errors.ts';
import type { SignInOptions } from '../google/sign-in.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import { openRegistry } from '../registry/open-registry.ts';
import type { Registry, Repository } from '../registry/registry.ts';
import { openProgress, type Progress } from '../report/progress.ts';
import { googleCredentials } from './google.ts';
import type { Io } from './io.ts';
import { tellWaits } from './run.ts';

export interface ReadOptions extends SignInOptions {
  insecure?: boolean;
  json?: boolean;
}

/** What a reference names, and where it is read. */
export interface Named {
  reference: Reference;
  repository: Repository;
}

/** Opens a registry, once for each host and way. */
export type Connect = (host: string, access?: { writes: boolean }) => Promise<Registry>;

/**
 * Does `work` with what the texts name, and closes the connections to their registries.
 * @throws UsageError; UserError where the user wanted an end before the work had its own
 */
export async function withReferences<T>(
  texts: readonly string[],
  options: ReadOptions,
  io: Io,
  work: (named: Named[], progress: Progress) => Promise<T>,
): Promise<T> {
  const references = texts.map(referenceOf);
  return withRegistries(texts.join(', '), options, io, async (connect, progress) => {
    const named: Named[] = [];
    for (const reference of references) {
      const registry = await connect(reference.registry);
      named.push({ reference, repository: registry.repository(reference.repository) });
    }
    return work(named, progress);
  });
}

/**
 * Does `work` with registries, and closes the connections to them.
 * @param what is being worked on, for the progress
 * @throws UserError where the user wanted an end before the work had its own
 */
export async function withRegistries<T>(
  what: string,
  options: ReadOptions,
  io: Io,
  work: (connect: Connect, progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = openProgress(io.stderr);
  const registries = new Map<string, Promise<Registry>>();
  try {
    progress.begin(what);
    return await work(async (host, access = { writes: false }) => {
      const key = `${host} ${access.writes}`;
      const registry = registries.get(key) ?? openHost(host, { ...options, ...access }, io, progress);
      registries.set(key, registry);
      return registry;
    }, progress);
  } catch (error) {
    if (!io.signal.aborted) throw error;
    throw new UserError('interrupted', { hint: 'Run the same again.', cause: error });
  } finally {
    progress.close();
    for (const opened of await Promise.allSettled(registries.values())) {
      if (opened.status === 'fulfilled') await opened.value.close();
    }
  }
}

async function openHost(
  host: string,
  { insecure = false, writes, ...options }: ReadOptions & { writes: boolean },
  io: Io,
  progress: Progress,
): Promise<Registry> {
  const onWait = tellWaits(progress);
  const credentials = await googleCredentials(host, options, io, onWait);
  const access = credentials === undefined ? {} : { credentials };
  return openRegistry({ host, insecure, writes, signal: io.signal, onWait, ...access });
}

/** @throws UsageError */
export function referenceOf(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${error.message}.`, {
      hint: 'Write registry, name and tag or digest, as in registry.example/owner/model:latest.',
      cause: error,
    });
  }
}
