/** What publishing would do about the companions of an image, and why. */
import type { Bases } from '../bases/bases.ts';
import type { BuilderName } from '../image/layer-key.ts';
import type { PublishedImage } from '../image/published.ts';
import { companionTags, type Entry } from '../models/entry.ts';
import type { Companion } from './companion.ts';
import { readCompanionState } from './companion-state.ts';
import { companionsOf } from './companions.ts';
import { failureOf, type Failure } from './failure.ts';
import type { Target } from './target.ts';

export interface CompanionPlan {
  suffix: string;
  tags: readonly string[];
  /** As those of an image. */
  action: 'publish' | 'tag' | 'import' | 'none' | 'failed';
  reason: string;
  error?: Failure;
}

interface Place {
  /** Undefined where no registry was named. */
  target: Target | undefined;
  /** Undefined where the image has yet to be made. */
  image: PublishedImage | undefined;
}

interface Run {
  bases: Bases;
  builder: BuilderName;
  signal: AbortSignal;
}

/** @returns a plan for each, in the list's order; what cannot be planned says why. @throws the signal's reason */
export async function planCompanions(entry: Entry, place: Place, run: Run): Promise<CompanionPlan[]> {
  return Promise.all(
    companionsOf(entry, run).map(async (companion) => {
      const head = { suffix: companion.suffix, tags: companionTags(entry.tags, companion.suffix) };
      try {
        return { ...head, ...(await planOne(companion, entry, { ...place, signal: run.signal })) };
      } catch (error) {
        run.signal.throwIfAborted();
        const failure = failureOf(error);
        return { ...head, action: 'failed' as const, reason: failure.message, error: failure };
      }
    }),
  );
}

async function planOne(
  companion: Companion,
  entry: Entry,
  { target, image, signal }: Place & { signal: AbortSignal },
): Promise<Pick<CompanionPlan, 'action' | 'reason'>> {
  if (target === undefined) return { action: 'publish', reason: 'not compared with a registry' };
  // A base that is not there is said before hours of upload are.
  const recipe = await companion.recipe(signal);
  if (image === undefined) return { action: 'publish', reason: 'the image is published anew' };
  const asked = { tags: entry.tags, image: image.descriptor.digest, recipe };
  const state = await readCompanionState(companion, target, asked);
  const { current, stale, notImported, reason } = state;
  if (current === undefined) return { action: 'publish', reason };
  const behind = notImported.length > 0 ? 'import' : 'none';
  return { action: stale.length > 0 ? 'tag' : behind, reason };
}
