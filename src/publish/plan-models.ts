/** What publishing would do and why, without writing anything. */
import pLimit from 'p-limit';

import type { Bases } from '../bases/bases.ts';
import type { PlannedLayer } from '../builders/builder.ts';
import type { Source } from '../hub/source.ts';
import type { BuilderName } from '../image/layer-key.ts';
import { publishedLayers } from '../image/published.ts';
import type { Entry, Position } from '../models/entry.ts';
import { isHidden } from '../registry/explain.ts';
import type { Progress } from '../report/progress.ts';
import { failureOf, type Failure } from './failure.ts';
import { limitWarnings } from './limits.ts';
import { once } from './once.ts';
import { planEntryLayers } from './plan-layers.ts';
import { readPrompt } from './prompt.ts';
import { recipeOf } from './recipe.ts';
import { planCompanions, type CompanionPlan } from './plan-companions.ts';
import { readTagState, short, wantedImage, type TagState } from './tag-state.ts';
import type { Target } from './target.ts';

export interface ModelPlan {
  name: string;
  /** `registry/repository`; the repository alone where no registry was named. */
  image: string;
  tags: readonly string[];
  /** Where the list has it. */
  position: Position;
  /**
   * `tag`: the image is there and only tags move. `import`: only its import is due. `companions`: only what shares its
   * layers is.
   */
  action: 'publish' | 'tag' | 'import' | 'companions' | 'none' | 'failed';
  reason: string;
  sha?: string;
  /** Empty where nothing is built, and where the model's files were not asked for. */
  layers: readonly LayerPlan[];
  /** Bytes of all layers' files. */
  bytes: number;
  /** Bytes of those that the registry's present image does not have. */
  bytesToMove: number;
  warnings: readonly string[];
  /** What shares its layers, in the list's order. */
  companions: readonly CompanionPlan[];
  /** host/name of where it is imported to. */
  importedAs?: string;
  error?: Failure;
}

export interface LayerPlan {
  title: string;
  files: number;
  /** Bytes of its files. */
  bytes: number;
  /** The registry's present image has this layer. */
  kept: boolean;
}

export interface PlanRun {
  builder: BuilderName;
  bases: Bases;
  /** Opens where the model's files come from; the caller closes it. */
  sourceOf: (entry: Entry) => Source;
  /** Undefined where no registry was named: everything then counts as missing. */
  targetOf: ((entry: Entry) => Target) | undefined;
  /** See PublishRun. */
  imageOf: (entry: Entry) => string;
  /** Plan to make the image also where the tags are up to date. */
  force: boolean;
  /**
   * How many models' files are asked for, each a request to the Hub; a model beyond them is planned without layers.
   * Infinity asks for all.
   */
  mostSized: number;
  progress: Progress;
  signal: AbortSignal;
}

const MODELS_AT_ONCE = 16;

/** @returns a plan for each entry, in their order; what cannot be planned says why. */
export async function planModels(entries: readonly Entry[], run: PlanRun): Promise<ModelPlan[]> {
  const turn = pLimit(MODELS_AT_ONCE);
  const left = { sized: run.mostSized };
  return Promise.all(entries.map((entry) => turn(() => planOne(entry, run, left))));
}

/** Models whose files may still be asked for. */
interface Left {
  sized: number;
}

async function planOne(entry: Entry, run: PlanRun, left: Left): Promise<ModelPlan> {
  const nothing = { layers: [], bytes: 0, bytesToMove: 0, warnings: [], companions: [] };
  const { name, tags, position } = entry;
  const head = { name, image: run.imageOf(entry), tags, position, ...nothing };
  run.progress.begin(entry.name);
  try {
    return { ...head, ...(await planModel(entry, run, left)) };
  } catch (error) {
    const failure = failureOf(error);
    return { ...head, action: 'failed', reason: failure.message, error: failure };
  } finally {
    run.progress.end(entry.name);
  }
}

type Planned = Partial<ModelPlan> & Pick<ModelPlan, 'action' | 'reason'>;

async function planModel(entry: Entry, run: PlanRun, left: Left): Promise<Planned> {
  const source = run.sourceOf(entry);
  try {
    const sha = entry.sha ?? (await source.revision(run.signal)).sha;
    const target = run.targetOf?.(entry);
    const prompt = await readPrompt(entry);
    const wanted = wantedImage({ sha, recipe: recipeOf(entry, run.builder, prompt?.digest) });
    const state = target && (await readTagState(target, entry.tags, wanted).catch(asAbsent));
    const isCurrent = state?.current !== undefined && !run.force;
    const layersOf = once(async () => {
      if (left.sized === 0) return undefined;
      left.sized -= 1;
      return planEntryLayers(entry, await source.revision(run.signal), run.builder, prompt?.file);
    });
    const companions = await planCompanions(
      entry,
      {
        target,
        image: isCurrent ? state.current : undefined,
        layers: layersOf,
      },
      run,
    );
    const head = { sha, ...importedAs(target), companions };
    if (isCurrent) return { ...head, ...whatIsDue(state, companions) };
    const reason = state === undefined ? 'not compared with a registry' : whyPublish(state);
    const layers = await layersOf();
    if (layers === undefined) return { ...head, action: 'publish', reason };
    const published = target && (await publishedLayers(target.repository, state?.previous));
    const missing = layers.filter(({ key }) => published?.has(key) !== true);
    return {
      ...head,
      action: 'publish',
      reason,
      layers: layers.map((layer) => describeLayer(layer, !missing.includes(layer))),
      bytes: total(layers),
      bytesToMove: total(missing),
      warnings: target === undefined ? [] : limitWarnings(target.registry, missing),
    };
  } finally {
    await source.close();
  }
}

/** Bytes of what an image and its companions need and the registry does not have, as far as it is known. */
export function bytesDue({ bytesToMove, companions }: ModelPlan): number {
  return companions.reduce((sum, companion) => sum + (companion.bytesToMove ?? 0), bytesToMove);
}

/** A plan's tokens only pull, since some registries make a repository of a token that may push. */
function asAbsent(error: unknown): TagState {
  if (!isHidden(error)) throw error;
  const reason = 'missing, or hidden: the registry shows no such repository to who asks (401)';
  return { current: undefined, stale: [], notImported: [], previous: undefined, reason };
}

function whyPublish({ current, reason }: TagState): string {
  return current === undefined
    ? reason
    : `asked for, although ${short(current.descriptor.digest)} is up to date`;
}

/** Where the image is there. */
function whatIsDue(
  { stale, notImported, reason }: TagState,
  companions: readonly CompanionPlan[],
): Pick<ModelPlan, 'action' | 'reason'> {
  if (stale.length > 0) return { action: 'tag', reason };
  if (notImported.length > 0) return { action: 'import', reason };
  const due = companions.find(({ action }) => action !== 'none');
  return due === undefined ? { action: 'none', reason } : { action: 'companions', reason: due.reason };
}

function importedAs(target: Target | undefined): Pick<ModelPlan, 'importedAs'> {
  return target?.imports === undefined ? {} : { importedAs: target.imports.name };
}

function describeLayer({ title, files, size }: PlannedLayer, kept: boolean): LayerPlan {
  return { title, files: files.length, bytes: size, kept };
}

function total(layers: readonly PlannedLayer[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}
