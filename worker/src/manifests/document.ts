/** What a pushed manifest refers to; everything else in it is its author's. */
import type { Annotations, Descriptor } from '../../../src/oci/descriptor.ts';
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { isIndexType } from '../../../src/oci/media-types.ts';
import { OciError } from '../errors.ts';

/** Each reference is a read on push. */
const MAX_REFERENCES = 2000;

export interface Document {
  /** Blobs that the repository must have, each once. */
  blobs: Descriptor[];
  /** Manifests that the repository must have, each once. */
  manifests: Descriptor[];
  subject: Digest | undefined;
  artifactType: string | undefined;
  annotations: Annotations | undefined;
}

interface Json {
  mediaType?: unknown;
  artifactType?: unknown;
  annotations?: unknown;
  subject?: unknown;
  config?: unknown;
  layers?: unknown;
  blobs?: unknown;
  manifests?: unknown;
}

/**
 * Reads a manifest of any media type. What is not JSON, and not declared as JSON, refers to nothing.
 * @throws OciError MANIFEST_INVALID where it contradicts itself or the grammar
 */
export function parseDocument(bytes: Uint8Array, mediaType: string): Document {
  const json = parseJson(bytes, mediaType);
  if (json === undefined) {
    return { blobs: [], manifests: [], subject: undefined, artifactType: undefined, annotations: undefined };
  }
  if (json.mediaType !== undefined && json.mediaType !== mediaType) {
    throw invalid(`Content-Type is ${mediaType}, but its mediaType is ${JSON.stringify(json.mediaType)}`);
  }
  const config = json.config === undefined ? [] : [descriptor(json.config, 'config')];
  const layers = [...descriptors(json.layers, 'layers'), ...descriptors(json.blobs, 'blobs')];
  const manifests = descriptors(json.manifests, 'manifests');
  if (
    isIndexType(mediaType) ? json.manifests === undefined : isImage(mediaType) && json.config === undefined
  ) {
    throw invalid(`a manifest of ${mediaType} has ${isIndexType(mediaType) ? 'manifests' : 'a config'}`);
  }
  const document: Document = {
    blobs: unique([...config, ...layers.filter((layer) => !isElsewhere(layer))]),
    manifests: unique(manifests),
    subject: json.subject === undefined ? undefined : descriptor(json.subject, 'subject').digest,
    artifactType: textOf(json.artifactType) ?? textOf(config[0]?.mediaType),
    annotations: annotationsOf(json.annotations),
  };
  if (document.blobs.length + document.manifests.length > MAX_REFERENCES) {
    throw invalid(`it refers to more than ${MAX_REFERENCES} blobs and manifests`);
  }
  return document;
}

function isImage(mediaType: string): boolean {
  return (
    mediaType === 'application/vnd.oci.image.manifest.v1+json' ||
    mediaType === 'application/vnd.docker.distribution.manifest.v2+json'
  );
}

function parseJson(bytes: Uint8Array, mediaType: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (mediaType.endsWith('json')) throw invalid('it is not JSON', error);
    return undefined;
  }
  if (mediaType.endsWith('json')) throw invalid('it is not a JSON object');
  return undefined;
}

/** Layers that need not be here: clients fetch them from where their author says (image specification, layer.md). */
const ELSEWHERE =
  /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.v1|docker\.image\.rootfs\.foreign\.diff)\.tar(?:[.+]|$)/;

/** By the type alone: `urls` of any other layer are one more place for it, and it is here all the same. */
function isElsewhere({ mediaType }: Descriptor): boolean {
  return ELSEWHERE.test(mediaType);
}

function descriptors(value: unknown, name: string): Descriptor[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${name} is not a list`);
  return value.map((item, index) => descriptor(item, `${name}[${index}]`));
}

function descriptor(value: unknown, name: string): Descriptor {
  const { digest, mediaType, size } = (value ?? {}) as Partial<Record<keyof Descriptor, unknown>>;
  if (typeof digest !== 'string' || !isDigest(digest))
    throw invalid(`${name} has no digest of sha256 or sha512`);
  if (typeof mediaType !== 'string') throw invalid(`${name} has no mediaType`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`${name} has no size`);
  return { digest, mediaType, size };
}

function unique(list: Descriptor[]): Descriptor[] {
  return [...new Map(list.map((item) => [item.digest, item])).values()];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function annotationsOf(value: unknown): Annotations | undefined {
  return typeof value === 'object' && value !== null ? (value as Annotations) : undefined;
}

function invalid(message: string, cause?: unknown): OciError {
  return new OciError('MANIFEST_INVALID', `the manifest is not valid: ${message}`, { cause });
}
