/** ModelKits and ModelPack artifacts that were pushed or imported. */
import { artifactKind, type Artifact } from '../../../src/artifacts/artifact.ts';
import { readArtifact } from '../../../src/artifacts/read-artifact.ts';
import { ArtifactError } from '../../../src/artifacts/artifact-error.ts';
import type { Annotations, Manifest } from '../../../src/oci/descriptor.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { MEDIA_TYPE } from '../../../src/oci/media-types.ts';
import type { Bucket } from '../storage/bucket.ts';
import { readBlobBytes, readRoot } from './documents.ts';

/** Bytes. What it says of its layers is repeated for each platform of a base. */
const MAX_MANIFEST = 512 * 1024;
/** Bytes: a Kitfile, or ModelPack's config. */
const MAX_CONFIG = 4 * 1024 * 1024;

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
  // It was checked when it was accepted: it has a config, and its descriptors are well-formed.
  const pushed = JSON.parse(new TextDecoder().decode(root.bytes)) as Manifest;
  const manifest: Manifest = { ...pushed, layers: pushed.layers ?? [], annotations: root.annotations };
  if (artifactKind(manifest) === undefined) return undefined;
  const { digest } = manifest.config;
  return {
    digest: root.digest,
    annotations: root.annotations,
    async read() {
      if (root.bytes.length > MAX_MANIFEST) {
        throw new ArtifactError(`Its manifest has more than ${MAX_MANIFEST} bytes.`);
      }
      const config = await readBlobBytes(bucket, { repository, digest, maxBytes: MAX_CONFIG });
      if (config !== undefined) return readArtifact(manifest, config);
      throw new ArtifactError(`Its config ${digest} is not there, or has more than ${MAX_CONFIG} bytes.`);
    },
  };
}
