/** The documents of an image: a config and a manifest for each platform over the same layers, and their index. */
import type { Revision } from '../hub/source.ts';
import type { Annotations, Descriptor, ImageConfig, Index, Manifest, Platform } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { jsonDocument, type Document } from '../oci/document.ts';
import { MEDIA_TYPE } from '../oci/media-types.ts';
import { imageAnnotations } from './annotations.ts';
import { CREATED } from './recipe.ts';

/** A layer that is in the registry: what the manifest says of it, and the digest of its uncompressed bytes. */
export interface ImageLayer {
  descriptor: Descriptor;
  diffId: Digest;
  /** What the layer holds, in words, for the config's history. */
  title: string;
}

export interface Image {
  platforms: readonly { config: Document; manifest: Document }[];
  index: Document;
  /** Of index and manifests. */
  annotations: Annotations;
  /** Of the configs. */
  labels: Annotations;
}

export interface ImageContent {
  revision: Revision;
  layers: readonly ImageLayer[];
  platforms: readonly Platform[];
  /** Value of the recipe annotation. */
  recipe: string;
  options?: ImageOptions;
}

/** What an entry asks for besides the files of its revision. */
export interface ImageOptions {
  /** Path of the system prompt among the files. */
  prompt?: string;
  /** They win over those that are the annotations. */
  labels: Annotations;
  cmd?: readonly string[];
}

export async function makeImage({
  revision,
  layers,
  platforms,
  recipe,
  options = { labels: {} },
}: ImageContent): Promise<Image> {
  const annotations = imageAnnotations(revision, recipe, options.prompt);
  const labels = { ...annotations, ...options.labels };
  const configOf = (platform: Platform): ImageConfig => imageConfig(platform, layers, { ...options, labels });
  const parts = await Promise.all(
    platforms.map(async (platform) => {
      const config = await jsonDocument(MEDIA_TYPE.config, configOf(platform));
      const manifest: Manifest = {
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.manifest,
        config: config.descriptor,
        layers: layers.map((layer) => layer.descriptor),
        annotations,
      };
      return { platform, config, manifest: await jsonDocument(MEDIA_TYPE.manifest, manifest) };
    }),
  );
  const index: Index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: parts.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform, annotations })),
    annotations,
  };
  return {
    platforms: parts.map(({ config, manifest }) => ({ config, manifest })),
    index: await jsonDocument(MEDIA_TYPE.index, index),
    annotations,
    labels,
  };
}

function imageConfig(
  platform: Platform,
  layers: readonly ImageLayer[],
  { labels, cmd }: ImageOptions,
): ImageConfig {
  return {
    created: CREATED,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    config: { ...(cmd === undefined ? {} : { Cmd: cmd }), Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map(({ title }) => ({ created: CREATED, created_by: createdBy(title) })),
  };
}

/** A layer's line in the config's history. */
export function createdBy(title: string): string {
  return `ai-action: ${title}`;
}
