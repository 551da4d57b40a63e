/** What is in a base image, as far as a look at it is cheap. */
import type { BaseImage } from '../containers/base.ts';
import { imageLayer } from '../reading/image.ts';
import { eachAtOnce, listLayer, listUnread } from '../reading/list-image.ts';
import type { LayerEntry } from '../reading/listing.ts';
import type { Repository } from '../registry/registry.ts';

export interface ListedBase {
  /** Entries by layer, the lowest first; none of a layer that was not read. */
  layers: readonly (readonly LayerEntry[])[];
  /** How many layers were not read. */
  unread: number;
}

/** Layers without a table of contents are read through up to this. Bytes, compressed. */
const MAX_READ = 64 * 2 ** 20;

/** @throws UserError where a layer cannot be read, RegistryError */
export async function listBase({ layers }: BaseImage, from: Repository): Promise<ListedBase> {
  const listings = await eachAtOnce(layers, async (descriptor) => {
    const layer = imageLayer(descriptor, 0);
    return descriptor.size > MAX_READ ? listUnread(from, layer) : listLayer(from, layer);
  });
  return {
    layers: listings.map((listing) => listing?.entries ?? []),
    unread: listings.filter((listing) => listing === undefined).length,
  };
}
