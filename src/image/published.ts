/** What a registry holds at a tag: enough to tell whether it is up to date, and to take over unchanged layers. */
import type { Annotations, Descriptor, ImageConfig, Index, Manifest } from '../oci/descriptor.ts';
import { UserError } from '../errors.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import { parseObject } from '../oci/document.ts';
import { isIndexType } from '../oci/media-types.ts';
import type { Repository } from '../registry/registry.ts';
import { ANNOTATION } from './annotations.ts';
import { createdBy, type ImageLayer } from './image.ts';

export interface PublishedImage {
  descriptor: Descriptor;
  /** The index's own bytes, to be put under further tags. */
  bytes: Uint8Array;
  /** The annotations of invariant 8; undefined on an image that is not ours. */
  revision: string | undefined;
  recipe: string | undefined;
  /** Of the document at the tag, whatever it is. */
  annotations: Annotations;
  manifests: readonly Descriptor[];
}

/** What an image consists of, as its documents have it. */
export interface PublishedContent {
  /** In the manifest's order. */
  layers: readonly ImageLayer[];
  labels: Annotations;
}

/** Layers by their layer keys. */
export type PublishedLayers = Map<string, Omit<ImageLayer, 'title'>>;

/** A config holds a diffID and a line of history a layer, and labels. */
const MAX_CONFIG = 4 * 1024 * 1024;

/** @returns undefined where nothing has this tag, and an image without revision for what is not an index. */
export async function readPublished(
  repository: Repository,
  reference: string,
): Promise<PublishedImage | undefined> {
  const found = await repository.getManifest(reference);
  if (found === undefined) return undefined;
  const root: Partial<Index> = parseObject(found.bytes) ?? {};
  const index = isIndexType(found.descriptor.mediaType) ? root : undefined;
  return {
    ...found,
    revision: index?.annotations?.[ANNOTATION.revision],
    recipe: index?.annotations?.[ANNOTATION.recipe],
    annotations: root.annotations ?? {},
    manifests: descriptors(index?.manifests),
  };
}

/**
 * The layers of a published image by their layer keys, with the diffIDs that its config has for them. Empty where
 * the image is another tool's, or where its documents disagree: the layers are then made anew.
 */
export async function publishedLayers(
  repository: Repository,
  published: PublishedImage | undefined,
): Promise<PublishedLayers> {
  const layers: PublishedLayers = new Map();
  const first = await readFirst(repository, published);
  for (const { descriptor, diffId } of first?.layers ?? []) {
    const key = descriptor.annotations?.[ANNOTATION.layerKey];
    if (key !== undefined) layers.set(key, { descriptor, diffId });
  }
  return layers;
}

/**
 * The layers of an image that this program published, all of them.
 * @throws UserError where the registry lacks a part of it
 */
export async function publishedContent(
  repository: Repository,
  published: PublishedImage,
): Promise<PublishedContent> {
  const first = await readFirst(repository, published);
  if (first !== undefined) return first;
  throw new UserError(`The documents of ${repository.name}@${published.descriptor.digest} are not whole.`, {
    hint: 'Publish the model anew, with --select all.',
  });
}

/** Every platform has the same layers: those of the first. */
async function readFirst(
  repository: Repository,
  published: PublishedImage | undefined,
): Promise<PublishedContent | undefined> {
  const first = published?.manifests[0];
  if (first === undefined) return undefined;
  const found = await repository.getManifest(first.digest);
  const manifest: Partial<Manifest> | undefined = found && parseObject(found.bytes);
  const layers = descriptors(manifest?.layers);
  const keyed = layers.some((layer) => layer.annotations?.[ANNOTATION.layerKey] !== undefined);
  if (!keyed || layers.length !== manifest?.layers?.length) return undefined;
  const [configured] = descriptors([manifest.config]);
  if (configured === undefined) return undefined;
  const bytes = await repository.getBlob(configured.digest, MAX_CONFIG);
  const config: Partial<ImageConfig> = parseObject(bytes) ?? {};
  const diffIds = config.rootfs?.diff_ids ?? [];
  if (diffIds.length !== layers.length) return undefined;
  const titled = layers.flatMap((descriptor, at) => {
    const diffId = diffIds[at];
    const title = titleOf(config.history?.[at]?.created_by);
    return diffId === undefined ? [] : [{ descriptor, diffId, title }];
  });
  return { layers: titled, labels: config.config?.Labels ?? {} };
}

/** Of a line of history: those of a base's layers are as other tools write them, who may say nothing. */
function titleOf(line: unknown): string {
  return typeof line === 'string' ? line.replace(createdBy(''), '') : '';
}

/** Digests of a manifest's layers; of an index, none. */
export function layerDigests({ bytes }: Pick<PublishedImage, 'bytes'>): Digest[] {
  const manifest: Partial<Manifest> | undefined = parseObject(bytes);
  return descriptors(manifest?.layers).map(({ digest }) => digest);
}

/** Those of a foreign document's list that are descriptors; of what is no list, none. */
function descriptors(list: unknown): Descriptor[] {
  if (!Array.isArray(list)) return [];
  return (list as (Partial<Descriptor> | null)[]).filter(
    (item): item is Descriptor => typeof item?.digest === 'string' && isDigest(item.digest),
  );
}
