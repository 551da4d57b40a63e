/** What a runtime sees of layers that lie on each other (image specification, layer.md, "Whiteouts"). */
import { UserError } from '../errors.ts';
import type { ImageLayer } from './image.ts';
import type { LayerEntry, LayerFile, LayerListing, LayerNode } from './listing.ts';

export interface ImageFile extends LayerFile {
  layer: ImageLayer;
  /** Where its content is: of a hard link, the file that it links to; otherwise the entry itself. */
  content: LayerFile;
}

export interface ImageNode extends LayerNode {
  type: Exclude<LayerNode['type'], 'hardlink'>;
  layer: ImageLayer;
}

export type ImageEntry = ImageFile | ImageNode;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** A path of the image; a folder that no layer names has no entry. */
interface Place {
  entry?: ImageEntry;
  children: Map<string, Place>;
}

/**
 * The image's entries by path, of all its layers from the lowest to the highest. Folders that no layer names are not
 * there; hard links have become files.
 * @throws UserError where a hard link leads nowhere
 */
export function overlay(listings: readonly LayerListing[]): Map<string, ImageEntry> {
  const root: Place = { children: new Map() };
  for (const { layer, entries } of listings) {
    // A layer's whiteouts hide what lies below it, wherever they stand in it.
    for (const { path } of entries) hide(root, path);
    for (const entry of entries) if (!isWhiteout(entry.path)) put(root, entry, layer);
  }
  const image = new Map<string, ImageEntry>();
  collect(root, image);
  return image;
}

export function isWhiteout(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(WHITEOUT);
}

function hide(root: Place, path: string): void {
  if (!isWhiteout(path)) return;
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const folder = find(root, parts);
  if (name === OPAQUE) folder?.children.clear();
  else folder?.children.delete(name.slice(WHITEOUT.length));
}

function put(root: Place, entry: LayerEntry, layer: ImageLayer): void {
  if (entry.path === '') return;
  let place = root;
  for (const part of entry.path.split('/')) {
    // What has something in it is no file any more.
    if (place.entry?.type === 'reg') delete place.entry;
    const next: Place = place.children.get(part) ?? { children: new Map() };
    place.children.set(part, next);
    place = next;
  }
  if (entry.type !== 'dir') place.children.clear();
  place.entry = imageEntry(root, entry, layer);
}

function imageEntry(root: Place, entry: LayerEntry, layer: ImageLayer): ImageEntry {
  if (entry.type === 'reg') return { ...entry, layer, content: entry };
  if (entry.type === 'hardlink') return { ...linkTarget(root, entry, layer), path: entry.path };
  return { ...entry, type: entry.type, layer };
}

function linkTarget(root: Place, { path, linkName = '' }: LayerNode, { descriptor }: ImageLayer): ImageFile {
  const target = find(root, linkName.split('/').filter(isName))?.entry;
  if (target?.type === 'reg') return target;
  throw new UserError(
    `"${path}" in the layer ${descriptor.digest} is a hard link to "${linkName}", which is no file before it.`,
    { hint: 'Publish the image anew.' },
  );
}

/** `..` is left in, and found nowhere. */
function isName(part: string): boolean {
  return part !== '' && part !== '.';
}

function find(root: Place, parts: readonly string[]): Place | undefined {
  let place: Place | undefined = root;
  for (const part of parts) place = place?.children.get(part);
  return place;
}

function collect({ entry, children }: Place, image: Map<string, ImageEntry>): void {
  if (entry !== undefined) image.set(entry.path, entry);
  for (const child of children.values()) collect(child, image);
}
