/** What publishing would do about the companions of an image, and why. */
import type { Bases } from '../bases/bases.ts';
import type { PlannedLayer } from '../builders/builder.ts';
import type { BuilderName } from '../image/layer-key.ts';
import { layerDigests, publishedLayers, readPublished, type PublishedImage } from '../image/published.ts';
import { companionTags, type Entry } from '../models/entry.ts';
import { isHidden } from '../registry/explain.ts';
import type { Companion, OwnPart } from './companion.ts';
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
  /** Of what it has as blobs of its own, beside the image's layers; absent where the files are not known. */
  bytes?: number;
  /** Bytes of those that neither its present tags nor the companions before it in the list have. */
  bytesToMove?: number;
  error?: Failure;
}

interface Place {
  /** Undefined where no registry was named. */
  target: Target | undefined;
  /** Undefined where the image has yet to be made. */
  image: PublishedImage | undefined;
  /** Those of the image; undefined where they are not asked for. */
  layers: () => Promise<readonly PlannedLayer[] | undefined>;
}

interface Run {
  bases: Bases;
  builder: BuilderName;
  signal: AbortSignal;
}

/** @returns a plan for each, in the list's order; what cannot be planned says why. @throws the signal's reason */
export async function planCompanions(entry: Entry, place: Place, run: Run): Promise<CompanionPlan[]> {
  const there = new Set<string>();
  const plans: CompanionPlan[] = [];
  for (const companion of companionsOf(entry, { ...run, target: place.target })) {
    const head = { suffix: companion.suffix, tags: companionTags(entry.tags, companion.suffix) };
    try {
      plans.push({ ...head, ...(await planOne(companion, entry, { ...place, there, signal: run.signal })) });
    } catch (error) {
      run.signal.throwIfAborted();
      const failure = failureOf(error);
      plans.push({ ...head, action: 'failed', reason: failure.message, error: failure });
    }
  }
  return plans;
}

/** `there`: ids of parts that are in the repository or will be, by then. */
type Asked = Place & { there: Set<string>; signal: AbortSignal };

type Planned = Omit<CompanionPlan, 'suffix' | 'tags'>;

async function planOne(companion: Companion, entry: Entry, asked: Asked): Promise<Planned> {
  const due = await whatIsDue(companion, entry, asked);
  return due.action === 'publish' ? { ...due, ...(await sizes(companion, entry, asked)) } : due;
}

async function whatIsDue(
  companion: Companion,
  entry: Entry,
  { target, image, signal }: Asked,
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

async function sizes(
  companion: Companion,
  entry: Entry,
  { target, layers, there }: Asked,
): Promise<Pick<CompanionPlan, 'bytes' | 'bytesToMove'>> {
  if (companion.ownParts === undefined) return {};
  const known = await layers();
  if (known === undefined) return {};
  const own = companion.ownParts(entry, known);
  if (own.length === 0) return { bytes: 0, bytesToMove: 0 };
  const [tag] = companionTags(entry.tags, companion.suffix);
  for (const id of await presentParts(target, tag)) there.add(id);
  const missing = own.filter(({ id }) => !there.has(id));
  for (const { id } of own) there.add(id);
  return { bytes: totalOf(own), bytesToMove: totalOf(missing) };
}

/** Where the registry shows no repository yet to who asks, there is nothing. */
async function presentParts(target: Target | undefined, tag: string | undefined): Promise<readonly string[]> {
  if (target === undefined || tag === undefined) return [];
  try {
    const present = await readPublished(target.repository, tag);
    if (present === undefined) return [];
    const keyed = await publishedLayers(target.repository, present);
    return [...keyed.keys(), ...layerDigests(present)];
  } catch (error) {
    if (isHidden(error)) return [];
    throw error;
  }
}

function totalOf(parts: readonly OwnPart[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}
