/** ModelKits and ModelPack artifacts that were pushed or imported. */
import { artifactKind, type Artifact } from '../../../src/artifacts/artifact.ts';
import { readArtifact } from '../../../src/artifacts/read-artifact.ts';
import { ArtifactError } from '../../../src/artifacts/artifact-error.ts';
import type { Annotations } from '../../../src/oci/descriptor.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { MEDIA_TYPE } from '../../../src/oci/media-types.ts';
import { parseArtifactManifest } from '../manifests/artifact-manifest.ts';
import { readBlobBytes } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { readRoot } from './documents.ts';

/**
 * Bytes, of the manifest and of a Kitfile or ModelPack's config: what they say is repeated for each of a base's
 * platforms, of which there may be 64, in memory at once and in what is written.
 */
const MAX_DOCUMENT = 256 * 1024;

export interface PushedArtifact {
  /** Of its manifest. */
  digest: Digest;
  annotations: Annotations;
  /** @throws ArtifactError where its manifest and its config do not agree */
  read(): Promise<Artifact>;
}

/** Undefined where the tag names none: nothing, an image, another artifact. */
export async function readPushedArtifact(
  bucket: Bucket,
  repository: string,
  tag: string,
): Promise<PushedArtifact | undefined> {
  const root = await readRoot(bucket, repository, tag);
  if (root?.mediaType !== MEDIA_TYPE.manifest) return undefined;
  const manifest = parseArtifactManifest(root.bytes);
  if (artifactKind(manifest) === undefined) return undefined;
  const { digest } = manifest.config;
  return {
    digest: root.digest,
    annotations: manifest.annotations ?? {},
    async read() {
      if (root.bytes.length > MAX_DOCUMENT) {
        throw new ArtifactError(`Its manifest has more than ${MAX_DOCUMENT} bytes.`);
      }
      const config = await readBlobBytes(bucket, { repository, digest, maxBytes: MAX_DOCUMENT });
      if (config !== undefined) return readArtifact(manifest, config);
      throw new ArtifactError(`Its config ${digest} is not there, or has more than ${MAX_DOCUMENT} bytes.`);
    },
  };
}
