/**
 * Artifacts that carry models, as anybody may have packed them: ModelKits (KitOps) and ModelPack artifacts (CNCF), in
 * the parts that they have.
 */
import type { Descriptor, Manifest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { MODELKIT, MODELPACK, type LayerEncoding } from './media-types.ts';

export type ArtifactKind = 'modelkit' | 'modelpack';

/** What a part is for, in the words of `kit unpack --filter`. A model's parts belong to the model. */
export const ROLES = ['model', 'datasets', 'code', 'prompts', 'docs', 'mcpservers'] as const;
export type Role = (typeof ROLES)[number];

/** What one layer carries. */
export interface ArtifactPart {
  role: Role;
  /** As it stands in the manifest. */
  descriptor: Descriptor;
  encoding: LayerEncoding;
  /** Of the uncompressed layer, as the artifact says: whoever needs it to be right reads the layer. */
  diffId: Digest | undefined;
  /** What the artifact calls it. */
  name: string | undefined;
  /** The file or folder that it holds. */
  path: string | undefined;
}

/** A dataset that is somewhere else, and in no layer. */
export interface RemoteDataset {
  path: string;
  /** `s3://…`, or the reference of a ModelKit. */
  remotePath: string;
}

export interface Artifact {
  kind: ArtifactKind;
  /** In the order of the manifest's layers; one a layer. */
  parts: readonly ArtifactPart[];
  /** Reference of the ModelKit whose model is this one's, too. */
  modelReference: string | undefined;
  remoteDatasets: readonly RemoteDataset[];
  package: ArtifactPackage;
}

/** What it says of itself. */
export interface ArtifactPackage {
  name?: string;
  version?: string;
  description?: string;
  /** SPDX. */
  licenses?: readonly string[];
  authors?: readonly string[];
}

/** ModelPack's first types, which modctl still writes. */
const OLD_MODELPACK = {
  artifactType: 'application/vnd.cnai.model.manifest.v1+json',
  config: 'application/vnd.cnai.model.config.v1+json',
};

/** Undefined for what is neither: an image, an index, another artifact. */
export function artifactKind({
  artifactType,
  config,
}: Pick<Manifest, 'artifactType' | 'config'>): ArtifactKind | undefined {
  const is = (types: { artifactType: string; config: string }): boolean =>
    artifactType === types.artifactType || config.mediaType === types.config;
  if (is(MODELKIT)) return 'modelkit';
  return is(MODELPACK) || is(OLD_MODELPACK) ? 'modelpack' : undefined;
}
