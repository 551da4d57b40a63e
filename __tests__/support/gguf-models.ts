/** Headers of models with the dimensions of those that are in use. */
import type { GgufMade, MadeTensor, MadeValue } from './gguf.ts';

export interface MadeModel {
  metadata: GgufMade;
  tensors: readonly MadeTensor[];
}

interface Shape {
  architecture: string;
  blocks: number;
  embedding: number;
  heads: number;
  headsKv: number;
  /** Of a head. */
  head?: number;
  feedForward: number;
  vocabulary: number;
  context: number;
  /** Of matrices; `output` of what the embeddings are in. */
  types: { matrix: string; output: string };
  /** Has an output layer of its own. */
  isUntied?: boolean;
  tokenizer?: 'gpt2' | 'llama' | 'bert';
  more?: GgufMade;
  /** Of each block, besides what all models have. */
  blockTensors?: (block: string, shape: Shape) => MadeTensor[];
  /** Besides them. */
  tensors?: readonly MadeTensor[];
}

export const LLAMA: Shape = {
  architecture: 'llama',
  blocks: 32,
  embedding: 4096,
  heads: 32,
  headsKv: 8,
  feedForward: 14_336,
  vocabulary: 128_256,
  context: 131_072,
  types: { matrix: 'Q4_K', output: 'Q6_K' },
  isUntied: true,
  tensors: [{ name: 'rope_freqs.weight', type: 'F32', shape: [64] }],
};

export const QWEN2: Shape = {
  architecture: 'qwen2',
  blocks: 24,
  embedding: 896,
  heads: 14,
  headsKv: 2,
  feedForward: 4864,
  vocabulary: 151_936,
  context: 32_768,
  types: { matrix: 'Q5_1', output: 'Q8_0' },
  blockTensors: (block) => [
    vector(`${block}.attn_q.bias`, 896),
    vector(`${block}.attn_k.bias`, 128),
    vector(`${block}.attn_v.bias`, 128),
  ],
};

export const QWEN3_MOE: Shape = {
  architecture: 'qwen3moe',
  blocks: 48,
  embedding: 2048,
  heads: 32,
  headsKv: 4,
  head: 128,
  feedForward: 6144,
  vocabulary: 151_936,
  context: 40_960,
  types: { matrix: 'Q4_K', output: 'Q6_K' },
  isUntied: true,
  more: {
    'qwen3moe.expert_count': 128,
    'qwen3moe.expert_used_count': 8,
    'qwen3moe.expert_feed_forward_length': 768,
  },
  blockTensors: (block) => [
    vector(`${block}.attn_q_norm.weight`, 128),
    vector(`${block}.attn_k_norm.weight`, 128),
    { name: `${block}.ffn_gate_inp.weight`, type: 'F32', shape: [2048, 128] },
    { name: `${block}.ffn_gate_exps.weight`, type: 'Q4_K', shape: [2048, 768, 128] },
    { name: `${block}.ffn_up_exps.weight`, type: 'Q4_K', shape: [2048, 768, 128] },
    { name: `${block}.ffn_down_exps.weight`, type: 'Q6_K', shape: [768, 2048, 128] },
  ],
};

export const GEMMA3: Shape = {
  architecture: 'gemma3',
  blocks: 34,
  embedding: 2560,
  heads: 8,
  headsKv: 4,
  head: 256,
  feedForward: 10_240,
  vocabulary: 262_144,
  context: 131_072,
  types: { matrix: 'Q4_0', output: 'Q6_K' },
  tokenizer: 'llama',
  more: { 'gemma3.attention.sliding_window': 1024 },
};

export const BERT: Shape = {
  architecture: 'bert',
  blocks: 12,
  embedding: 768,
  heads: 12,
  headsKv: 12,
  feedForward: 3072,
  vocabulary: 30_522,
  context: 512,
  types: { matrix: 'F16', output: 'F16' },
  tokenizer: 'bert',
  more: { 'bert.attention.causal': false, 'bert.pooling_type': 2 },
  tensors: [
    { name: 'position_embd.weight', type: 'F32', shape: [768, 512] },
    { name: 'token_types.weight', type: 'F32', shape: [768, 2] },
    vector('token_embd_norm.weight', 768),
    vector('token_embd_norm.bias', 768),
  ],
};

