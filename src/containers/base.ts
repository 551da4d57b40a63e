/**
 * Base images: OCI and Docker schema 2, of one platform or of several. Only images of Linux count, since the layers of
 * another system have another shape than a model's.
 */
import type { Descriptor, Platform } from '../oci/descriptor.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import { isObject, parseObject, type JsonObject } from '../oci/document.ts';
import { isIndexType, MEDIA_TYPE } from '../oci/media-types.ts';
import { ContainerError } from './container-error.ts';
import { containerLayerType } from './layer-type.ts';

/** Where a base's documents are read: a repository of a registry; each answer is verified against its digest. */
export interface BaseDocuments {
  /** By tag or digest; undefined where there is none. */
  getManifest(reference: string): Promise<{ descriptor: Descriptor; bytes: Uint8Array } | undefined>;
  getBlob(digest: Digest, maxBytes: number): Promise<Uint8Array>;
}

export interface Base {
  /** registry/repository[:tag]: what it is called in messages and annotations. */
  name: string;
  /** Of what the name stood for: its index, or its one manifest. */
  digest: Digest;
  /** At least one, in the index's order. */
  images: readonly BaseImage[];
}

/** A base for one platform. */
export interface BaseImage {
  platform: Platform;
  /** Of its manifest. */
  digest: Digest;
  /** The lowest first; media types of OCI. */
  layers: readonly Descriptor[];
  /** One a layer. */
  diffIds: readonly Digest[];
  config: BaseConfig;
}

/** config.md: what the base says of how it runs, and what it says besides, which is handed on as it stands. */
export type BaseConfig = JsonObject & {
  readonly architecture: string;
  readonly os: string;
  readonly config: JsonObject;
  readonly history: readonly JsonObject[];
};

export interface BaseQuestion {
  /** Tag or digest. */
  reference: string;
  /** See Base. */
  name: string;
}

const MAX_CONFIG = 4 * 2 ** 20;
/** Indexes within indexes. */
const MAX_DEPTH = 3;
const MAX_MANIFESTS = 64;

/**
 * Reads all documents of a base: one manifest, or an index and a manifest a platform, and a config each.
 * @returns undefined where nothing has the reference
 * @throws ContainerError where it is nothing that a container can be made on
 */
export async function readBase(
  documents: BaseDocuments,
  { reference, name }: BaseQuestion,
): Promise<Base | undefined> {
  const root = await documents.getManifest(reference);
  if (root === undefined) return undefined;
  const found = await manifestsOf(documents, root, { name, depth: 0, seen: { manifests: 0 } });
  const images = await Promise.all(found.map((one) => readImage(documents, one, name)));
  const ofLinux = images.filter((image) => image !== undefined);
  if (ofLinux.length === 0) throw notLinux(name);
  return { name, digest: root.descriptor.digest, images: ofLinux };
}

interface FoundManifest {
  descriptor: Descriptor;
  content: JsonObject;
  /** What an index says of it. */
  platform: Platform | undefined;
  /** It is one of an index, and may be something else than an image of Linux without the base being unfit. */
  isListed: boolean;
}

interface Walk {
  name: string;
  depth: number;
  platform?: Platform | undefined;
  /** Counts what all indexes together list. */
  seen: { manifests: number };
}

async function manifestsOf(
  documents: BaseDocuments,
  { descriptor, bytes }: { descriptor: Descriptor; bytes: Uint8Array },
  { name, depth, platform, seen }: Walk,
): Promise<FoundManifest[]> {
  const content = documentOf(bytes, name);
  if (!isIndexType(descriptor.mediaType)) return [{ descriptor, content, platform, isListed: depth > 0 }];
  if (depth === MAX_DEPTH) throw unfit(name, 'it is an index within an index again and again');
  const listed = descriptorsOf(content['manifests'], name).filter(mayBeLinux);
  seen.manifests += listed.length;
  if (seen.manifests > MAX_MANIFESTS) throw unfit(name, `it has more than ${MAX_MANIFESTS} images`);
  const nested = await Promise.all(
    listed.map(async (one) => {
      const found = await documents.getManifest(one.digest);
      if (found === undefined)
        throw unfit(name, `its registry lacks the manifest ${one.digest} of its index`);
      return manifestsOf(documents, found, { name, depth: depth + 1, platform: linuxPlatform(one), seen });
    }),
  );
  return nested.flat();
}

