/** What the artifacts of all formats are made of: a config and a manifest over blobs that are in the registry. */
import { countScale } from '../formats/count-scale.ts';
import type { Annotations, Descriptor, Manifest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { jsonDocument, type Document } from '../oci/document.ts';
import { MEDIA_TYPE } from '../oci/media-types.ts';

export interface ArtifactDocuments {
  config: Document;
  manifest: Document;
}

/** Whose model it is. */
export interface ModelIdentity {
  /** As people call it: `owner/model`. */
  name: string;
  /** The commit, or what stands for it. */
  revision: string;
  /** SPDX expression or another word for it. */
  license?: string;
  /** The page that shows the model to a person. */
  url?: string;
}

/** What is known of its weights; what their headers don't say is left out. */
export interface ModelFacts {
  /** As in `gguf`, `safetensors`. */
  format?: string;
  architecture?: string;
  /** How many. */
  parameters?: number;
  /** As in `Q4_K_M`. */
  quantization?: string;
  /** Of a tensor's elements, as safetensors calls it: `F32`, `BF16`. */
  dtype?: string;
  /** Tokens that it was trained for. */
  contextLength?: number;
}

/** A file whose blob is its content, so that the blob's digest is the diffID, too. */
export interface RawFile {
  path: string;
  /** Bytes. */
  size: number;
  digest: Digest;
}

interface ManifestContent {
  artifactType?: string;
  layers: readonly Descriptor[];
  annotations: Annotations;
}

export async function artifactDocuments(
  config: { mediaType: string; content: object },
  { artifactType, layers, annotations }: ManifestContent,
): Promise<ArtifactDocuments> {
  const configDocument = await jsonDocument(config.mediaType, config.content);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: configDocument.descriptor,
    layers,
    annotations,
  };
  return { config: configDocument, manifest: await jsonDocument(MEDIA_TYPE.manifest, manifest) };
}

/** Parameters as people write them: `22.7M`, with so many digits behind the point. */
export function formatCount(count: number, digits: number): string {
  const [scale, unit] = countScale(count);
  return `${(count / scale).toFixed(scale === 1 ? 0 : digits)}${unit}`;
}

/** Without what is undefined. */
export function stated<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
