/** The JSON documents of the OCI image specification that this project reads and writes; sizes are bytes. */
import type { Digest } from './digest.ts';

export type Annotations = Readonly<Record<string, string>>;

export interface Platform {
  architecture: string;
  os: string;
  variant?: string;
}

/** descriptor.md */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  urls?: readonly string[];
  annotations?: Annotations;
  artifactType?: string;
  platform?: Platform;
}

/** manifest.md */
export interface Manifest {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  config: Descriptor;
  layers: readonly Descriptor[];
  subject?: Descriptor;
  annotations?: Annotations;
}

/** image-index.md */
export interface Index {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  manifests: readonly Descriptor[];
  subject?: Descriptor;
  annotations?: Annotations;
}

/** config.md; the fields that a model image has. */
export interface ImageConfig {
  created: string;
  architecture: string;
  os: string;
  variant?: string;
  config: { Labels?: Annotations; Cmd?: readonly string[]; WorkingDir?: string };
  rootfs: { type: 'layers'; diff_ids: readonly Digest[] };
  history: readonly { created: string; created_by: string; comment?: string; empty_layer?: boolean }[];
}
