/** What of an image is asked for, and where its content is. */
import { UserError } from '../errors.ts';
import { parents } from '../estargz/paths.ts';
import { formatReference } from '../oci/reference.ts';
import type { OpenImage } from '../reading/image.ts';
import { eachAtOnce, listUnread } from '../reading/list-image.ts';
import type { LayerEntry, LayerFile, LayerListing } from '../reading/listing.ts';
import { overlay, type ImageEntry, type ImageFile, type ImageNode } from '../reading/overlay.ts';
import { knownListing, noteListing } from './known-listings.ts';
import { checkLink } from './links.ts';
import { isReserved } from './output-folder.ts';
import type { Selection } from './select-paths.ts';
import type { Staging } from './staging.ts';

export interface Found {
  files: ImageFile[];
  folders: string[];
  links: ImageNode[];
  /** Devices and pipes, which are not made. */
  leftOut: ImageNode[];
  /** The number of each file among those of its layer. */
  numbers: Map<LayerFile, number>;
}

export interface FindRun {
  image: OpenImage;
  selection: Selection;
  /** The cache directory. */
  cache: string;
  /** Whether the registry gives ranges, without which every layer is read through. */
  hasRanges: boolean;
  staging: Staging;
}

/** @throws UserError where a path is not there or must not be written, RegistryError */
export async function findEntries(run: FindRun): Promise<Found> {
  const { image, selection } = run;
  const listings = await list(run);
  const entries = overlay(listings);
  const found = [...entries.values()].filter(({ path }) => selection.matches(path));
  selection.check(
    found.map(({ path }) => path),
    formatReference(image.reference),
  );
  for (const entry of found) checkPath(entry, entries);
  const nodes = found.filter((entry) => entry.type !== 'reg');
  const links = nodes.filter(({ type }) => type === 'symlink');
  for (const link of links) checkLink(link);
  return {
    files: found.filter((entry) => entry.type === 'reg'),
    folders: nodes.filter(({ type }) => type === 'dir').map(({ path }) => path),
    links,
    leftOut: nodes.filter(({ type }) => type !== 'dir' && type !== 'symlink'),
    numbers: new Map(listings.flatMap(({ entries: all }) => all.filter(isFile).map((file, n) => [file, n]))),
  };
}

/** Only the layers that may have what is asked for are opened. */
async function list({ image, selection, cache, hasRanges, staging }: FindRun): Promise<LayerListing[]> {
  const layers = image.layers.filter(({ path }) => path === undefined || selection.matches(path));
  const unread = await eachAtOnce(layers, async (layer) => {
    const listed =
      hasRanges || layer.format === 'raw' ? await listUnread(image.repository, layer) : undefined;
    return listed ?? knownListing(cache, layer);
  });
  const listings: LayerListing[] = [];
  for (const [n, layer] of layers.entries()) {
    const known = unread[n];
    const listing = known ?? (await staging.read(layer, ({ path }) => selection.matches(path)));
    if (known === undefined) await noteListing(cache, listing);
    listings.push(listing);
  }
  return listings;
}

function checkPath({ path }: ImageEntry, entries: ReadonlyMap<string, ImageEntry>): void {
  if (isReserved(path)) {
    throw new UserError(`"${path}" has a name that is kept for files that are not finished.`, {
      hint: 'Name the paths that you need, without this one.',
    });
  }
  for (const parent of parents(path)) {
    const { type = 'dir' } = entries.get(parent) ?? {};
    if (type === 'dir') continue;
    throw new UserError(`"${path}" lies in "${parent}", which is no folder but of the type "${type}".`, {
      hint: 'Name the paths that you need, without this one.',
    });
  }
}

function isFile(entry: LayerEntry): entry is LayerFile {
  return entry.type === 'reg';
}
