/** The manifests of an image, down to its layers. Anybody may have pushed them. */
import type { Annotations, Platform } from '../../../src/oci/descriptor.ts';
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { isIndexType } from '../../../src/oci/media-types.ts';
import { readBlobBytes } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { readManifest } from '../storage/manifests.ts';

export interface LayerDescriptor {
  digest: Digest;
  mediaType: string;
  /** Bytes. */
  size: number;
  annotations: Annotations;
}

export interface ImageManifests {
  digest: Digest;
  mediaType: string;
  /** The manifest that the layers are of; the first one of an index. */
  manifest: Digest;
  platforms: (Platform & { digest: Digest })[];
  /** Of index and manifest, and where these do not say what it is, the config's labels. */
  annotations: Annotations;
  /** Of the manifest: undefined where it names no config. */
  config: LayerDescriptor | undefined;
  artifactType: string | undefined;
  layers: LayerDescriptor[];
}

interface Json {
  annotations?: unknown;
  artifactType?: unknown;
  config?: unknown;
  layers?: unknown;
  manifests?: unknown;
}

/** An index may list indexes. */
const MAX_DEPTH = 3;
/** Bytes of a config that is read. */
export const MAX_CONFIG = 1024 * 1024;
/** What a table of contents, a page and an object of R2 can hold of one annotation, in characters. */
const MAX_ANNOTATION = 4096;
const REVISION = 'org.opencontainers.image.revision';

/** @returns undefined where the repository does not have it. */
export async function readManifests(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<ImageManifests | undefined> {
  const root = await readJson(bucket, repository, digest);
  if (root === undefined) return undefined;
  let at = { digest, ...root };
  let platforms: ImageManifests['platforms'] = [];
  let annotations = annotationsOf(root.json.annotations);
  for (let depth = 0; isIndexType(at.mediaType) && depth < MAX_DEPTH; depth++) {
    const children = childrenOf(at.json.manifests);
    if (depth === 0) platforms = platformsOf(children);
    const child = children.find(({ isImage }) => isImage);
    const found = child && (await readJson(bucket, repository, child.digest));
    if (child === undefined || found === undefined) break;
    at = { digest: child.digest, ...found };
    annotations = { ...annotationsOf(found.json.annotations), ...annotations };
  }
  if (!(REVISION in annotations)) {
    annotations = { ...(await labelsOf(bucket, repository, at.json.config)), ...annotations };
  }
  const { mediaType } = root;
  return {
    digest,
    mediaType,
    manifest: at.digest,
    platforms,
    annotations,
    config: descriptorsOf([at.json.config])[0],
    artifactType: typeof at.json.artifactType === 'string' ? at.json.artifactType : undefined,
    layers: descriptorsOf(at.json.layers),
  };
}

async function readJson(
  bucket: Bucket,
  repository: string,
  digest: Digest,
): Promise<{ mediaType: string; json: Json } | undefined> {
  const manifest = await readManifest(bucket, repository, digest);
  if (manifest === undefined) return undefined;
  const text = await manifest.object.text();
  return { mediaType: manifest.mediaType, json: parseObject(text) };
}

/** What is not a JSON object says nothing. */
export function parseObject(text: string): Json & Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

interface Child {
  digest: Digest;
  platform: Platform | undefined;
  /** BuildKit lists its attestations among the images, for a platform that there is not. */
  isImage: boolean;
}

function childrenOf(manifests: unknown): Child[] {
  if (!Array.isArray(manifests)) return [];
  return manifests.filter(isObject).flatMap(({ digest, platform: said }) => {
    if (typeof digest !== 'string' || !isDigest(digest)) return [];
    const platform = platformOf(said);
    return [{ digest, platform, isImage: platform?.os !== 'unknown' }];
  });
}

function platformOf(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const { os, architecture, variant } = value;
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return { os, architecture, ...(typeof variant === 'string' ? { variant } : {}) };
}

function platformsOf(children: readonly Child[]): ImageManifests['platforms'] {
  return children.flatMap(({ digest, platform, isImage }) =>
    platform !== undefined && isImage ? [{ ...platform, digest }] : [],
  );
}

async function labelsOf(bucket: Bucket, repository: string, config: unknown): Promise<Annotations> {
  const bytes = await readConfig(bucket, repository, descriptorsOf([config])[0]);
  const inner = bytes && parseObject(new TextDecoder().decode(bytes)).config;
  return isObject(inner) ? annotationsOf(inner['Labels']) : {};
}

/** Undefined where there is none, or where it is too large to be one. */
export async function readConfig(
  bucket: Bucket,
  repository: string,
  config: LayerDescriptor | undefined,
): Promise<Uint8Array | undefined> {
  if (config === undefined || config.size > MAX_CONFIG) return undefined;
  return readBlobBytes(bucket, { repository, digest: config.digest, maxBytes: MAX_CONFIG });
}

function descriptorsOf(layers: unknown): LayerDescriptor[] {
  if (!Array.isArray(layers)) return [];
  return layers.filter(isObject).flatMap(({ digest, mediaType, size, annotations }) => {
    if (typeof digest !== 'string' || !isDigest(digest)) return [];
    if (typeof mediaType !== 'string' || typeof size !== 'number') return [];
    return [{ digest, mediaType, size, annotations: annotationsOf(annotations) }];
  });
}

function annotationsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts.map(([key, text]) => [key, text.slice(0, MAX_ANNOTATION)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
