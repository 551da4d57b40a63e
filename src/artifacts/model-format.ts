/** Which format for models a manifest is of, by its media types alone. */
import type { Manifest } from '../oci/descriptor.ts';
import { artifactKind, type ArtifactKind } from './artifact.ts';

export type ModelFormat = ArtifactKind | 'docker-model';

const DOCKER_MODEL = /^application\/vnd\.docker\.ai\.model\.config\./;

const IMAGE_CONFIG = /^application\/vnd\.(?:oci\.image|docker\.container\.image)\./;

/** Whether that is the config of a container image, and not of an artifact. */
export function isImageConfig(mediaType: string): boolean {
  return IMAGE_CONFIG.test(mediaType);
}

/** Undefined for a container image, and for whatever else there may be. */
export function modelFormat(
  manifest: Pick<Manifest, 'config'> & { artifactType?: string | undefined },
): ModelFormat | undefined {
  const { artifactType, config } = manifest;
  if (DOCKER_MODEL.test(config.mediaType)) return 'docker-model';
  return artifactKind({ config, ...(artifactType === undefined ? {} : { artifactType }) });
}
