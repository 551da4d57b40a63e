/** From a reference to its image: index, the platform's manifest, config, layers. */
import { UserError } from '../errors.ts';
import { ANNOTATION } from '../image/annotations.ts';
import type { Descriptor, Index, Manifest, Platform } from '../oci/descriptor.ts';
import { isIndexType } from '../oci/media-types.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { Repository } from '../registry/registry.ts';
import { parseConfig, parseIndex, parseManifest, type ReadConfig } from './documents.ts';
import { layerFormat, type LayerFormat } from './layer-format.ts';

/** A layer as its manifest describes it. */
export interface ImageLayer {
  /** Among the image's layers, the lowest first. */
  index: number;
  descriptor: Descriptor;
  format: LayerFormat;
  /** Of a layer that holds one file and nothing else, as ours do: the file's path. */
  path: string | undefined;
}

export interface OpenImage {
  /** As it was asked for. */
  reference: Reference;
  repository: Repository;
  /** What the tag or digest names: the index, or the manifest itself. */
  root: Descriptor;
  index: Index | undefined;
  /** Of the chosen platform. */
  descriptor: Descriptor;
  manifest: Manifest;
  /** The platform that was chosen out of an index. */
  platform: Platform | undefined;
  layers: readonly ImageLayer[];
}

export interface Asked {
  reference: Reference;
  repository: Repository;
  /** `os/architecture[/variant]`; left out, linux on this machine's architecture, else the first there is. */
  platform?: string;
}

const MAX_CONFIG = 4 * 2 ** 20;
/** Indexes within indexes. */
const MAX_DEPTH = 3;

/**
 * Opens the image that a reference names; every document is verified against its digest.
 * @throws UserError where there is none, or not for the platform, or it is not as the specification has it;
 *   RegistryError
 */
export async function openImage(asked: Asked): Promise<OpenImage> {
  const { reference, repository } = asked;
  const name = formatReference(reference);
  const found = await repository.getManifest(reference.digest ?? reference.tag ?? 'latest');
  if (found === undefined) throw missing(reference);
  let [document, index, platform] = [
    found,
    undefined as Index | undefined,
    undefined as Platform | undefined,
  ];
  for (let depth = 0; isIndexType(document.descriptor.mediaType); depth += 1) {
    if (depth === MAX_DEPTH) throw new UserError(`${name} is an index within an index again and again.`);
    const inner = parseIndex(document.bytes, `the index of ${name}`);
    const chosen = choosePlatform(inner, asked.platform, name);
    const next = await repository.getManifest(chosen.digest);
    if (next === undefined) {
      throw new UserError(`${name}: the registry lacks the manifest ${chosen.digest} that its index names.`, {
        hint: 'Publish the image anew.',
      });
    }
    [document, index, platform] = [next, index ?? inner, chosen.platform];
  }
  const manifest = parseManifest(document.bytes, `the manifest of ${name}`);
  const layers = manifest.layers.map((descriptor, at) => imageLayer(descriptor, at));
  return {
    ...asked,
    root: found.descriptor,
    index,
    descriptor: document.descriptor,
    manifest,
    platform,
    layers,
  };
}

/** The image's config. @throws UserError, RegistryError */
export async function readConfig({ repository, manifest, reference }: OpenImage): Promise<ReadConfig> {
  const bytes = await repository.getBlob(manifest.config.digest, MAX_CONFIG);
  return parseConfig(bytes, `the config of ${formatReference(reference)}`);
}

/** The title is trusted to be the only file's path where the layer key says that the layer is of our making. */
export function imageLayer(descriptor: Descriptor, index: number): ImageLayer {
  const annotations = descriptor.annotations ?? {};
  const isOurs = annotations[ANNOTATION.layerKey] !== undefined;
  const path = isOurs ? annotations[ANNOTATION.title] : undefined;
  return { index, descriptor, format: layerFormat(descriptor), path };
}

function choosePlatform(index: Index, wanted: string | undefined, name: string): Descriptor {
  const images = index.manifests.filter(({ platform }) => platform?.os !== 'unknown');
  if (wanted === undefined) {
    const here = images.find((image) => platformName(image.platform) === `linux/${architecture()}`);
    const chosen = here ?? images[0];
    if (chosen !== undefined) return chosen;
    throw new UserError(`${name} is an index without any image.`, { hint: 'Publish the image anew.' });
  }
  const chosen =
    images.find(({ platform }) => platformName(platform) === wanted) ??
    images.find(({ platform }) => platformName(platform).startsWith(`${wanted}/`));
  if (chosen !== undefined) return chosen;
  const names = images.map(({ platform }) => platformName(platform)).join(', ');
  throw new UserError(`${name} is not there for ${wanted}.`, { hint: `It is there for ${names}.` });
}

/** `linux/arm64/v8` */
export function platformName(platform: Platform | undefined): string {
  if (platform === undefined) return 'any';
  const { os, architecture: machine, variant } = platform;
  return `${os}/${machine}${variant === undefined ? '' : `/${variant}`}`;
}

function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

function missing(reference: Reference): UserError {
  const { registry, repository } = reference;
  return new UserError(`There is no ${formatReference(reference)}.`, {
    hint: `Check the name and the tag: "skopeo list-tags docker://${registry}/${repository}" lists its tags.`,
  });
}
