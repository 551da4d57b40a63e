/**
 * A model as Docker Model Runner pulls it: raw layers, whose types say what they are for. As Docker's own tool does,
 * GGUF models have the config that each version of the runner takes (0.1: the files get names of its own), and
 * safetensors models the one that keeps paths (0.2).
 * @see https://github.com/docker/model-runner/tree/main/pkg/distribution
 */
import type { Annotations, Descriptor } from '../oci/descriptor.ts';
import {
  artifactDocuments,
  formatCount,
  stated,
  type ArtifactDocuments,
  type ModelFacts,
  type RawFile,
} from './documents.ts';
import { DOCKER_MODEL, MODELPACK } from './media-types.ts';

/** What a file is for, in Docker's words. */
export type DockerRole = 'gguf' | 'safetensors' | 'mmproj' | 'license' | 'chatTemplate' | 'file';

export interface DockerFile extends RawFile {
  role: DockerRole;
}

export interface DockerModelContent {
  facts: ModelFacts & {
    format: 'gguf' | 'safetensors';
    /** What the header says, as texts. */
    metadata: Readonly<Record<string, string>>;
  };
  /** In the order of the shards. */
  files: readonly DockerFile[];
  /** Of the manifest. */
  annotations: Annotations;
}

export async function makeDockerModel({
  facts,
  files,
  annotations,
}: DockerModelContent): Promise<ArtifactDocuments> {
  const mediaType = facts.format === 'gguf' ? DOCKER_MODEL.flatConfig : DOCKER_MODEL.config;
  return artifactDocuments(
    { mediaType, content: configOf(facts, files) },
    { layers: files.map(layerOf), annotations },
  );
}

function layerOf({ role, path, digest, size }: DockerFile): Descriptor {
  return { mediaType: DOCKER_MODEL[role], digest, size, annotations: { [MODELPACK.filepath]: path } };
}

function configOf(facts: DockerModelContent['facts'], files: readonly DockerFile[]): object {
  const { format, architecture, parameters, quantization, dtype, contextLength, metadata } = facts;
  const weights = files.filter(({ role }) => role === format);
  return {
    config: stated({
      format,
      quantization: quantization ?? dtype,
      parameters: parameters === undefined ? undefined : formatCount(parameters, 2),
      architecture,
      size: formatSize(weights.reduce((sum, { size }) => sum + size, 0)),
      [format]: metadata,
      context_size: contextLength,
    }),
    descriptor: {},
    rootfs: { type: 'rootfs', diff_ids: files.map(({ digest }) => digest) },
  };
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** As Docker writes bytes: `91.73MB`. */
function formatSize(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${(bytes / 1000 ** step).toFixed(2)}${UNITS[step]}`;
}
