import type { Digest } from '../../../src/oci/digest.ts';
import type { Settings } from '../settings.ts';
import { retry } from '../storage/retry.ts';
import { containersOf, type Containers, type ContainersNamespace } from './protocol.ts';
import { containerRulesOf, rulesFor } from './rules.ts';

export interface ContainersEnvironment extends Settings {
  CONTAINER_MAKER: ContainersNamespace;
}

export interface Change {
  repository: string;
  /** Those that were moved or removed; undefined where the whole repository was deleted. */
  tags: readonly string[] | undefined;
  /** What was put or imported. */
  digest?: Digest;
}

/**
 * Has containers made where a rule speaks of the repository, or of what was put as its base. What was just done is done,
 * whatever becomes of this: a failure, or a wrong rule, is written to the log, and made up for every night.
 */
export async function touchContainers(env: ContainersEnvironment, change: Change): Promise<void> {
  try {
    const rules = containerRulesOf(env);
    const { repository, tags, digest } = change;
    if (rules.some(({ base }) => base.repository === repository && isNamed(base.reference, tags, digest))) {
      await call(env, (containers) => containers.sweep());
    }
    if (tags?.length === 0 || rulesFor(rules, repository).length === 0) return;
    await call(env, (containers) => containers.touch(repository, tags));
  } catch (error) {
    console.error(error);
  }
}

/** Has every artifact looked at: rules may be new, and changes may have been lost. A failure is written to the log. */
export async function sweepContainers(env: ContainersEnvironment): Promise<void> {
  await call(env, (containers) => containers.sweep()).catch((error: unknown) => console.error(error));
}

function isNamed(reference: string, tags: readonly string[] | undefined, digest?: Digest): boolean {
  return tags === undefined || reference === digest || tags.includes(reference);
}

function call(env: ContainersEnvironment, run: (containers: Containers) => Promise<void>): Promise<void> {
  return retry(
    () => run(containersOf(env.CONTAINER_MAKER)),
    (error) => (error as { retryable?: boolean }).retryable === true,
  );
}