/** DeepSeek V2 Lite: latent attention, whose cache is compressed, and a first block without experts. */
export const DEEPSEEK2: Shape = {
  architecture: 'deepseek2',
  blocks: 27,
  embedding: 2048,
  heads: 16,
  headsKv: 1,
  head: 192,
  feedForward: 10_944,
  vocabulary: 102_400,
  context: 163_840,
  types: { matrix: 'Q4_K', output: 'Q6_K' },
  isUntied: true,
  more: {
    'deepseek2.expert_count': 64,
    'deepseek2.expert_used_count': 6,
    'deepseek2.attention.key_length_mla': 192,
    'deepseek2.attention.value_length_mla': 128,
  },
  blockTensors: (block) => [
    { name: `${block}.attn_q_b.weight`, type: 'Q4_K', shape: [1536, 3072] },
    { name: `${block}.ffn_gate_exps.weight`, type: 'Q4_K', shape: [2048, 1408, 64] },
    { name: `${block}.ffn_up_exps.weight`, type: 'Q4_K', shape: [2048, 1408, 64] },
  ],
};

/** gpt-oss-20b: every second layer has a window. */
export const GPT_OSS: Shape = {
  architecture: 'gpt-oss',
  blocks: 24,
  embedding: 2880,
  heads: 64,
  headsKv: 8,
  head: 64,
  feedForward: 2880,
  vocabulary: 201_088,
  context: 131_072,
  types: { matrix: 'Q8_0', output: 'Q8_0' },
  isUntied: true,
  more: {
    'gpt-oss.attention.sliding_window': 128,
    'gpt-oss.expert_count': 32,
    'gpt-oss.expert_used_count': 4,
  },
  blockTensors: (block) => [
    { name: `${block}.ffn_gate_exps.weight`, type: 'MXFP4', shape: [2880, 2880, 32] },
    { name: `${block}.ffn_up_exps.weight`, type: 'MXFP4', shape: [2880, 2880, 32] },
    { name: `${block}.ffn_down_exps.weight`, type: 'MXFP4', shape: [2880, 2880, 32] },
  ],
};

/** OpenELM: heads differ from layer to layer. */
export const OPENELM: Shape = {
  architecture: 'openelm',
  blocks: 16,
  embedding: 1280,
  heads: 20,
  headsKv: 5,
  head: 64,
  feedForward: 3584,
  vocabulary: 32_000,
  context: 2048,
  types: { matrix: 'F16', output: 'F16' },
  tokenizer: 'llama',
  more: { 'openelm.attention.head_count_kv': [3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5] },
};

/** A model of such a shape, with a vocabulary of made-up words. */
export function madeModel(shape: Shape, more: GgufMade = {}): MadeModel {
  const { architecture, vocabulary, tokenizer = 'gpt2' } = shape;
  const key = (name: string, value: MadeValue): GgufMade => ({ [`${architecture}.${name}`]: value });
  const words = Array.from({ length: vocabulary }, (_, n) => `w${n}`);
  const metadata = {
    'general.architecture': architecture,
    ...key('block_count', shape.blocks),
    ...key('context_length', shape.context),
    ...key('embedding_length', shape.embedding),
    ...key('feed_forward_length', shape.feedForward),
    ...key('attention.head_count', shape.heads),
    ...key('attention.head_count_kv', shape.headsKv),
    ...(shape.head === undefined
      ? {}
      : { ...key('attention.key_length', shape.head), ...key('attention.value_length', shape.head) }),
    ...shape.more,
    'tokenizer.ggml.model': tokenizer,
    'tokenizer.ggml.tokens': words,
    ...(tokenizer === 'gpt2' ? { 'tokenizer.ggml.merges': words.map((word) => `${word} w`) } : {}),
    ...more,
  };
  return { metadata, tensors: tensorsOf(shape) };
}

