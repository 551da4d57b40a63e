/** Removes what nothing needs any more from the repositories of a registry, each failure its own. */
import pLimit from 'p-limit';

import type { Registry } from '../registry/registry.ts';
import type { ImageStore } from './image-store.ts';
import { pruneRepository, type PrunedRepository, type PruneOptions } from './prune-repository.ts';

/** absent: there is no such repository, or whoever asks is not told of it. */
export type RepositoryResult = { repository: string } & (
  ({ status: 'done' } & PrunedRepository) | { status: 'absent' } | { status: 'failed'; error: unknown }
);

export interface RegistryPruneOptions extends PruneOptions {
  /** Told which repository is worked on. */
  begin: (repository: string) => void;
  end: (repository: string) => void;
}

const REPOSITORIES_AT_ONCE = 4;

/**
 * @param names as they follow the host in references
 * @returns a result for each, in their order; throws only where the signal ends it
 */
export async function pruneRegistry(
  names: readonly string[],
  { store, registry }: { store: ImageStore; registry: Registry },
  options: RegistryPruneOptions,
): Promise<RepositoryResult[]> {
  const turn = pLimit(REPOSITORIES_AT_ONCE);
  return turn.map(names, async (repository): Promise<RepositoryResult> => {
    options.signal.throwIfAborted();
    options.begin(repository);
    try {
      const of = { store, repository: registry.repository(repository) };
      const pruned = await pruneRepository(repository, of, options);
      return pruned === undefined
        ? { repository, status: 'absent' }
        : { repository, status: 'done', ...pruned };
    } catch (error) {
      options.signal.throwIfAborted();
      return { repository, status: 'failed', error };
    } finally {
      options.end(repository);
    }
  });
}
