/** A container that runs: a base's layers, and above them others, unaltered but for their media types. */
import type { Annotations, Descriptor, Index, Manifest, Platform } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { jsonDocument, type Document } from '../oci/document.ts';
import { MEDIA_TYPE } from '../oci/media-types.ts';
import type { Base, BaseConfig, BaseImage } from './base.ts';
import { ContainerError } from './container-error.ts';
import { containerLayerType } from './layer-type.ts';
import { runSection, type ContainerSettings } from './settings.ts';

export interface AddedLayer {
  /** Of any tar layer: an image's, a ModelKit's, a ModelPack artifact's. */
  descriptor: Descriptor;
  /** Of its uncompressed bytes. */
  diffId: Digest;
  /** For the config's history. */
  createdBy: string;
}

export interface ContainerContent {
  base: Base;
  /** The lowest first; the same for every platform. */
  layers: readonly AddedLayer[];
  settings: ContainerSettings;
  /** Of index and manifests, besides those that name the base. */
  annotations: Annotations;
}

export interface Container {
  /** In the base's order. */
  images: readonly { platform: Platform; config: Document; manifest: Document }[];
  index: Document;
}

/** Docker unpacks no image of more. */
const MAX_CONTAINER_LAYERS = 127;

/** The epoch stands wherever a time is asked for, so that a container is a function of what it is made of. */
export const CREATED = '1970-01-01T00:00:00Z';

/** annotations.md: of the base's index on the index, of the platform's manifest on a manifest. */
export const BASE_NAME = 'org.opencontainers.image.base.name';
export const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * The documents of a container, for each platform of its base.
 * @throws ContainerError where there are too many layers, or a layer is one that no runtime unpacks
 */
export async function composeContainer(content: ContainerContent): Promise<Container> {
  const { base, annotations } = content;
  const added = content.layers.map(imageLayer);
  const images = await Promise.all(
    base.images.map(async (image) => {
      checkCount(image, added.length, base.name);
      const config = await jsonDocument(MEDIA_TYPE.config, containerConfig(image, content));
      const manifest: Manifest = {
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.manifest,
        config: config.descriptor,
        layers: [...image.layers, ...added],
        annotations: { ...annotations, [BASE_NAME]: base.name, [BASE_DIGEST]: image.digest },
      };
      const document = await jsonDocument(MEDIA_TYPE.manifest, manifest);
      return { platform: image.platform, config, manifest: document };
    }),
  );
  const index: Index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: images.map(({ platform, manifest }) => ({ ...manifest.descriptor, platform })),
    annotations: { ...annotations, [BASE_NAME]: base.name, [BASE_DIGEST]: base.digest },
  };
  return { images, index: await jsonDocument(MEDIA_TYPE.index, index) };
}

function imageLayer({ descriptor }: AddedLayer): Descriptor {
  const mediaType = containerLayerType(descriptor.mediaType);
  if (mediaType !== undefined) return { ...descriptor, mediaType };
  throw new ContainerError(
    `The layer ${descriptor.digest} is ${descriptor.mediaType}, which no runtime unpacks.`,
    'A container is made of tar layers: leave this one out, or pack it as a tar archive.',
  );
}

function checkCount({ layers }: BaseImage, added: number, name: string): void {
  if (layers.length + added <= MAX_CONTAINER_LAYERS) return;
  throw new ContainerError(
    `The base ${name} has ${layers.length} layers, and ${added} more make more than ${MAX_CONTAINER_LAYERS}, at which Docker stops.`,
    'Name a base of fewer layers, or put more files into one: layout: single makes one layer of a model.',
  );
}

/** What Docker noted of the container that an image was once committed from. */
const OF_BUILDS: ReadonlySet<string> = new Set([
  'id',
  'parent',
  'container',
  'container_config',
  'docker_version',
  'throwaway',
]);

/** config.md; fields that only the base knows, as an architecture's features, stay. */
function containerConfig(image: BaseImage, { layers, settings }: ContainerContent): object {
  const { architecture, os, config, ...rest } = image.config;
  const kept = Object.entries(rest).filter(([name]) => !OF_BUILDS.has(name));
  return {
    ...Object.fromEntries(kept),
    created: CREATED,
    architecture,
    os,
    config: runSection(config, settings),
    rootfs: { type: 'layers', diff_ids: [...image.diffIds, ...layers.map(({ diffId }) => diffId)] },
    history: [
      ...historyOf(image),
      ...layers.map(({ createdBy }) => ({ created: CREATED, created_by: createdBy })),
    ],
  };
}

/** Tools that make images by hand leave it out, and Docker then takes each line for another layer's. */
function historyOf({ config, layers }: BaseImage): BaseConfig['history'] {
  const ofLayers = config.history.filter((line) => line['empty_layer'] !== true);
  if (ofLayers.length === layers.length) return config.history;
  return layers.map(({ digest }) => ({ created: CREATED, created_by: `base layer ${digest}` }));
}
