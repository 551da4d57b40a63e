/** What a person wants to know of a model, out of its GGUF header. What the header does not say is left out. */
import { countScale } from './count-scale.ts';
import type { GgufValue } from './gguf.ts';
import { roleOf, type GgufRole } from './gguf-role.ts';
import type { WholeGguf } from './gguf-shards.ts';

export interface GgufModel {
  /** Of its first file. */
  path: string;
  files: number;
  /** Bytes of all files. */
  size: number;
  role: GgufRole;
  /** As llama.cpp calls it: `llama`, `qwen3moe` … */
  architecture?: string;
  name?: string;
  author?: string;
  url?: string;
  description?: string;
  license?: string;
  /** What most of its tensors are, as in `Q4_K_M`. */
  fileType?: string;
  tensors: number;
  /** Elements of all tensors. */
  parameters: number;
  /** Absent where there are no parameters. */
  bitsPerWeight?: number;
  /** Tokens that it was trained for. */
  contextLength?: number;
  layers?: number;
  embeddingLength?: number;
  tokenizer?: Tokenizer;
  /** Jinja; its first 64 KiB. */
  chatTemplate?: string;
  /** Of an adapter: `lora`. */
  adapterType?: string;
  /** Of an adapter. */
  loraAlpha?: number;
}

export interface Tokenizer {
  /** As in `gpt2`, `llama`, `bert`. */
  model: string;
  /** How texts are cut before, as in `qwen2`. */
  pre?: string;
  /** How many there are in the vocabulary. */
  tokens?: number;
}

export function describeGguf(gguf: WholeGguf): GgufModel {
  const { path, files, size, dataSize, metadata, tensors, architecture, quantization } = gguf;
  const text = (key: string): string | undefined => textOf(metadata.get(key));
  const number = (key: string): number | undefined => numberOf(metadata.get(key));
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((all, side) => all * side, 1), 0);
  const ofArchitecture = (key: string): number | undefined => number(`${architecture}.${key}`);
  return {
    path,
    files,
    size,
    role: roleOf(gguf),
    tensors: tensors.length,
    parameters,
    ...stated({
      architecture,
      name: text('general.name'),
      author: text('general.author'),
      url: text('general.url'),
      description: text('general.description'),
      license: text('general.license'),
      fileType: quantization,
      bitsPerWeight: parameters === 0 ? undefined : (dataSize * 8) / parameters,
      contextLength: ofArchitecture('context_length'),
      layers: ofArchitecture('block_count') ?? number('clip.vision.block_count'),
      embeddingLength: ofArchitecture('embedding_length') ?? number('clip.vision.embedding_length'),
      tokenizer: tokenizerOf(metadata),
      chatTemplate: text('tokenizer.chat_template'),
      adapterType: text('adapter.type'),
      loraAlpha: number('adapter.lora.alpha'),
    }),
  };
}

/** Without what is undefined. */
function stated<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

function tokenizerOf(metadata: WholeGguf['metadata']): Tokenizer | undefined {
  const model = textOf(metadata.get('tokenizer.ggml.model'));
  if (model === undefined) return undefined;
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return {
    model,
    ...stated({
      pre: textOf(metadata.get('tokenizer.ggml.pre')),
      tokens: typeof tokens === 'object' ? tokens.length : undefined,
    }),
  };
}

function textOf(value: GgufValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: GgufValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** As GGUF Packer writes it: `494.03 M`. */
export function formatParameters(parameters: number): string {
  const [scale, unit] = countScale(parameters);
  return `${(parameters / scale).toFixed(2).replace(/\.00$/, '')} ${unit}`.trimEnd();
}

/** As GGUF Packer writes it: `4.85 bpw`. */
export function formatBitsPerWeight(bits: number): string {
  return `${bits.toFixed(2)} bpw`;
}
