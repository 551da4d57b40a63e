/** The files of an image: what its layers hold, one above the other (OCI image specification, layer.md). */
import { layerPath } from '../../../src/artifacts/layer-path.ts';
import type { OpenLayer } from '../../../src/estargz/reader.ts';
import { fileAt } from '../../../src/estargz/reader.ts';
import type { TocFile } from '../../../src/estargz/toc-parse.ts';
import { compareBytes } from '../../../src/oci/compare.ts';
import { findBlob } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { formatOf } from './formats.ts';
import type { ImageFile, ImageLayer } from './inspection.ts';
import { openStoredLayer } from './layers.ts';
import type { LayerDescriptor } from './manifest.ts';
import { placeInLayer, placeOfBlob, type FilePlace } from './places.ts';
import { rawFile } from './raw-layer.ts';

export interface Contents {
  layers: ImageLayer[];
  files: ImageFile[];
  /** Where each file is to be read. */
  places: Map<string, FilePlace>;
  incomplete?: string;
}

/** Layers that are opened at once; a Worker may wait for six answers. */
const OPEN_AT_ONCE = 4;
/** Tables of contents are held in memory until all is read. */
const MAX_LAYERS = 200;
/** Files that an image's page can show. */
const MAX_FILES = 20_000;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** A layer as far as its files are known: an archive with a table of contents, or a file. */
type Opened = OpenLayer | (FilePlace & { path: string });

/** Opens every layer. One that cannot be opened is told of, and the files of the others are listed. */
export async function readContents(
  bucket: Bucket,
  repository: string,
  descriptors: readonly LayerDescriptor[],
): Promise<Contents> {
  const some = descriptors.slice(0, MAX_LAYERS);
  const opened: (Opened | RangeError)[] = [];
  for (let at = 0; at < some.length; at += OPEN_AT_ONCE) {
    const batch = some.slice(at, at + OPEN_AT_ONCE);
    opened.push(...(await Promise.all(batch.map((layer) => openOrTell(bucket, repository, layer)))));
  }
  const contents: Contents = { layers: [], files: [], places: new Map() };
  if (descriptors.length > MAX_LAYERS) contents.incomplete = `only ${MAX_LAYERS} layers are looked at`;
  const files = new Map<string, ImageFile>();
  for (const [index, descriptor] of descriptors.entries()) {
    const layer = opened[index];
    if (layer instanceof RangeError) contents.incomplete ??= `${descriptor.digest}: ${layer.message}`;
    const isOpen = layer !== undefined && !(layer instanceof RangeError);
    if (isOpen && 'path' in layer) addFile(contents, files, { digest: descriptor.digest, layer });
    else if (isOpen) addLayer(contents, files, { digest: descriptor.digest, layer });
    contents.layers.push(layerOf(descriptor, isOpen ? countFiles(layer) : undefined));
  }
  contents.files = [...files.values()].toSorted((a, b) => compareBytes(a.path, b.path));
  if (contents.files.length > MAX_FILES) {
    contents.incomplete ??= `only ${MAX_FILES} of ${contents.files.length} files are listed`;
    contents.files.length = MAX_FILES;
  }
  return contents;
}

async function openOrTell(
  bucket: Bucket,
  repository: string,
  layer: LayerDescriptor,
): Promise<Opened | RangeError> {
  try {
    const path = rawFile(layer);
    if (path === undefined) return await openStoredLayer(bucket, repository, layer);
    const blob = await findBlob(bucket, repository, layer.digest);
    if (blob === undefined) throw new RangeError('the repository has no such layer');
    return { ...placeOfBlob(bucket, blob), path };
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}

function addFile(
  { places }: Contents,
  files: Map<string, ImageFile>,
  { digest, layer }: { digest: ImageFile['layer']; layer: FilePlace & { path: string } },
): void {
  const { path, size } = layer;
  const format = formatOf(path);
  places.set(path, layer);
  files.set(path, { path, size, layer: digest, digest, ...(format === undefined ? {} : { format }) });
}

function addLayer(
  { places }: Contents,
  files: Map<string, ImageFile>,
  { digest, layer }: { digest: ImageFile['layer']; layer: OpenLayer },
): void {
  removeHidden(layer, files, places);
  for (const [path, entry] of layer.entries) {
    if (entry.type !== 'reg' && entry.type !== 'hardlink') continue;
    if (nameOf(path).startsWith(WHITEOUT)) continue;
    const file = fileIn(layer, path);
    if (file === undefined) continue;
    const format = formatOf(path);
    places.set(path, placeInLayer(layer, file));
    files.set(path, {
      path,
      size: file.size,
      layer: digest,
      ...(file.digest === undefined ? {} : { digest: file.digest }),
      ...(format === undefined ? {} : { format }),
    });
  }
}

/** The regular file at a path, if it is one; a hard link to nothing is none. */
export function fileIn(layer: OpenLayer, path: string): TocFile | undefined {
  try {
    return fileAt(layer, path);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a layer hides of those below it: layer.md, "Whiteouts". */
function removeHidden(layer: OpenLayer, ...maps: Map<string, unknown>[]): void {
  for (const path of layer.entries.keys()) {
    const name = nameOf(path);
    if (!name.startsWith(WHITEOUT)) continue;
    const folder = path.slice(0, path.length - name.length);
    const hidden = name === OPAQUE ? folder : folder + name.slice(WHITEOUT.length);
    for (const map of maps) {
      for (const key of map.keys()) {
        if (key === hidden || key.startsWith(name === OPAQUE ? hidden : `${hidden}/`)) map.delete(key);
      }
    }
  }
}

function countFiles(layer: Opened): number {
  if ('path' in layer) return 1;
  let count = 0;
  for (const { type, path } of layer.entries.values()) {
    if (type === 'reg' && !nameOf(path).startsWith(WHITEOUT)) count++;
  }
  return count;
}

function layerOf(layer: LayerDescriptor, files?: number): ImageLayer {
  const { digest, mediaType, size } = layer;
  const title = layerPath(layer);
  return {
    digest,
    mediaType,
    size,
    ...(title === undefined ? {} : { title }),
    ...(files === undefined ? {} : { files }),
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
