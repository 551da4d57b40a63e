/** An image's files, with as little read as there is to. */
import pLimit from 'p-limit';

import type { Repository } from '../registry/registry.ts';
import type { ImageLayer, OpenImage } from './image.ts';
import { brokenLayer, listByToc, rawFile, type LayerListing } from './listing.ts';
import { overlay, type ImageEntry } from './overlay.ts';
import { readThrough } from './read-through.ts';

/** Layers that are opened at once. */
const AT_ONCE = 8;

/**
 * What is in each of these layers: by their tables of contents, and where there is none, read through.
 * @throws UserError, RegistryError
 */
export async function listLayers(
  { repository }: OpenImage,
  layers: readonly ImageLayer[],
): Promise<LayerListing[]> {
  return eachAtOnce(layers, async (layer) => listLayer(repository, layer));
}

/** What is in a layer, read through where there is no other way. @throws UserError, RegistryError */
export async function listLayer(repository: Repository, layer: ImageLayer): Promise<LayerListing> {
  return (await listUnread(repository, layer)) ?? readThrough(repository, layer);
}

/**
 * What is in a layer, as far as no content has to be read for it: a raw layer's file, a table of contents.
 * @returns undefined where the layer has to be read through
 * @throws UserError, RegistryError
 */
export async function listUnread(
  repository: Repository,
  layer: ImageLayer,
): Promise<LayerListing | undefined> {
  if (layer.format !== 'raw') return listByToc(repository, layer);
  try {
    return { layer, entries: [rawFile(layer)] };
  } catch (error) {
    if (error instanceof RangeError) throw brokenLayer(repository, layer, error);
    throw error;
  }
}

/** The image's entries by path. @throws UserError, RegistryError */
export async function listImage(image: OpenImage): Promise<Map<string, ImageEntry>> {
  return overlay(await listLayers(image, image.layers));
}

/** In the order of the items. */
export async function eachAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(AT_ONCE);
  return Promise.all(items.map((item) => limit(async () => work(item))));
}
