/** Sees to it that a container is as a rule wants it: made of what the artifact's tag and the base's tag name now. */
import type { Artifact } from '../../../src/artifacts/artifact.ts';
import { ArtifactError } from '../../../src/artifacts/artifact-error.ts';
import { chooseParts } from '../../../src/artifacts/choose.ts';
import { ARTIFACT_ANNOTATION, artifactAnnotations, historyLine } from '../../../src/artifacts/describe.ts';
import { readBase, type Base } from '../../../src/containers/base.ts';
import {
  composeContainer,
  CREATED,
  type AddedLayer,
  type Container,
} from '../../../src/containers/compose.ts';
import { ContainerError } from '../../../src/containers/container-error.ts';
import { onPlatforms } from '../../../src/containers/platforms.ts';
import type { Annotations } from '../../../src/oci/descriptor.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import type { Document } from '../../../src/oci/document.ts';
import { isTag } from '../../../src/oci/reference.ts';
import { touchModel } from '../catalogue/touch.ts';
import type { CatalogueNamespace } from '../catalogue/protocol.ts';
import { acceptManifest } from '../manifests/accept.ts';
import { cannotMove, IMAGE_ANNOTATION, moveTag, removeTag } from '../storage/tags.ts';
import { isImmutable } from '../manifests/immutable-tags.ts';
import { storeBlob } from '../storage/blobs.ts';
import { openStore, type Store, type StoreEnvironment } from '../storage/store.ts';
import { readPushedArtifact, type PushedArtifact } from './artifact.ts';
import { baseDocuments, linkLayers } from './base.ts';
import { readRoot, type Root } from './documents.ts';
import { isOurs, RECIPE_ANNOTATION, recipeOf } from './recipe.ts';
import type { ContainerRule } from './rules.ts';

export interface MakerEnvironment extends StoreEnvironment {
  CATALOGUE: CatalogueNamespace;
}

export interface Wanted {
  /** Of the artifact, and of its container. */
  repository: string;
  /** Of the artifact. */
  tag: string;
  rule: ContainerRule;
}

export type Made =
  /** The tag names no artifact, and there is no container of it. */
  | { state: 'none' }
  /** The tag names no artifact any more. */
  | { state: 'removed' }
  | { state: 'unchanged' | 'made'; digest: Digest };

const ANNOTATION = {
  created: 'org.opencontainers.image.created',
  revision: 'org.opencontainers.image.revision',
} as const;

export function containerTagOf(tag: string, { suffix }: Pick<ContainerRule, 'suffix'>): string {
  return `${tag}-${suffix}`;
}

/**
 * Can be run again, and stopped, at any time: blobs come before manifests, these before the index, and the tag last.
 * @throws ContainerError, ArtifactError, OciError where it cannot be had; anything else may pass
 */
export async function makeContainer(env: MakerEnvironment, wanted: Wanted): Promise<Made> {
  const { repository, tag, rule } = wanted;
  const store = openStore(env);
  const containerTag = containerTagOf(tag, rule);
  const [pushed, before] = await Promise.all([
    readPushedArtifact(store, repository, tag),
    isTag(containerTag) ? readRoot(store, repository, containerTag) : undefined,
  ]);
  if (pushed === undefined) return removeContainer(env, store, { repository, containerTag, before });
  if (!isTag(containerTag)) throw tooLong(containerTag);
  const root = await findBase(store, rule);
  const recipe = await recipeOf(rule, root.digest);
  if (isUpToDate(before, pushed, recipe)) return { state: 'unchanged', digest: before.digest };
  checkTag(env, containerTag, before);
  const base = await openBase(store, rule, root.digest);
  const artifact = await pushed.read();
  const container = await composeContainer({
    base,
    layers: layersOf(artifact, rule),
    settings: rule.settings,
    annotations: annotationsOf(pushed, artifact, recipe),
  });
  await linkLayers(store, { from: rule.base.repository, to: repository, images: base.images });
  await writeContainer(store, repository, container);
  const { digest } = container.index.descriptor;
  await moveTag(store, repository, {
    tag: containerTag,
    digest,
    isImmutable: isImmutable(env, containerTag),
  });
  await touchModel(env, repository);
  return { state: 'made', digest };
}

/** What others have put at the tag stays, and so does what is immutable. */
async function removeContainer(
  env: MakerEnvironment,
  store: Store,
  {
    repository,
    containerTag,
    before,
  }: { repository: string; containerTag: string; before: Root | undefined },
): Promise<Made> {
  if (before === undefined || !isOurs(before) || isImmutable(env, containerTag)) return { state: 'none' };
  await removeTag(store, repository, containerTag);
  await touchModel(env, repository);
  return { state: 'removed' };
}

