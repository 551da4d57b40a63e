/** What is known of an image without moving its weights. */
import { ANNOTATION } from '../image/annotations.ts';
import type { ReadModels } from '../gguf/read-models.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import { openImage, platformName, type Asked, type ImageLayer, type OpenImage } from '../reading/image.ts';
import type { LayerFormat } from '../reading/layer-format.ts';
import { eachAtOnce } from '../reading/list-image.ts';
import type { LayerListing } from '../reading/listing.ts';
import { overlay, type ImageEntry, type ImageFile } from '../reading/overlay.ts';
import type { TakeFile } from '../reading/read-through.ts';
import { readContents } from './contents.ts';
import type { NamedBase } from '../containers/is-container.ts';
import { readFacts, type Facts, type Kind } from './facts.ts';
import { takeHeaders, type SeenHeaders } from './gguf-files.ts';
import { readGgufModels } from './gguf-models.ts';
import { readTags, type Tags } from './other-tags.ts';
import { hasTensors, readTensors, takeTensors, type FileTensors, type SeenTensors } from './tensors.ts';

export interface InspectedLayer {
  digest: Digest;
  /** Bytes, as it is stored. */
  size: number;
  mediaType: string;
  format: LayerFormat;
  /** Whether its files were found by a table of contents. */
  toc: boolean;
  /** What it says that it holds. */
  title?: string;
  /** How many of the image's files are in it; absent where they are not known. */
  files?: number;
  /** Other tags of the repository whose images have it, too. */
  sharedWith: readonly string[];
}

export interface InspectedFile {
  path: string;
  type: ImageEntry['type'];
  /** Bytes; 0 of what is no regular file. */
  size: number;
  digest?: Digest;
  linkName?: string;
  /** The layer that has it. */
  layer: Digest;
}

/** What shares an image's layers for another kind of consumer. */
export interface Companion {
  tag: string;
  digest: Digest;
  kind: Kind;
  base?: NamedBase;
}

export interface Inspection extends Facts {
  reference: string;
  /** Of what the reference names: an index, or a manifest. */
  digest: Digest;
  mediaType: string;
  artifactType?: string;
  /** The repository's tags for this digest; absent where the registry does not list tags. */
  tags?: readonly string[];
  /** Whether the repository has more tags than were looked at. */
  moreTags?: boolean;
  /** What says that it shares this image's layers, among the repository's tags; absent where they are not known. */
  companions?: readonly Companion[];
  platforms: readonly { platform: string; digest: Digest }[];
  /** Of the manifest whose layers these are. */
  manifest: Digest;
  /** Bytes of all layers, as they are stored. */
  size: number;
  layers: readonly InspectedLayer[];
  files: readonly InspectedFile[];
  /** Where they were asked for. */
  tensors?: readonly FileTensors[];
  /** Where there are GGUF files. */
  gguf?: ReadModels;
}

export interface InspectOptions {
  tensors: boolean;
  wholeLayers: boolean;
}

/** @throws UserError, RegistryError */
export async function inspectImage(asked: Asked, options: InspectOptions): Promise<Inspection> {
  const image = await openImage(asked);
  const seen: SeenTensors = new Map();
  const seenHeaders: SeenHeaders = new Map();
  const takers = [takeHeaders(seenHeaders), ...(options.tensors ? [takeTensors(seen)] : [])];
  const { wholeLayers, tensors } = options;
  const [contents, tags, facts] = await Promise.all([
    readContents(image, { wholeLayers, take: eachOf(takers) }),
    readTags(image),
    readFacts(image),
  ]);
  const { listings } = contents;
  const entries = [...overlay(listings).values()].filter((entry) => entry.type !== 'dir');
  const { artifactType } = image.manifest;
  const gguf = await readGgufModels(image, { contents, seen: seenHeaders, cmd: facts.cmd ?? [] });
  return {
    reference: formatReference(image.reference),
    digest: image.root.digest,
    mediaType: image.root.mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(tags === undefined
      ? {}
      : { tags: tags.own, moreTags: tags.more, companions: companionsOf(image, tags) }),
    ...facts,
    platforms: platformsOf(image),
    manifest: image.descriptor.digest,
    size: image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    layers: image.layers.map((layer) => inspectedLayer(layer, { listings, entries, tags })),
    files: entries.map(inspectedFile),
    ...(tensors ? { tensors: await imageTensors(image, { listings, entries, seen }) } : {}),
    ...(gguf === undefined ? {} : { gguf }),
  };
}

function companionsOf({ root }: OpenImage, { others }: Tags): Companion[] {
  return others
    .filter(({ of }) => of === root.digest)
    .map(({ tag, digest, kind, base }) => ({ tag, digest, kind, ...(base === undefined ? {} : { base }) }));
}

/** Each file is at most one of them's. */
function eachOf(takers: readonly TakeFile[]): TakeFile {
  return async (file, content) => {
    for (const take of takers) await take(file, content);
  };
}

/** Without attestations, whose platform is unknown (BuildKit, "Attestation storage"). */
function platformsOf({ index }: OpenImage): Inspection['platforms'] {
  const images = (index?.manifests ?? []).filter(({ platform }) => platform?.os !== 'unknown');
  return images.map(({ platform, digest }) => ({ platform: platformName(platform), digest }));
}

interface Found {
  listings: readonly LayerListing[];
  entries: readonly Exclude<ImageEntry, { type: 'dir' }>[];
  tags: Tags | undefined;
}

function inspectedLayer(layer: ImageLayer, { listings, entries, tags }: Found): InspectedLayer {
  const { digest, size, mediaType, annotations } = layer.descriptor;
  const listing = listings.find((one) => one.layer === layer);
  const title = annotations?.[ANNOTATION.title];
  const sharing = tags?.others.filter(({ layers }) => layers.includes(digest)) ?? [];
  return {
    digest,
    size,
    mediaType,
    format: layer.format,
    toc: listing?.toc !== undefined,
    ...(title === undefined ? {} : { title }),
    ...(listing === undefined ? {} : { files: entries.filter((entry) => entry.layer === layer).length }),
    sharedWith: sharing.map(({ tag }) => tag),
  };
}

function inspectedFile(entry: Found['entries'][number]): InspectedFile {
  const { path, type, layer } = entry;
  const place = { path, type, layer: layer.descriptor.digest };
  if (entry.type !== 'reg') {
    return { ...place, size: 0, ...(entry.linkName === undefined ? {} : { linkName: entry.linkName }) };
  }
  const { size, digest } = entry.content;
  return { ...place, size, ...(digest === undefined ? {} : { digest }) };
}

async function imageTensors(
  { repository }: OpenImage,
  { listings, entries, seen }: Omit<Found, 'tags'> & { seen: SeenTensors },
): Promise<FileTensors[]> {
  const files = entries.filter((entry): entry is ImageFile => entry.type === 'reg' && hasTensors(entry));
  return eachAtOnce(files, async (file) => {
    const header = seen.get(file.content);
    const listing = listings.find(({ layer }) => layer === file.layer);
    if (header !== undefined || listing === undefined) return { path: file.path, ...header } as FileTensors;
    return readTensors(repository, file, listing);
  });
}
