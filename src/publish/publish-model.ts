/** Publishes one model: blobs, then manifests, then the index, then the tags, then their import (invariant 6). */
import type { BuildProgress, BuiltLayer, LayerOrigin, PlannedLayer } from '../builders/builder.ts';
import { describeWait } from '../http/reason.ts';
import { isGguf } from '../formats/gguf-shards.ts';
import type { Revision, Source, SourceFile } from '../hub/source.ts';
import { makeImage, type Image } from '../image/image.ts';
import { publishedContent } from '../image/published.ts';
import type { Entry } from '../models/entry.ts';
import type { Digest } from '../oci/digest.ts';
import type { Repository } from '../registry/registry.ts';
import { catchUp } from './catch-up.ts';
import { importTags } from './import-tags.ts';
import { once } from './once.ts';
import { readImageOptions } from './image-options.ts';
import { planEntryLayers } from './plan-layers.ts';
import type { PublishRun } from './publish-run.ts';
import { readPrompt, withPrompt, type Prompt } from './prompt.ts';
import { ggufRecipe, recipeOf } from './recipe.ts';
import { publishCompanions, type CompanionResult } from './publish-companions.ts';
import { pushDocuments } from './push-documents.ts';
import { readTagState, wantedImage, type TagState } from './tag-state.ts';
import { takenOver } from './taken-over.ts';
import type { Target } from './target.ts';

export interface PublishedLayer {
  title: string;
  digest: Digest;
  /** Bytes, compressed. */
  size: number;
  origin: LayerOrigin;
}

export interface PublishedModel {
  /** `tagged`: the image was there already and only tags moved. `imported`: only its import was due. */
  status: 'published' | 'tagged' | 'imported' | 'up-to-date';
  sha: string;
  /** Digest of the index. */
  digest: Digest;
  /** Why it was, or was not, published. */
  reason: string;
  layers: readonly PublishedLayer[];
  /** host/name of where it was imported to. */
  importedAs?: string;
  /** Path of its largest file, where the files were read. */
  largestFile?: string;
  /** What shares its layers, in the list's order. */
  companions: readonly CompanionResult[];
}

export async function publishModel(entry: Entry, run: PublishRun): Promise<PublishedModel> {
  const opened = run.sourceOf(entry);
  try {
    const target = run.targetOf(entry);
    const sha = entry.sha ?? (await opened.revision(run.signal)).sha;
    const prompt = await readPrompt(entry);
    const recipe = recipeOf(entry, run.builder.name, prompt?.digest);
    const state = await readTagState(target, entry.tags, wantedImage({ sha, recipe }));
    const work = { entry, source: withPrompt(opened, prompt), target, state, prompt, recipe };
    const { current } = state;
    if (current === undefined || run.force) return await buildModel(work, run);
    const caught = await catchUp({ target, state }, run);
    const companions = await publishCompanions(
      {
        ...work,
        sha,
        image: caught.digest,
        content: async () => ({
          ...(await publishedContent(target.repository, current)),
          annotations: current.annotations,
        }),
        plannedLayers: once(async () => planWork(work, await work.source.revision(run.signal), run)),
      },
      run,
      layerProgress(entry, run),
    );
    return { ...caught, sha, layers: [], ...importedAs(target), companions };
  } finally {
    await opened.close();
  }
}

function importedAs({ imports }: Target): Pick<PublishedModel, 'importedAs'> {
  return imports === undefined ? {} : { importedAs: imports.name };
}

interface Work {
  entry: Entry;
  /** The prompt included. */
  source: Source;
  target: Target;
  state: TagState;
  prompt: Prompt | undefined;
  recipe: string;
}

function planWork({ entry, prompt }: Work, revision: Revision, { builder }: PublishRun): PlannedLayer[] {
  return planEntryLayers(entry, revision, builder.name, prompt?.file);
}

async function buildModel(work: Work, run: PublishRun): Promise<PublishedModel> {
  const { entry, source, target, state, prompt, recipe } = work;
  const revision = await source.revision(run.signal);
  const layers = planWork(work, revision, run);
  const files = layers.flatMap((layer) => [...layer.files]);
  const options = await readImageOptions({ entry, source, files, prompt: prompt?.file }, run);
  const published = await takenOver(target.repository, state.previous, run);
  const moving = layers.filter((layer) => !published.has(layer.key));
  run.progress.expect(moving.reduce((sum, layer) => sum + layer.size, 0));
  const built = await run.builder.buildLayers({
    ...target,
    source,
    layers,
    published,
    signal: run.signal,
    progress: layerProgress(entry, run),
  });
  const image = await makeImage({
    revision,
    layers: built,
    platforms: entry.platforms,
    recipe: files.some(isGguf) ? ggufRecipe(recipe) : recipe,
    options,
  });
  await pushImage(image, target.repository, entry.tags);
  const { digest } = image.index.descriptor;
  await importTags(
    entry.tags.map((tag) => ({ tag, digest })),
    target,
    run,
  );
  const companions = await publishCompanions(
    {
      entry,
      sha: revision.sha,
      image: digest,
      source,
      target,
      content: async () => ({ layers: built, labels: image.labels, annotations: image.annotations }),
      plannedLayers: async () => layers,
    },
    run,
    layerProgress(entry, run),
  );
  return {
    status: 'published',
    sha: revision.sha,
    digest,
    reason: state.reason,
    layers: built.map(summary),
    ...importedAs(target),
    largestFile: largestOf(files),
    companions,
  };
}

async function pushImage(image: Image, repository: Repository, tags: readonly string[]): Promise<void> {
  const { bytes, descriptor } = image.index;
  await pushDocuments({ images: image.platforms, index: image.index }, repository);
  for (const tag of tags) await repository.putManifest(tag, bytes, descriptor.mediaType);
}

function layerProgress(entry: Entry, { progress }: PublishRun): BuildProgress {
  return {
    moved: (_layer, bytes) => progress.moved(bytes),
    log: (line) => progress.note(line),
    waiting: (layer, wait) => progress.note(`${entry.name} ${layer.title}: ${describeWait(wait)}`),
    done(layer: PlannedLayer, origin: LayerOrigin) {
      if (origin === 'found' || origin === 'mounted') progress.expect(-layer.size);
      if (origin === 'pushed') progress.note(`  pushed ${entry.name} ${layer.title}`);
    },
  };
}

function largestOf(files: readonly SourceFile[]): string {
  return files.reduce((largest, file) => (file.size > largest.size ? file : largest)).path;
}

function summary({ title, descriptor, origin }: BuiltLayer): PublishedLayer {
  return { title, digest: descriptor.digest, size: descriptor.size, origin };
}
