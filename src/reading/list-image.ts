/** An image's files, with as little read as there is to. */
import pLimit from 'p-limit';

import type { ImageLayer, OpenImage } from './image.ts';
import { listByToc, type LayerListing } from './listing.ts';
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
  return eachAtOnce(
    layers,
    async (layer) => (await listByToc(repository, layer)) ?? readThrough(repository, layer),
  );
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
