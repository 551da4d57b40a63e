/** What can be allowed, and on which names. */
import { matchesPattern } from './patterns.ts';

/** Done to one repository. `import` has the registry fetch an image from its upstream. */
export const REPOSITORY_ACTIONS = ['pull', 'push', 'delete', 'import'] as const;
/** Done to the registry as a whole: listing its repositories, and running it (garbage collection). */
export const REGISTRY_ACTIONS = ['catalog', 'operate'] as const;

export type RepositoryAction = (typeof REPOSITORY_ACTIONS)[number];
export type RegistryAction = (typeof REGISTRY_ACTIONS)[number];
export type Action = RepositoryAction | RegistryAction;

export interface Grant {
  /** Patterns of repository names. */
  names: readonly string[];
  actions: readonly Action[];
}

/** The names of a grant that is not limited; the only ones that registry actions go with. */
export const ALL_NAMES = '**';

const READING = new Set<Action>(['pull', 'catalog']);

export function isReading(action: Action): boolean {
  return READING.has(action);
}

export function isRegistryAction(action: Action): action is RegistryAction {
  return (REGISTRY_ACTIONS as readonly Action[]).includes(action);
}

/**
 * Whoever may push to a repository, import into it or delete from it may pull from it as well: clients look at what is
 * there before they change it.
 * @param name the repository; registry actions have none
 */
export function isGranted(grants: readonly Grant[], action: Action, name = ALL_NAMES): boolean {
  return grants.some(
    ({ names, actions }) =>
      (actions.includes(action) ||
        (action === 'pull' && actions.some((other) => !isRegistryAction(other)))) &&
      names.some((pattern) => matchesPattern(pattern, name)),
  );
}
