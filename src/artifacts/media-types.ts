/**
 * Media types of the artifacts that carry models: KitOps' ModelKit, the CNCF's ModelPack (model-spec, "spec.md") and
 * Docker Model Runner's models.
 */

export const MODELKIT = {
  artifactType: 'application/vnd.kitops.modelkit.manifest.v1+json',
  config: 'application/vnd.kitops.modelkit.config.v1+json',
} as const;

export const MODELPACK = {
  artifactType: 'application/vnd.cncf.model.manifest.v1+json',
  config: 'application/vnd.cncf.model.config.v1+json',
  /** On a layer's descriptor: the path of the file, or of the folder, that it holds. */
  filepath: 'org.cncf.model.filepath',
  /** Its first name, which modctl still writes. */
  oldFilepath: 'org.cnai.model.filepath',
} as const;

export const DOCKER_MODEL = {
  /** Each file is a layer that says its path. */
  config: 'application/vnd.docker.ai.model.config.v0.2+json',
  /** Kinds of layers say what is in them; paths are lost. */
  flatConfig: 'application/vnd.docker.ai.model.config.v0.1+json',
  gguf: 'application/vnd.docker.ai.gguf.v3',
  safetensors: 'application/vnd.docker.ai.safetensors',
  mmproj: 'application/vnd.docker.ai.mmproj',
  license: 'application/vnd.docker.ai.license',
  chatTemplate: 'application/vnd.docker.ai.chat.template.jinja',
  /** Anything else: configuration, tokenizer. */
  file: 'application/vnd.docker.ai.model.file',
} as const;

export type ModelKitRole = 'model' | 'modelpart' | 'code' | 'docs' | 'dataset';
export type ModelPackRole = 'weight' | 'weight.config' | 'code' | 'doc' | 'dataset';

/** How a layer's blob holds files: one as it is, or a tar archive, compressed or not. */
export type LayerEncoding = 'raw' | 'tar' | 'tar+gzip' | 'tar+zstd';

export function modelKitType(role: ModelKitRole, encoding: LayerEncoding): string {
  return `application/vnd.kitops.modelkit.${role}.v1.${encoding}`;
}

export function modelPackType(role: ModelPackRole, encoding: LayerEncoding): string {
  return `application/vnd.cncf.model.${role}.v1.${encoding}`;
}
