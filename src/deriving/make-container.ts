/** Makes a container of an artifact's parts on a base, and brings it into a repository. */
import pLimit from 'p-limit';

import type { Bases, OpenBase } from '../bases/bases.ts';
import { chooseParts, type Choice } from '../artifacts/choose.ts';
import { artifactAnnotations, historyLine } from '../artifacts/describe.ts';
import { composeContainer, type Container } from '../containers/compose.ts';
import type { ContainerSettings } from '../containers/settings.ts';
import { UserError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import type { Repository } from '../registry/registry.ts';
import type { Progress } from '../report/progress.ts';
import { bringLayer, type BroughtLayer } from './bring-layer.ts';
import { explained } from './explained.ts';
import type { OpenArtifact, PlacedPart } from './open-artifact.ts';
import { listBase, type ListedBase } from './list-base.ts';
import { findOverlaps, type Overlap } from './overlaps.ts';

export interface ContainerTask {
  artifact: OpenArtifact;
  base: OpenBase;
  bases: Bases;
  /** All parts where it is empty. */
  choices: readonly Choice[];
  settings: ContainerSettings;
  to: { repository: Repository; tag: string };
  /** Everything is read, and nothing written. */
  dryRun: boolean;
  progress: Progress;
  signal: AbortSignal;
}

export interface MadeContainer {
  container: Container;
  layers: readonly BroughtLayer[];
  overlaps: readonly Overlap[];
  /** Layers of the base that were not looked into for overlaps. */
  unread: number;
  status: 'pushed' | 'unchanged' | 'made';
}

/** Layers in work at once. */
const AT_ONCE = 3;

/**
 * In the order that makes it safe to stop anywhere: blobs, configs, manifests, index, tag.
 * @throws UserError where the parts and the base make no container; RegistryError
 */
export async function makeContainer(task: ContainerTask): Promise<MadeContainer> {
  const { artifact, dryRun } = task;
  const name = formatReference(artifact.reference);
  const parts = await explained(name, () => chooseParts(artifact.parts, task.choices));
  for (const part of parts) refuseRaw(part, name);
  // What cannot become a container is told before a byte is moved.
  await compose(
    task,
    parts.map((part) => ({ part, diffId: part.diffId ?? part.descriptor.digest })),
  );
  const { layers, listed } = await bring(task, parts);
  const container = await compose(task, layers);
  const overlaps = findOverlaps(
    listed.layers,
    layers.map(({ part, entries }) => ({ digest: part.descriptor.digest, entries })),
  );
  const status = dryRun ? 'made' : await push(container, task.to);
  return { container, layers, overlaps, unread: listed.unread, status };
}

function refuseRaw({ encoding, role, path, descriptor }: PlacedPart, name: string): void {
  if (encoding !== 'raw') return;
  throw new UserError(
    `${name} has ${role} ${JSON.stringify(path ?? descriptor.digest)} as a raw file, which no runtime unpacks: a container is made of tar layers.`,
    {
      hint: `Leave it out by naming the others with --with, or pack it as a tar archive: "kit pack" without --layer-format raw, "modctl build --raw=false".`,
    },
  );
}

interface ComposedLayer {
  part: PlacedPart;
  diffId: Digest;
}

async function compose(
  { artifact, base, settings }: ContainerTask,
  layers: readonly ComposedLayer[],
): Promise<Container> {
  const annotations = artifactAnnotations(artifact, artifact.digest);
  return explained(undefined, () =>
    composeContainer({
      base,
      layers: layers.map(({ part, diffId }) => ({
        descriptor: part.descriptor,
        diffId,
        createdBy: historyLine(artifact, part),
      })),
      settings: { ...settings, labels: { ...annotations, ...settings.labels } },
      annotations,
    }),
  );
}

/** All that the container consists of but its documents; the first failure ends the rest. */
async function bring(
  { base, bases, to, dryRun, progress, signal: ended }: ContainerTask,
  parts: readonly PlacedPart[],
): Promise<{ layers: BroughtLayer[]; listed: ListedBase }> {
  const stop = new AbortController();
  const signal = AbortSignal.any([ended, stop.signal]);
  const limit = pLimit(AT_ONCE);
  const bringing = { to: dryRun ? undefined : to.repository, progress, signal };
  const layers = parts.map((part) => limit(() => bringLayer(part, bringing)));
  const listed = listBase(base.images[0]!, base.repository);
  const run = {
    expect: (bytes: number) => progress.expect(bytes),
    moved: (bytes: number) => progress.moved(bytes),
    signal,
  };
  const all = [...layers, listed, ...(dryRun ? [] : [bases.bring(base, to.repository, run)])];
  try {
    await Promise.all(all);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(all);
    throw error;
  }
  return { layers: await Promise.all(layers), listed: await listed };
}

async function push(
  { images, index }: Container,
  { repository, tag }: ContainerTask['to'],
): Promise<'pushed' | 'unchanged'> {
  const there = await repository.headManifest(tag);
  if (there?.digest === index.descriptor.digest) return 'unchanged';
  for (const { config, manifest } of images) {
    await repository.putBlob(config.descriptor.digest, config.bytes);
    await repository.putManifest(manifest.descriptor.digest, manifest.bytes, manifest.descriptor.mediaType);
  }
  await repository.putManifest(index.descriptor.digest, index.bytes, index.descriptor.mediaType);
  await repository.putManifest(tag, index.bytes, index.descriptor.mediaType);
  return 'pushed';
}
