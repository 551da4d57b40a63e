/** Publishes one model: blobs, then manifests, then the index, then the tags, then their import (invariant 6). */
import type { Builder, BuildProgress, BuiltLayer, LayerOrigin, PlannedLayer } from '../builders/builder.ts';
import { describeWait } from '../http/reason.ts';
import { isGguf } from '../formats/gguf-shards.ts';
import type { Source, SourceFile } from '../hub/source.ts';
import { makeImage, type Image } from '../image/image.ts';
import { publishedLayers, type PublishedLayers } from '../image/published.ts';
import type { Entry } from '../models/entry.ts';
import type { Digest } from '../oci/digest.ts';
import type { Repository } from '../registry/registry.ts';
import type { Progress } from '../report/progress.ts';
import { importTags } from './import-tags.ts';
import { readImageOptions } from './image-options.ts';
import { planEntryLayers } from './plan-layers.ts';
import { readPrompt, withPrompt, type Prompt } from './prompt.ts';
import { ggufRecipe, recipeOf } from './recipe.ts';
import { readTagState, type TagState } from './tag-state.ts';
import type { Target } from './target.ts';

export interface PublishRun {
  builder: Builder;
  /** Opens where the model's files come from; the caller closes it. */
  sourceOf: (entry: Entry) => Source;
  targetOf: (entry: Entry) => Target;
  /** `registry/repository` of an entry, for messages: also where there can be no such repository. */
  imageOf: (entry: Entry) => string;
  /** Make the image also where the tags are up to date. */
  force: boolean;
  progress: Progress;
  signal: AbortSignal;
}

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
}

export async function publishModel(entry: Entry, run: PublishRun): Promise<PublishedModel> {
  const source = run.sourceOf(entry);
  try {
    const target = run.targetOf(entry);
    const sha = entry.sha ?? (await source.revision(run.signal)).sha;
    const prompt = await readPrompt(entry);
    const recipe = recipeOf(entry, run.builder.name, prompt?.digest);
    const state = await readTagState(target, entry.tags, { sha, recipe });
    if (state.current !== undefined && !run.force) return await catchUp({ sha, target, state }, run);
    return await buildModel({ entry, source, target, state, prompt, recipe }, run);
  } finally {
    await source.close();
  }
}

/** The image is there: what is left are tags, and imports. */
async function catchUp(
  { sha, target, state }: { sha: string; target: Target; state: TagState },
  run: PublishRun,
): Promise<PublishedModel> {
  const { current, stale, notImported, reason } = state;
  if (current === undefined) throw new Error('no image to move the tags to');
  const { bytes, descriptor } = current;
  for (const tag of stale) await target.repository.putManifest(tag, bytes, descriptor.mediaType);
  await importTags(notImported, target, run);
  const behind = notImported.length === 0 ? 'up-to-date' : 'imported';
  return {
    status: stale.length === 0 ? behind : 'tagged',
    sha,
    digest: descriptor.digest,
    reason,
    layers: [],
    ...importedAs(target),
  };
}

function importedAs({ imports }: Target): Pick<PublishedModel, 'importedAs'> {
  return imports === undefined ? {} : { importedAs: imports.name };
}

interface Work {
  entry: Entry;
  source: Source;
  target: Target;
  state: TagState;
  prompt: Prompt | undefined;
  recipe: string;
}

async function buildModel(work: Work, run: PublishRun): Promise<PublishedModel> {
  const { entry, target, state, prompt, recipe } = work;
  const source = withPrompt(work.source, prompt);
  const revision = await source.revision(run.signal);
  const layers = planEntryLayers(entry, revision, run.builder.name, prompt?.file);
  const files = layers.flatMap((layer) => [...layer.files]);
  const options = await readImageOptions({ entry, source, files, prompt: prompt?.file }, run);
  const published = await publishedLayers(target.repository, state.previous);
  if (run.force) await forgetAbsent(published, target.repository);
  const moving = layers.filter((layer) => !published.has(layer.key));
  run.progress.expect(moving.reduce((sum, layer) => sum + layer.size, 0));
  const built = await run.builder.buildLayers({
    ...target,
    source,
    revision,
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
  return {
    status: 'published',
    sha: revision.sha,
    digest,
    reason: state.reason,
    layers: built.map(summary),
    ...importedAs(target),
    largestFile: largestOf(files),
  };
}

/** Whoever has an image made anew may do so because the registry lost a part of it. */
async function forgetAbsent(published: PublishedLayers, repository: Repository): Promise<void> {
  for (const [key, { descriptor }] of published) {
    if ((await repository.hasBlob(descriptor.digest)) !== descriptor.size) published.delete(key);
  }
}

async function pushImage(image: Image, repository: Repository, tags: readonly string[]): Promise<void> {
  const { bytes, descriptor } = image.index;
  await Promise.all(
    image.platforms.map(async ({ config, manifest }) => {
      await repository.putBlob(config.descriptor.digest, config.bytes);
      await repository.putManifest(manifest.descriptor.digest, manifest.bytes, manifest.descriptor.mediaType);
    }),
  );
  await repository.putManifest(descriptor.digest, bytes, descriptor.mediaType);
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
