/** What a model's header says about its layers, as llama.cpp reads it (llama.cpp, `llama_model::load_hparams`). */
import { UserError } from '../errors.ts';
import { booleanAt, firstAt, lengthAt, naturalAt, naturalsAt, textAt, type Metadata } from './metadata.ts';
import { slidingWindow, type SlidingWindow } from './sliding-window.ts';

export interface Architecture {
  /** `general.architecture`. */
  name: string;
  /** Tokens. */
  contextLength: number;
  embeddingLength: number;
  blockCount: number;
  expertCount: number;
  expertUsedCount: number;
  headCount: number;
  /** Heads of keys and values; of layers that differ, the most. */
  headCountKv: number;
  /** By layer, where they differ. */
  headCountsKv: readonly number[];
  /** Of one head. */
  keyLength: number;
  valueLength: number;
  /** Of one head in the cache: of latent attention (MLA) its compressed form. */
  cachedKeyLength: number;
  cachedValueLength: number;
  /** In layers with a window. */
  windowKeyLength: number;
  windowValueLength: number;
  window: SlidingWindow | undefined;
  /** The layers that have a cache, from the first on: the others use one of theirs. */
  cachedLayers: number;
  /** Whether it predicts what follows; what only embeds or ranks does not, and needs no cache. */
  isCausal: boolean;
  isReranking: boolean;
  vocabulary: Vocabulary;
}

export interface Vocabulary {
  /** `tokenizer.ggml.model`. */
  model: string | undefined;
  /** Rows of the logits. */
  size: number;
  tokens: number;
  merges: number;
}

/** llama.cpp refuses to load more than 512. */
const MAX_BLOCKS = 4096;
const POOLING_RANK = 4;

/** Whose layers are all of attention and a feed-forward network, with experts or without. */
const KNOWN = new Set(
  `afmoe apertus arcee arctic baichuan bailingmoe bailingmoe2 bert bitnet bloom chameleon chatglm codeshell
  cohere2 command-r dbrx deci deepseek deepseek2 dots1 dream ernie4_5 ernie4_5-moe exaone exaone-moe exaone4 falcon
  gemma gemma-embedding gemma2 gemma3 gemma3n glm4 glm4moe gpt-oss gpt2 gptj gptneox granite granitemoe grok grovemoe
  hunyuan-dense hunyuan-moe internlm2 jais jina-bert-v2 jina-bert-v3 llada llada-moe llama llama-embed llama4 minicpm
  minicpm3 minimax-m2 mistral3 modern-bert mpt nemotron neo-bert nomic-bert nomic-bert-moe olmo olmo2 olmoe openelm
  orion pangu-embedded phi2 phi3 phimoe plamo plamo3 plm qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3vl qwen3vlmoe
  refact rnd1 seed_oss smallthinker smollm3 stablelm starcoder starcoder2 xverse`.split(/\s+/),
);

/** What more they keep is not in this arithmetic. */
const RECURRENT = new Set(
  `arwkv7 falcon-h1 granitehybrid jamba kimi-linear lfm2 lfm2moe mamba mamba2 nemotron_h nemotron_h_moe plamo2 qwen35
  qwen35moe qwen3next rwkv6 rwkv6qwen2 rwkv7`.split(/\s+/),
);

/**
 * @throws UserError where the architecture is not one whose arithmetic is known
 * @throws RangeError where what the header says cannot be
 */
export function architectureOf(metadata: Metadata): Architecture {
  const name = textAt(metadata, 'general.architecture') ?? 'none';
  checkKnown(name);
  const number = (key: string): number | undefined => naturalAt(metadata, `${name}.${key}`);
  const blockCount = number('block_count') ?? 0;
  if (blockCount < 1 || blockCount > MAX_BLOCKS)
    throw new RangeError(`it is said to have ${blockCount} blocks`);
  const embeddingLength = number('embedding_length') ?? 0;
  const headCount = firstAt(metadata, `${name}.attention.head_count`) ?? 0;
  const headLength = headCount === 0 ? 0 : Math.floor(embeddingLength / headCount);
  const headCountsKv = naturalsAt(metadata, `${name}.attention.head_count_kv`) ?? [headCount];
  const keyLength = number('attention.key_length') ?? headLength;
  const valueLength = number('attention.value_length') ?? headLength;
  const [cachedKeyLength, cachedValueLength] = cachedLengths(metadata, name) ?? [keyLength, valueLength];
  const pooling = number('pooling_type') ?? 0;
  return {
    name,
    contextLength: number('context_length') ?? 0,
    embeddingLength,
    blockCount,
    expertCount: number('expert_count') ?? 0,
    expertUsedCount: number('expert_used_count') ?? 0,
    headCount,
    headCountKv: Math.max(0, ...headCountsKv),
    headCountsKv: headCountsKv.length > 1 ? headCountsKv : [],
    keyLength,
    valueLength,
    cachedKeyLength,
    cachedValueLength,
    windowKeyLength: number('attention.key_length_swa') || cachedKeyLength,
    windowValueLength: number('attention.value_length_swa') || cachedValueLength,
    window: slidingWindow(name, metadata, blockCount),
    cachedLayers: cachedLayers(metadata, name, blockCount),
    // Poolings beyond those of encoders (none, mean, first token) make an embedder of any model.
    isCausal: pooling <= 2 && (booleanAt(metadata, `${name}.attention.causal`) ?? true),
    isReranking: pooling === POOLING_RANK,
    vocabulary: vocabularyOf(metadata, name),
  };
}

function checkKnown(name: string): void {
  if (KNOWN.has(name)) return;
  const hint = 'Nothing is guessed: run it with a small context and look at what llama.cpp reports.';
  if (RECURRENT.has(name)) {
    throw new UserError(`Layers of ${name} keep a state that is not estimated.`, { hint });
  }
  throw new UserError(`The architecture ${JSON.stringify(name.slice(0, 100))} is not known.`, { hint });
}

function cachedLengths(metadata: Metadata, name: string): [key: number, value: number] | undefined {
  const key = naturalAt(metadata, `${name}.attention.key_length_mla`) ?? 0;
  const value = naturalAt(metadata, `${name}.attention.value_length_mla`) ?? 0;
  return key > 0 && value > 0 ? [key, value] : undefined;
}

function cachedLayers(metadata: Metadata, name: string, blockCount: number): number {
  const shared = naturalAt(metadata, `${name}.attention.shared_kv_layers`) ?? 0;
  if (shared > 0 && shared <= blockCount) return blockCount - shared;
  return name === 'gemma3n' ? Math.min(20, blockCount) : blockCount;
}

function vocabularyOf(metadata: Metadata, name: string): Vocabulary {
  const tokens = lengthAt(metadata, 'tokenizer.ggml.tokens') ?? 0;
  return {
    model: textAt(metadata, 'tokenizer.ggml.model'),
    size: naturalAt(metadata, `${name}.vocab_size`) ?? tokens,
    tokens,
    merges: lengthAt(metadata, 'tokenizer.ggml.merges') ?? 0,
  };
}
