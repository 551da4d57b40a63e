/**
 * A ModelPack artifact (CNCF model-spec): each file a raw layer that says its path.
 * @see https://github.com/modelpack/model-spec/blob/main/docs/spec.md
 */
import type { Annotations } from '../oci/descriptor.ts';
import {
  artifactDocuments,
  formatCount,
  stated,
  type ArtifactDocuments,
  type ModelFacts,
  type ModelIdentity,
  type RawFile,
} from './documents.ts';
import { fileRole, type FileRole } from './file-role.ts';
import { MODELPACK, modelPackType, type ModelPackRole } from './media-types.ts';

export interface ModelPackContent {
  identity: ModelIdentity;
  facts: ModelFacts;
  /** In any order; at least one. */
  files: readonly RawFile[];
  /** Of the manifest. */
  annotations: Annotations;
}

const ROLE: Readonly<Record<FileRole, ModelPackRole>> = {
  weight: 'weight',
  config: 'weight.config',
  doc: 'doc',
  code: 'code',
  dataset: 'dataset',
};

const ORDER: readonly FileRole[] = ['weight', 'config', 'doc', 'code', 'dataset'];

export async function makeModelPack({
  identity,
  facts,
  files,
  annotations,
}: ModelPackContent): Promise<ArtifactDocuments> {
  const ordered = ORDER.flatMap((role) => files.filter(({ path }) => fileRole(path) === role));
  return artifactDocuments(
    { mediaType: MODELPACK.config, content: configOf(identity, facts, ordered) },
    {
      artifactType: MODELPACK.artifactType,
      layers: ordered.map(({ path, digest, size }) => ({
        mediaType: modelPackType(ROLE[fileRole(path)], 'raw'),
        digest,
        size,
        annotations: { [MODELPACK.filepath]: path },
      })),
      annotations,
    },
  );
}

/** The specification's schema allows no other keys. */
function configOf(identity: ModelIdentity, facts: ModelFacts, files: readonly RawFile[]): object {
  const { name, revision, license, url } = identity;
  const { architecture, format, parameters, dtype, quantization } = facts;
  return {
    descriptor: stated({
      name: name.slice(name.lastIndexOf('/') + 1),
      sourceURL: url,
      revision,
      licenses: license === undefined ? undefined : [license],
      title: name,
    }),
    modelfs: { type: 'layers', diffIds: files.map(({ digest }) => digest) },
    config: stated({
      architecture,
      format,
      paramSize: parameters === undefined || parameters < 1000 ? undefined : formatCount(parameters, 1),
      precision: dtype === undefined ? undefined : PRECISION[dtype],
      quantization,
    }),
  };
}

/** The specification's words for what safetensors calls its types (config.md, "precision"). */
const PRECISION: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8_e4m3',
  F8_E5M2: 'float8_e5m2',
  I8: 'int8',
  U8: 'uint8',
};
