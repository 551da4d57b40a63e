/** Reads an artifact of either kind, out of its manifest and its config. */
import type { Manifest } from '../oci/descriptor.ts';
import { artifactKind, type Artifact } from './artifact.ts';
import { ArtifactError } from './artifact-error.ts';
import { readModelKit } from './read-modelkit.ts';
import { readModelPack } from './read-modelpack.ts';

/**
 * The parts of a ModelKit or ModelPack artifact.
 * @param configBytes what the manifest's config names, verified against its digest
 * @throws ArtifactError where it is neither, or its manifest and its config do not agree
 */
export function readArtifact(manifest: Manifest, configBytes: Uint8Array): Artifact {
  switch (artifactKind(manifest)) {
    case 'modelkit':
      return readModelKit(manifest, configBytes);
    case 'modelpack':
      return readModelPack(manifest, configBytes);
    default:
      throw new ArtifactError(
        `It is no ModelKit and no ModelPack artifact: its config is ${manifest.config.mediaType}.`,
        'Name what "kit pack" or "modctl build" made. A container image needs none of this: its layers are a container’s already.',
      );
  }
}
