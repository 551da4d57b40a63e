/** The annotations of an image and of its layers (OCI image specification, annotations.md). */
import type { Annotations } from '../oci/descriptor.ts';
import type { Revision } from '../hub/source.ts';
import type { LayerFiles } from './layer-plan.ts';
import { CREATED } from './recipe.ts';

export const ANNOTATION = {
  created: 'org.opencontainers.image.created',
  licenses: 'org.opencontainers.image.licenses',
  revision: 'org.opencontainers.image.revision',
  source: 'org.opencontainers.image.source',
  title: 'org.opencontainers.image.title',
  /** The layer key, on a layer's descriptor. */
  layerKey: 'ai.depot.layer.key',
  /** Recipe version and options digest, on index and manifests: with the revision, the test of "up to date". */
  recipe: 'ai.depot.recipe',
  /** Path of a system prompt that is no file of the revision, on index and manifests. */
  prompt: 'ai.depot.prompt',
  /** Digest of the image's index, on what shares its layers (src/publish/companion.ts). */
  image: 'ai.depot.image',
} as const;

/** For index, manifests, their descriptors, and as labels for the config. */
export function imageAnnotations(revision: Revision, recipe: string, prompt?: string): Annotations {
  return {
    [ANNOTATION.created]: CREATED,
    [ANNOTATION.revision]: revision.sha,
    [ANNOTATION.title]: revision.name,
    ...(revision.license === undefined ? {} : { [ANNOTATION.licenses]: revision.license }),
    ...(revision.url === undefined ? {} : { [ANNOTATION.source]: revision.url }),
    [ANNOTATION.recipe]: recipe,
    ...(prompt === undefined ? {} : { [ANNOTATION.prompt]: prompt }),
  };
}

/** A layer of one file names its path, so that a reader after that file opens no other layer. */
export function layerAnnotations(files: LayerFiles, key: string): Annotations {
  return {
    [ANNOTATION.layerKey]: key,
    ...(files.length === 1 ? { [ANNOTATION.title]: files[0].path } : {}),
  };
}