/** An index may leave the platform to the configs. BuildKit's attestations stand there as of the platform `unknown`. */
function mayBeLinux(listed: Descriptor): boolean {
  return !isObject(listed.platform) || linuxPlatform(listed) !== undefined;
}

/** Without what tells apart the versions of other systems. */
function linuxPlatform({ platform }: Descriptor): Platform | undefined {
  if (!isObject(platform)) return undefined;
  const { os, architecture, variant } = platform;
  if (os !== 'linux' || typeof architecture !== 'string') return undefined;
  return { architecture, os, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
}

/** @returns undefined for an image of another system, and for what an index lists beside its images */
async function readImage(
  documents: BaseDocuments,
  { descriptor, content, platform, isListed }: FoundManifest,
  name: string,
): Promise<BaseImage | undefined> {
  const configured = configOf(content, name);
  if (!CONFIG_TYPES.has(configured.mediaType)) {
    if (isListed && platform === undefined) return undefined;
    throw unfit(name, `it is no container image: its config is ${configured.mediaType}`);
  }
  const config = documentOf(await documents.getBlob(configured.digest, MAX_CONFIG), name);
  const own = platformOf(config, name);
  if (own.os !== 'linux') return undefined;
  const layers = descriptorsOf(content['layers'], name);
  const diffIds = diffIdsOf(config);
  if (diffIds.length !== layers.length) {
    throw unfit(name, `its config has ${diffIds.length} diffIDs for ${layers.length} layers`);
  }
  return {
    platform: platform ?? own,
    digest: descriptor.digest,
    layers: layers.map((layer) => ociLayer(layer, name)),
    diffIds,
    config: baseConfig(config, own),
  };
}

function configOf({ config }: JsonObject, name: string): Descriptor {
  if (isDescriptor(config)) return config;
  throw unfit(name, 'it is no container image: its manifest has no config');
}

const CONFIG_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPE.config,
  'application/vnd.docker.container.image.v1+json',
]);

function ociLayer(layer: Descriptor, name: string): Descriptor {
  const mediaType = containerLayerType(layer.mediaType);
  if (mediaType === undefined) throw unfit(name, `its layer ${layer.digest} is ${layer.mediaType}`);
  const { digest, size, annotations } = layer;
  return { mediaType, digest, size, ...(annotations === undefined ? {} : { annotations }) };
}

/** Foreign: a field of another type than the specification's counts as absent where something goes without it. */
function baseConfig(config: JsonObject, { architecture, os }: Platform): BaseConfig {
  return {
    ...config,
    architecture,
    os,
    config: isObject(config['config']) ? config['config'] : {},
    history: Array.isArray(config['history']) ? config['history'].filter(isObject) : [],
  };
}

function platformOf({ os, architecture, variant }: JsonObject, name: string): Platform {
  if (typeof os !== 'string' || typeof architecture !== 'string') {
    throw unfit(name, 'its config says no platform');
  }
  return { architecture, os, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
}

function diffIdsOf({ rootfs }: JsonObject): Digest[] {
  const list = isObject(rootfs) ? rootfs['diff_ids'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is Digest => typeof item === 'string' && isDigest(item));
}

/** Tools in Go write an empty list as null. */
function descriptorsOf(list: unknown, name: string): Descriptor[] {
  if (list === null) return [];
  if (!Array.isArray(list)) throw unfit(name, 'its manifest has no list of what it consists of');
  return list.map((item: unknown) => {
    if (isDescriptor(item)) return item;
    throw unfit(name, 'there is something in its manifest that is no descriptor');
  });
}

function isDescriptor(item: unknown): item is Descriptor {
  if (!isObject(item)) return false;
  const { mediaType, digest, size } = item;
  const isSized = Number.isSafeInteger(size) && Number(size) >= 0;
  return typeof mediaType === 'string' && typeof digest === 'string' && isDigest(digest) && isSized;
}

function documentOf(bytes: Uint8Array, name: string): JsonObject {
  const document = parseObject(bytes);
  if (document === undefined) throw unfit(name, 'one of its documents is no JSON object');
  return document;
}

function notLinux(name: string): ContainerError {
  return new ContainerError(
    `The base ${name} has no image for Linux.`,
    'Name a base image for Linux: a model’s layers fit no other system.',
  );
}

function unfit(name: string, why: string): ContainerError {
  return new ContainerError(
    `No container can be made on the base ${name}: ${why}.`,
    'Name another base image, or have this one published anew.',
  );
}
