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
  const progress = openProgress(io.stderr);
  const registries: Registry[] = [];
  try {
    const named: Named[] = [];
    for (const reference of references) {
      const registry = await connect(reference.registry, options, io, progress);
      registries.push(registry);
      named.push({ reference, repository: registry.repository(reference.repository) });
    }
    progress.begin(texts.join(', '));
    return await work(named, progress);
  } catch (error) {
    if (!io.signal.aborted) throw error;
    throw new UserError('interrupted', { hint: 'Run the same again.', cause: error });
  } finally {
    progress.close();
    await Promise.all(registries.map((registry) => registry.close()));
  }
}

async function connect(
  host: string,
  { insecure = false, ...options }: ReadOptions,
  io: Io,
  progress: Progress,
): Promise<Registry> {
  const onWait = tellWaits(progress);
  const credentials = await googleCredentials(host, options, io, onWait);
  const access = credentials === undefined ? {} : { credentials };
  return openRegistry({ host, insecure, signal: io.signal, onWait, ...access });
}

function referenceOf(text: string): Reference {
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