function isUpToDate(before: Root | undefined, { digest }: PushedArtifact, recipe: string): before is Root {
  const { [ARTIFACT_ANNOTATION]: artifact, [RECIPE_ANNOTATION]: made } = before?.annotations ?? {};
  return artifact === digest && made === recipe;
}

/** @throws OciError, ContainerError where the tag cannot be moved */
function checkTag(env: MakerEnvironment, containerTag: string, before: Root | undefined): void {
  if (before === undefined) return;
  if (isImmutable(env, containerTag)) throw cannotMove(containerTag, before.digest);
  if (isOurs(before)) return;
  throw new ContainerError(
    `The tag ${containerTag} names ${before.digest}, which no rule has made: it stays as it is.`,
    'Delete that tag, or give the rule another suffix.',
  );
}

async function findBase(store: Store, { base }: ContainerRule): Promise<Root> {
  const name = nameOf(base);
  const root = await readRoot(store, base.repository, base.reference);
  if (root === undefined) {
    throw new ContainerError(
      `The base ${name} is not in this registry.`,
      'Import or push it: the container is made as soon as it is here. Its name in the rule has no host.',
    );
  }
  if (!isOurs(root)) return root;
  throw new ContainerError(
    `The base ${name} is itself a container that a rule has made.`,
    'Name another base: containers would be made of containers without an end.',
  );
}

/** By the digest that was looked up: its tag may be moved at any time. */
async function openBase(store: Store, { base, platforms }: ContainerRule, digest: Digest): Promise<Base> {
  const name = nameOf(base);
  const question = { reference: digest, name };
  const found = await readBase(baseDocuments(store, base.repository), question);
  if (found === undefined) throw new Error(`the base ${name} was deleted just now`);
  return platforms === undefined ? found : onPlatforms(found, platforms);
}

export function nameOf({ repository, reference }: ContainerRule['base']): string {
  return `${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/** The layers of the parts that the rule wants. */
function layersOf(artifact: Artifact, { choices }: ContainerRule): AddedLayer[] {
  const { modelReference, parts } = artifact;
  if (
    modelReference !== undefined &&
    (choices.length === 0 || choices.some(({ role }) => role === 'model'))
  ) {
    throw new ArtifactError(
      `Its model is that of another ModelKit, ${modelReference}.`,
      '"ai-action container" follows such references. A rule whose "with" has no model does without.',
    );
  }
  return chooseParts(parts, choices).map((part) => {
    const { descriptor, diffId } = part;
    if (diffId !== undefined) return { descriptor, diffId, createdBy: historyLine(artifact, part) };
    throw new ArtifactError(
      `The diffID of its layer ${descriptor.digest} is not known: it does not say it, and layers are not read here.`,
      'Pack it with a newer kit, or use "ai-action container", which reads the layers.',
    );
  });
}

function annotationsOf(
  { digest, annotations }: PushedArtifact,
  artifact: Artifact,
  recipe: string,
): Annotations {
  const revision = annotations[ANNOTATION.revision];
  return {
    [ANNOTATION.created]: CREATED,
    ...(revision === undefined ? {} : { [ANNOTATION.revision]: revision }),
    ...artifactAnnotations(artifact, digest),
    // An artifact may be the companion of an image itself.
    [IMAGE_ANNOTATION]: annotations[IMAGE_ANNOTATION] ?? digest,
    [RECIPE_ANNOTATION]: recipe,
  };
}

async function writeContainer(store: Store, repository: string, container: Container): Promise<void> {
  for (const { config } of container.images) {
    await storeBlob(store, repository, { digest: config.descriptor.digest, bytes: config.bytes });
  }
  for (const { manifest } of container.images) await writeDocument(store, repository, manifest);
  await writeDocument(store, repository, container.index);
}

async function writeDocument(
  store: Store,
  repository: string,
  { descriptor: { digest, mediaType }, bytes }: Document,
): Promise<void> {
  await acceptManifest(store, repository, { digest, mediaType, bytes });
}

function tooLong(containerTag: string): ContainerError {
  return new ContainerError(
    `The container's tag would be ${containerTag}, of more than 128 characters.`,
    'Push the artifact under a shorter tag, or give the rule a shorter suffix.',
  );
}
