/** Images put straight into a registry in memory, right ones and wrong ones. */
import { gunzipSync } from 'node:zlib';

import { TOC_DIGEST_ANNOTATION } from '../../src/estargz/toc.ts';
import { layerBytes, type Content, type LayerBytes } from './layer-bytes.ts';
import { digest, type RegistryStandIn } from './registry-stand-in.ts';

export const TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export interface StandInLayer {
  blob: Buffer;
  mediaType: string;
  annotations: Record<string, string>;
  /** As the config has it. */
  diffId: string;
}

/** A layer with a table of contents. */
export function tocLayer(
  content: Content,
  pack: (content: Content) => LayerBytes = layerBytes,
): StandInLayer {
  return describedLayer(pack(content));
}

export function describedLayer({ blob, tocDigest }: LayerBytes): StandInLayer {
  const diffId = digest(gunzipSync(blob));
  return { blob, mediaType: TYPE.gzip, annotations: { [TOC_DIGEST_ANNOTATION]: tocDigest }, diffId };
}

/** The same layer as tools write it that know no table of contents. */
export function plainLayer(content: Content): StandInLayer {
  return { ...tocLayer(content), annotations: {} };
}

export interface StandInImage {
  tag?: string;
  layers: readonly StandInLayer[];
  annotations?: Record<string, string>;
  /** In place of an image's. */
  config?: object;
}

export interface PutImage {
  index: string;
  /** Of linux/amd64. */
  manifest: string;
  config: string;
  layers: string[];
}

/** An index of one image. */
export function putImage(registry: RegistryStandIn, image: StandInImage): PutImage {
  const { tag = 'latest', layers, annotations = {} } = image;
  const platform = { os: 'linux', architecture: 'amd64' };
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const config = putBlob(registry, Buffer.from(JSON.stringify(image.config ?? { ...platform, rootfs })));
  const manifest = putManifest(registry, {
    schemaVersion: 2,
    mediaType: TYPE.manifest,
    config: { mediaType: TYPE.config, ...config },
    layers: layers.map(({ blob, mediaType, annotations: own }) => ({
      mediaType,
      ...putBlob(registry, blob),
      annotations: own,
    })),
    annotations,
  });
  const index = putManifest(
    registry,
    {
      schemaVersion: 2,
      mediaType: TYPE.index,
      manifests: [{ mediaType: TYPE.manifest, ...manifest, platform }],
      annotations,
    },
    tag,
  );
  return {
    index: index.digest,
    manifest: manifest.digest,
    config: config.digest,
    layers: layers.map(({ blob }) => digest(blob)),
  };
}

export function putBlob({ blobs }: RegistryStandIn, bytes: Buffer): { digest: string; size: number } {
  blobs.set(digest(bytes), bytes);
  return { digest: digest(bytes), size: bytes.length };
}

export function putManifest(
  { manifests }: RegistryStandIn,
  document: { mediaType: string; [field: string]: unknown },
  tag?: string,
): { digest: string; size: number } {
  const bytes = Buffer.from(JSON.stringify(document));
  for (const name of [digest(bytes), tag]) {
    if (name !== undefined) manifests.set(name, { type: document.mediaType, bytes });
  }
  return { digest: digest(bytes), size: bytes.length };
}
