/** What is in a base image, as far as a look at it is cheap. */
import type { BaseImage } from '../containers/base.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { imageLayer } from '../reading/image.ts';
import { eachAtOnce, listUnread } from '../reading/list-image.ts';
import type { LayerEntry, LayerListing } from '../reading/listing.ts';
import { OutOfBoundsError, readThrough, type Bounds } from '../reading/read-through.ts';
import type { Repository } from '../registry/registry.ts';

export interface ListedBase {
  /** Entries by layer, the lowest first; none of a layer that was not read. */
  layers: readonly (readonly LayerEntry[])[];
  /** How many layers were not read. */
  unread: number;
}

/** Layers without a table of contents are read through up to this. Bytes, compressed. */
const MAX_READ = 64 * 2 ** 20;

/** What such a layer may come to; empty files compress a thousand times. */
const BOUNDS: Bounds = { bytes: 2 ** 30, entries: 200_000 };

/** @throws UserError where a layer cannot be read, RegistryError */
export async function listBase(
  { layers }: Pick<BaseImage, 'layers'>,
  from: Repository,
  bounds = BOUNDS,
): Promise<ListedBase> {
  const listings = await eachAtOnce(layers, (descriptor) => look(descriptor, from, bounds));
  return {
    layers: listings.map((listing) => listing?.entries ?? []),
    unread: listings.filter((listing) => listing === undefined).length,
  };
}

async function look(
  descriptor: Descriptor,
  from: Repository,
  bounds: Bounds,
): Promise<LayerListing | undefined> {
  const layer = imageLayer(descriptor, 0);
  const listing = await listUnread(from, layer);
  if (listing !== undefined || descriptor.size > MAX_READ) return listing;
  try {
    return await readThrough(from, layer, undefined, bounds);
  } catch (error) {
    if (Error.isError(error) && error.cause instanceof OutOfBoundsError) return undefined;
    throw error;
  }
}
