/**
 * Base images: OCI and Docker schema 2, of one platform or of several. Only images of Linux count, since the layers of
 * another system have another shape than a model's.
 */
import type { Descriptor, Platform } from '../oci/descriptor.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
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
export type BaseConfig = Readonly<Record<string, unknown>> & {
  readonly architecture: string;
  readonly os: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly history: readonly Readonly<Record<string, unknown>>[];
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
const MAX_PLATFORMS = 64;

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
  const found = await manifestsOf(documents, root, { name, depth: 0 });
  if (found.length > MAX_PLATFORMS) throw unfit(name, `it has more than ${MAX_PLATFORMS} images`);
  if (found.length === 0) throw notLinux(name);
  const images = await Promise.all(found.map((one) => readImage(documents, one, name)));
  return { name, digest: root.descriptor.digest, images };
}

interface FoundManifest {
  descriptor: Descriptor;
  content: Record<string, unknown>;
  /** What an index says of it. */
  platform: Platform | undefined;
}

async function manifestsOf(
  documents: BaseDocuments,
  { descriptor, bytes }: { descriptor: Descriptor; bytes: Uint8Array },
  { name, depth, platform }: { name: string; depth: number; platform?: Platform | undefined },
): Promise<FoundManifest[]> {
  const content = parseObject(bytes, name);
  if (!isIndexType(descriptor.mediaType)) return [{ descriptor, content, platform }];
  if (depth === MAX_DEPTH) throw unfit(name, 'it is an index within an index again and again');
  const listed = descriptorsOf(content['manifests'], name).filter(mayBeLinux);
  if (listed.length > MAX_PLATFORMS) throw unfit(name, `it has more than ${MAX_PLATFORMS} images`);
  const nested = await Promise.all(
    listed.map(async (one) => {
      const found = await documents.getManifest(one.digest);
      if (found === undefined)
        throw unfit(name, `its registry lacks the manifest ${one.digest} of its index`);
      return manifestsOf(documents, found, { name, depth: depth + 1, platform: linuxPlatform(one) });
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

async function readImage(
  documents: BaseDocuments,
  { descriptor, content, platform }: FoundManifest,
  name: string,
): Promise<BaseImage> {
  const layers = descriptorsOf(content['layers'], name);
  const config = parseObject(await documents.getBlob(configOf(content, name).digest, MAX_CONFIG), name);
  const configured = platformOf(config, name);
  if (configured.os !== 'linux') throw notLinux(name);
  const diffIds = diffIdsOf(config);
  if (diffIds?.length !== layers.length) {
    throw unfit(name, `its config has ${diffIds?.length ?? 0} diffIDs for ${layers.length} layers`);
  }
  return {
    platform: platform ?? configured,
    digest: descriptor.digest,
    layers: layers.map((layer) => ociLayer(layer, name)),
    diffIds,
    config: baseConfig(config, configured),
  };
}

function configOf({ config }: Record<string, unknown>, name: string): Descriptor {
  const [descriptor] = descriptorsOf([config], name);
  if (descriptor !== undefined && CONFIG_TYPES.has(descriptor.mediaType)) return descriptor;
  throw unfit(name, `it is no container image: its config is ${descriptor?.mediaType}`);
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
function baseConfig(config: Record<string, unknown>, { architecture, os }: Platform): BaseConfig {
  return {
    ...config,
    architecture,
    os,
    config: isObject(config['config']) ? config['config'] : {},
    history: Array.isArray(config['history']) ? config['history'].filter(isObject) : [],
  };
}

function platformOf({ os, architecture, variant }: Record<string, unknown>, name: string): Platform {
  if (typeof os !== 'string' || typeof architecture !== 'string') {
    throw unfit(name, 'its config says no platform');
  }
  return { architecture, os, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
}

function diffIdsOf({ rootfs }: Record<string, unknown>): Digest[] | undefined {
  const list = isObject(rootfs) ? rootfs['diff_ids'] : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.filter((item): item is Digest => typeof item === 'string' && isDigest(item));
}

function descriptorsOf(list: unknown, name: string): Descriptor[] {
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

function parseObject(bytes: Uint8Array, name: string): Record<string, unknown> {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw unfit(name, 'one of its documents is no JSON object');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
