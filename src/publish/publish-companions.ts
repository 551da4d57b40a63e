/** Publishes what shares an image's layers, after the image itself; each failure is the companion's own. */
import type { BuildProgress, PlannedLayer } from '../builders/builder.ts';
import type { Source } from '../hub/source.ts';
import type { PublishedContent } from '../image/published.ts';
import { companionTags, type Entry } from '../models/entry.ts';
import type { Annotations } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { catchUp } from './catch-up.ts';
import type { Companion, CompanionWork } from './companion.ts';
import { readCompanionState } from './companion-state.ts';
import { companionsOf } from './companions.ts';
import { failureOf, type Failure } from './failure.ts';
import { importTags } from './import-tags.ts';
import type { PublishRun } from './publish-run.ts';
import type { Target } from './target.ts';

export type CompanionResult = { suffix: string; tags: readonly string[] } & (
  | {
      /** As those of an image. */
      status: 'published' | 'tagged' | 'imported' | 'up-to-date';
      /** Of its index or manifest. */
      digest: Digest;
      reason: string;
    }
  | { status: 'failed'; error: Failure }
);

/** An image that is there. */
export interface Subject {
  entry: Entry;
  sha: string;
  /** Of its index. */
  image: Digest;
  /** Asked for where there is something to make. */
  content: () => Promise<PublishedContent & { annotations: Annotations }>;
  /** See CompanionWork. */
  plannedLayers: () => Promise<readonly PlannedLayer[]>;
  /** The prompt included. */
  source: Source;
  target: Target;
}

/** @returns a result for each, in the list's order. @throws the signal's reason */
export async function publishCompanions(
  subject: Subject,
  run: PublishRun,
  layerProgress: BuildProgress,
): Promise<CompanionResult[]> {
  const results: CompanionResult[] = [];
  const { entry, target } = subject;
  for (const companion of companionsOf(entry, { bases: run.bases, builder: run.builder.name, target })) {
    results.push(await publishOne(companion, subject, { ...run, layerProgress }));
  }
  return results;
}

async function publishOne(
  companion: Companion,
  subject: Subject,
  run: PublishRun & { layerProgress: BuildProgress },
): Promise<CompanionResult> {
  const { suffix } = companion;
  const tags = companionTags(subject.entry.tags, suffix);
  try {
    const { status, digest, reason } = await bringUpToDate(companion, subject, run);
    return { suffix, tags, status, digest, reason };
  } catch (error) {
    run.signal.throwIfAborted();
    return { suffix, tags, status: 'failed', error: failureOf(error) };
  }
}

async function bringUpToDate(
  companion: Companion,
  subject: Subject,
  run: PublishRun & { layerProgress: BuildProgress },
): Promise<{ status: 'published' | 'tagged' | 'imported' | 'up-to-date'; digest: Digest; reason: string }> {
  const { entry, image, target } = subject;
  const recipe = await companion.recipe(run.signal);
  const state = await readCompanionState(companion, target, { tags: entry.tags, image, recipe });
  if (state.current !== undefined && !run.force) return await catchUp({ target, state }, run);
  const content = await subject.content();
  const work: CompanionWork = { ...subject, ...run, ...content, recipe, previous: state.previous };
  const { bytes, descriptor } = await companion.push(work);
  const { digest, mediaType } = descriptor;
  const { progress } = run;
  const tags = companionTags(entry.tags, companion.suffix);
  for (const tag of tags) await target.repository.putManifest(tag, bytes, mediaType);
  progress.note(`  pushed ${target.repository.name}:${tags.join(', ')}`);
  await importTags(
    tags.map((tag) => ({ tag, digest })),
    target,
    run,
  );
  return { status: 'published', digest, reason: state.reason };
}
