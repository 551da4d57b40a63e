/** What a registry holds at a tag: enough to tell whether it is up to date, and to take over unchanged layers. */
import type { Descriptor, ImageConfig, Index, Manifest } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { isIndexType } from '../oci/media-types.ts';
import type { Repository } from '../registry/registry.ts';
import { ANNOTATION } from './annotations.ts';
import type { ImageLayer } from './image.ts';

export interface PublishedImage {
  descriptor: Descriptor;
  /** The index's own bytes, to be put under further tags. */
  bytes: Uint8Array;
  /** The annotations of invariant 8; undefined on an image that is not ours. */
  revision: string | undefined;
  recipe: string | undefined;
  manifests: readonly Descriptor[];
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
  const index: Partial<Index> | undefined = isIndexType(found.descriptor.mediaType)
    ? parseObject(found.bytes)
    : undefined;
  return {
    ...found,
    revision: index?.annotations?.[ANNOTATION.revision],
    recipe: index?.annotations?.[ANNOTATION.recipe],
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
  const first = published?.manifests[0];
  if (first === undefined) return layers;
  const found = await repository.getManifest(first.digest);
  const manifest: Partial<Manifest> | undefined = found && parseObject(found.bytes);
  const foreign = descriptors(manifest?.layers);
  const keyed = foreign.some((layer) => layer.annotations?.[ANNOTATION.layerKey] !== undefined);
  if (!keyed || foreign.length !== manifest?.layers?.length) return layers;
  const [configured] = descriptors([manifest.config]);
  if (configured === undefined) return layers;
  const bytes = await repository.getBlob(configured.digest, MAX_CONFIG);
  const config: Partial<ImageConfig> | undefined = parseObject(bytes);
  const diffIds = config?.rootfs?.diff_ids ?? [];
  if (diffIds.length !== foreign.length) return layers;
  for (const [at, descriptor] of foreign.entries()) {
    const key = descriptor.annotations?.[ANNOTATION.layerKey];
    const diffId = diffIds[at];
    if (key !== undefined && diffId !== undefined) layers.set(key, { descriptor, diffId });
  }
  return layers;
}

/** Those of a foreign document's list that are descriptors; of what is no list, none. */
function descriptors(list: unknown): Descriptor[] {
  if (!Array.isArray(list)) return [];
  return (list as (Partial<Descriptor> | null)[]).filter(
    (item): item is Descriptor => typeof item?.digest === 'string' && isDigest(item.digest),
  );
}

/** Foreign bytes: what is not a JSON object counts as a document without any field. */
function parseObject(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