function tensorsOf(shape: Shape): MadeTensor[] {
  const { embedding, vocabulary, types, isUntied = false, tensors = [] } = shape;
  const ends = isUntied
    ? [{ name: 'output.weight', type: types.output, shape: [embedding, vocabulary] }]
    : [];
  return [
    ...tensors,
    { name: 'token_embd.weight', type: types.output, shape: [embedding, vocabulary] },
    ...Array.from({ length: shape.blocks }, (_, block) => blockOf(`blk.${block}`, shape)).flat(),
    ...(shape.architecture === 'bert' ? [] : [vector('output_norm.weight', embedding)]),
    ...ends,
  ];
}

function blockOf(block: string, shape: Shape): MadeTensor[] {
  const { embedding, heads, headsKv, feedForward, types } = shape;
  const head = shape.head ?? embedding / heads;
  const matrix = (name: string, columns: number, rows: number): MadeTensor => ({
    name: `${block}.${name}.weight`,
    type: types.matrix,
    shape: [columns, rows],
  });
  const isMoe = shape.more?.[`${shape.architecture}.expert_count`] !== undefined;
  return [
    vector(`${block}.attn_norm.weight`, embedding),
    matrix('attn_q', embedding, heads * head),
    matrix('attn_k', embedding, headsKv * head),
    matrix('attn_v', embedding, headsKv * head),
    matrix('attn_output', heads * head, embedding),
    vector(`${block}.ffn_norm.weight`, embedding),
    ...(isMoe
      ? []
      : [
          matrix('ffn_gate', embedding, feedForward),
          matrix('ffn_up', embedding, feedForward),
          matrix('ffn_down', feedForward, embedding),
        ]),
    ...(shape.blockTensors?.(block, shape) ?? []),
  ];
}

function vector(name: string, length: number): MadeTensor {
  return { name, type: 'F32', shape: [length] };
}

/** The projector of Gemma 3 (SigLIP), or with another type one of that type. */
export function madeProjector(
  type: string,
  more: GgufMade = {},
  tensors: readonly MadeTensor[] = [],
): MadeModel {
  const block = (n: number): MadeTensor[] => [
    ...['attn_q', 'attn_k', 'attn_v', 'attn_out'].map((name) => ({
      name: `v.blk.${n}.${name}.weight`,
      type: 'F16',
      shape: [1152, 1152],
    })),
    { name: `v.blk.${n}.ffn_up.weight`, type: 'F16', shape: [1152, 4304] },
    { name: `v.blk.${n}.ffn_down.weight`, type: 'F16', shape: [4304, 1152] },
    vector(`v.blk.${n}.ln1.weight`, 1152),
    vector(`v.blk.${n}.ln2.weight`, 1152),
  ];
  return {
    metadata: {
      'general.architecture': 'clip',
      'clip.has_vision_encoder': true,
      'clip.projector_type': type,
      'clip.vision.image_size': 896,
      'clip.vision.patch_size': 14,
      'clip.vision.embedding_length': 1152,
      'clip.vision.feed_forward_length': 4304,
      'clip.vision.block_count': 27,
      'clip.vision.attention.head_count': 16,
      'clip.vision.projection_dim': 2560,
      ...more,
    },
    tensors: [
      { name: 'v.patch_embd.weight', type: 'F16', shape: [14, 14, 3, 1152] },
      { name: 'v.position_embd.weight', type: 'F16', shape: [1152, 4096] },
      ...Array.from({ length: 27 }, (_, n) => block(n)).flat(),
      vector('v.post_ln.weight', 1152),
      { name: 'mm.input_projection.weight', type: 'F16', shape: [2560, 1152] },
      ...tensors,
    ],
  };
}

/** A LoRA of rank 16 of a model's attention. */
export function madeAdapter({ architecture, blocks, embedding }: Shape): MadeModel {
  const pairs = (n: number): MadeTensor[] =>
    ['attn_q', 'attn_output'].flatMap((name) => [
      { name: `blk.${n}.${name}.weight.lora_a`, type: 'F32', shape: [embedding, 16] },
      { name: `blk.${n}.${name}.weight.lora_b`, type: 'F32', shape: [16, embedding] },
    ]);
  return {
    metadata: {
      'general.architecture': architecture,
      'general.type': 'adapter',
      'adapter.type': 'lora',
      'adapter.lora.alpha': 32,
    },
    tensors: Array.from({ length: blocks }, (_, n) => pairs(n)).flat(),
  };
}
