/** What differs between two images, and what a puller who has the first moves to have the second. */
import type { Digest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import { openImage, type Asked, type ImageLayer, type OpenImage } from '../reading/image.ts';
import { eachAtOnce, listLayer } from '../reading/list-image.ts';
import type { LayerListing } from '../reading/listing.ts';
import { overlay, type ImageEntry } from '../reading/overlay.ts';

export interface ComparedFile {
  path: string;
  /** Bytes; in the second image, and of a removed file in the first. */
  size: number;
  /** Bytes in the first image, of a changed file. */
  sizeBefore?: number;
}

export interface Moved {
  /** How many layers or chunks. */
  count: number;
  /** Bytes as they are stored. */
  bytes: number;
}

export interface ImageComparison {
  from: { reference: string; digest: Digest };
  to: { reference: string; digest: Digest };
  added: readonly ComparedFile[];
  changed: readonly ComparedFile[];
  removed: readonly ComparedFile[];
  /** How many files are the same. */
  unchanged: number;
  /** Layers that both have. */
  sharedLayers: Moved;
  /** What whoever pulls whole layers moves: those of the second image that the first lacks. */
  layers: Moved;
  /**
   * What whoever reads by ranges moves: the chunks of added and changed files, with the tables of contents of layers
   * that the first image lacks. A layer without a table of contents counts as a chunk.
   */
  ranges: Moved;
}

interface Listed {
  image: OpenImage;
  listings: readonly LayerListing[];
  entries: ReadonlyMap<string, ImageEntry>;
}

/** Layers without a table of contents are read through, those of both images once. @throws UserError, RegistryError */
export async function compareImages(from: Asked, to: Asked): Promise<ImageComparison> {
  const images = await Promise.all([openImage(from), openImage(to)]);
  const [before, after] = await listImages(images);
  const had = new Set(before.image.layers.map(({ descriptor }) => descriptor.digest));
  const [shared, missing] = [[] as ImageLayer[], [] as ImageLayer[]];
  for (const layer of after.image.layers) (had.has(layer.descriptor.digest) ? shared : missing).push(layer);
  const files = compareEntries(before.entries, after.entries);
  return {
    from: { reference: formatReference(from.reference), digest: before.image.root.digest },
    to: { reference: formatReference(to.reference), digest: after.image.root.digest },
    ...files,
    sharedLayers: sum(shared.map(({ descriptor }) => descriptor.size)),
    layers: sum(missing.map(({ descriptor }) => descriptor.size)),
    ranges: rangesOf(after, [...files.added, ...files.changed], had),
  };
}

async function listImages([from, to]: readonly [OpenImage, OpenImage]): Promise<[Listed, Listed]> {
  const read = new Map<Digest, { image: OpenImage; layer: ImageLayer }>();
  for (const image of [to, from]) {
    for (const layer of image.layers) read.set(layer.descriptor.digest, { image, layer });
  }
  const found = await eachAtOnce([...read.values()], async ({ image: { repository }, layer }) =>
    listLayer(repository, layer),
  );
  const byDigest = new Map(found.map((listing) => [listing.layer.descriptor.digest, listing]));
  return [listed(from, byDigest), listed(to, byDigest)];
}

function listed(image: OpenImage, byDigest: ReadonlyMap<Digest, LayerListing>): Listed {
  const listings = image.layers.flatMap((layer) => {
    const listing = byDigest.get(layer.descriptor.digest);
    return listing === undefined ? [] : [{ ...listing, layer }];
  });
  return { image, listings, entries: overlay(listings) };
}

type Files = Pick<ImageComparison, 'added' | 'changed' | 'removed' | 'unchanged'>;

function compareEntries(
  before: ReadonlyMap<string, ImageEntry>,
  after: ReadonlyMap<string, ImageEntry>,
): Files {
  const [added, changed, removed] = [[] as ComparedFile[], [] as ComparedFile[], [] as ComparedFile[]];
  let unchanged = 0;
  for (const [path, entry] of after) {
    if (entry.type === 'dir') continue;
    const old = before.get(path);
    if (old === undefined || old.type === 'dir') added.push({ path, size: sizeOf(entry) });
    else if (isSame(old, entry)) unchanged += 1;
    else changed.push({ path, size: sizeOf(entry), sizeBefore: sizeOf(old) });
  }
  for (const [path, entry] of before) {
    const now = after.get(path);
    if (entry.type !== 'dir' && (now === undefined || now.type === 'dir')) {
      removed.push({ path, size: sizeOf(entry) });
    }
  }
  return { added, changed, removed, unchanged };
}

function sizeOf(entry: ImageEntry): number {
  return entry.type === 'reg' ? entry.content.size : 0;
}

/** By content; where a table of contents does not say a file's digest, by its chunks'. */
function isSame(a: ImageEntry, b: ImageEntry): boolean {
  if (a.type !== 'reg' || b.type !== 'reg') {
    return a.type === b.type && a.type !== 'reg' && b.type !== 'reg' && a.linkName === b.linkName;
  }
  if (a.content === b.content) return true;
  if (a.content.size !== b.content.size) return false;
  if (a.content.digest !== undefined && b.content.digest !== undefined) {
    return a.content.digest === b.content.digest;
  }
  const [old, now] = [a, b].map(({ content }) => content.chunks?.map(({ digest }) => digest).join());
  return old !== undefined && old === now;
}

function rangesOf(
  { listings, entries }: Listed,
  files: readonly ComparedFile[],
  had: ReadonlySet<Digest>,
): Moved {
  const pieces = new Map<string, number>();
  for (const { layer, toc } of listings) {
    const { digest, size } = layer.descriptor;
    if (toc === undefined || had.has(digest)) continue;
    const ends = [...toc.entries.values()].flatMap((entry) =>
      entry.type === 'reg' ? entry.chunks.map(({ end }) => end) : [],
    );
    // Behind the last chunk there is nothing but the table of contents.
    pieces.set(`${digest} toc`, size - ends.reduce((last, end) => Math.max(last, end), 0));
  }
  for (const { path } of files) {
    const entry = entries.get(path);
    if (entry?.type !== 'reg') continue;
    const { digest, size } = entry.layer.descriptor;
    if (entry.content.chunks === undefined && !had.has(digest)) pieces.set(digest, size);
    for (const { offset, end } of entry.content.chunks ?? []) pieces.set(`${digest} ${offset}`, end - offset);
  }
  return sum([...pieces.values()]);
}

function sum(sizes: readonly number[]): Moved {
  return { count: sizes.length, bytes: sizes.reduce((total, size) => total + size, 0) };
}
