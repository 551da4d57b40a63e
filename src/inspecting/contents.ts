/** What is in an image, found without moving weights: what would have to be read through is left out. */
import { eachAtOnce, listUnread } from '../reading/list-image.ts';
import type { ImageLayer, OpenImage } from '../reading/image.ts';
import type { LayerListing } from '../reading/listing.ts';
import { readThrough, type TakeFile } from '../reading/read-through.ts';
import type { Repository } from '../registry/registry.ts';

export interface Contents {
  /** Of the layers that could be listed, the lowest first. */
  listings: readonly LayerListing[];
  /** Layers without a table of contents, and too large to be read through for it. */
  unlisted: readonly ImageLayer[];
}

export interface ContentsOptions {
  /** Whether layers are read through however large they are. */
  wholeLayers: boolean;
  /** Sees the files of layers that are read through. */
  take?: TakeFile;
}

/** Reading through a layer of this size costs no more than a table of contents does. Bytes. */
const SMALL_LAYER = 4 * 2 ** 20;

/** @throws UserError where a layer is broken, RegistryError */
export async function readContents(image: OpenImage, options: ContentsOptions): Promise<Contents> {
  const listings = await eachAtOnce(image.layers, (layer) => listLayer(image.repository, layer, options));
  return {
    listings: listings.filter((listing) => listing !== undefined),
    unlisted: image.layers.filter((_, at) => listings[at] === undefined),
  };
}

async function listLayer(
  repository: Repository,
  layer: ImageLayer,
  { wholeLayers, take }: ContentsOptions,
): Promise<LayerListing | undefined> {
  const listing = await listUnread(repository, layer);
  if (listing !== undefined) return listing;
  if (!wholeLayers && layer.descriptor.size > SMALL_LAYER) return undefined;
  return readThrough(repository, layer, take);
}
