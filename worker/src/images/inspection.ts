/** What is known of an image once its tables of contents and its weights' headers have been read; plain data. */
import type { Annotations, Platform } from '../../../src/oci/descriptor.ts';
import type { NamedBase } from '../../../src/containers/is-container.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import type { Kind } from './kind.ts';

export interface ImageLayer {
  digest: Digest;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** What the image calls it: as a rule the path of its only file. */
  title?: string;
  /** What it is in an artifact, in the words of `kit unpack --filter`: `model`, `datasets`, `code`, `docs`, … */
  role?: string;
  /** How many files it holds; left out where it has no table of contents. */
  files?: number;
}

export interface ImageFile {
  path: string;
  /** Bytes. */
  size: number;
  /** The layer that it is in. */
  layer: Digest;
  /** Of its whole content, where the table of contents says it. */
  digest?: Digest;
  /** Of weights, as in `gguf`. */
  format?: string;
}

export interface Tensor {
  name: string;
  /** As the file calls it: `BF16`, `Q4_K`. */
  dtype: string;
  /** Elements in each dimension, the slowest first. */
  shape: readonly number[];
}

export interface DtypeShare {
  dtype: string;
  tensors: number;
  parameters: number;
}

/** The header of a file of weights, or why there is none. */
export type Weights = { path: string; format: 'safetensors' | 'gguf' } & (
  | {
      parameters: number;
      /** How many there are; `tensors` lists the first of them. */
      tensorCount: number;
      tensors: readonly Tensor[];
      /** The one of most parameters first. */
      dtypes: readonly DtypeShare[];
      /** GGUF: `general.architecture`. */
      architecture?: string;
      /** GGUF: `general.file_type` in words, as in `Q4_K_M`. */
      quantization?: string;
      /** What else the header says, as text; long values are cut. */
      metadata: Readonly<Record<string, string>>;
    }
  | { error: string }
);

export interface ModelCard {
  /** Of the file, as in `README.md`. */
  path: string;
  /** Markdown, without its front matter. */
  text: string;
  /** The file is longer than this text. */
  isCut: boolean;
  license?: string;
  task?: string;
  library?: string;
}

/** What an artifact's own document says of it; what it does not say is left out. */
export interface ArtifactFacts {
  name?: string;
  version?: string;
  description?: string;
  licenses?: readonly string[];
  authors?: readonly string[];
  /** Reference of the ModelKit whose model is this one's. */
  modelReference?: string;
  /** Where the document does not agree with the layers, and is not gone by. */
  contradiction?: string;
}

export interface Inspection {
  kind: Kind;
  /** Of the index or manifest that the reference names. */
  digest: Digest;
  mediaType: string;
  /** Of a manifest that is no image. */
  artifactType?: string;
  /** Of the manifest that is described; the first one of an index. */
  manifest: Digest;
  /** Each with its manifest; empty where there is no index. */
  platforms: readonly (Platform & { digest: Digest })[];
  annotations: Annotations;
  /** What it says that it was made on. */
  base?: NamedBase;
  /** Of a ModelKit, and of a ModelPack artifact. */
  artifact?: ArtifactFacts;
  /** Bytes of all layers, each counted once. */
  size: number;
  layers: readonly ImageLayer[];
  /** In the order of their paths' bytes. */
  files: readonly ImageFile[];
  /** Why the list of files is not complete. */
  incomplete?: string;
  weights: readonly Weights[];
  card?: ModelCard;
}
