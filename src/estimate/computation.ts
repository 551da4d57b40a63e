/**
 * What computing takes besides weights and cache: the graph's description, its inputs, and the results of one layer,
 * since the next one takes their place (llama.cpp, `llama_context::graph_reserve`).
 */
import type { Architecture } from './architecture.ts';
import { F16, F32, graphOverhead, TENSOR_OVERHEAD, tensorSize } from './ggml.ts';
import type { EstimateOptions } from './options.ts';
import type { Placement } from './placement.ts';
import type { RunSize } from './run-size.ts';
import { bytesOf, columnsOf, rowsOf, type ModelTensors } from './tensors.ts';
import type { DeviceUsage } from './usage.ts';

export interface Computed {
  architecture: Architecture;
  options: EstimateOptions;
  size: RunSize;
  placement: Placement;
  tensors: ModelTensors;
  tensorCount: number;
}

const MIB = 2 ** 20;
const INDEX_SIZE = 4;

export function addComputation(devices: readonly [DeviceUsage, ...DeviceUsage[]], computed: Computed): void {
  const [host, ...others] = devices;
  const inputs = inputSizes(computed);
  const graphs = graphSizes(computed);
  host.computation = {
    footprint: descriptionSize(computed.tensorCount, computed.architecture.blockCount),
    input: inputs.host,
    graph: graphs.host,
    output: outputSize(computed),
  };
  for (const [at, device] of others.entries()) {
    device.computation.input = inputs.device;
    device.computation.graph = graphs.device + (at === 0 ? graphs.firstDevice : 0);
  }
}

/** Of the graph, its scheduler, and the contexts of weights and cache. */
function descriptionSize(tensorCount: number, blockCount: number): number {
  const contexts = 2 * TENSOR_OVERHEAD * (tensorCount + 1 + blockCount * 3);
  return graphDescriptionSize(Math.max(1024, 8 * tensorCount)) + contexts;
}

/** Of a graph of so many nodes, and its scheduler. */
export function graphDescriptionSize(nodes: number): number {
  return TENSOR_OVERHEAD * nodes + graphOverhead(nodes) + 4 * MIB;
}

function inputSizes({ architecture, options, size }: Computed): { host: number; device: number } {
  const indices = size.tokens * INDEX_SIZE;
  const embeddings = tensorSize(F32, architecture.embeddingLength, size.tokens);
  const mask = tensorSize(F32, size.context, size.tokens);
  const copied = embeddings + indices + mask;
  const hasSeveral = options.tensorSplit.length > 1;
  // Several devices work on several batches at once.
  const copies = hasSeveral ? (architecture.expertCount > 0 ? 2 : 4) : 1;
  return { host: copied + indices + size.outputs * INDEX_SIZE, device: copied * copies };
}

function graphSizes(computed: Computed): { host: number; device: number; firstDevice: number } {
  const { architecture, placement } = computed;
  const cache = cacheCopySize(computed);
  const feedForward = feedForwardSize(computed);
  const hasBlocks = placement.offloaded > 0;
  const attention = computed.options.hasFlashAttention
    ? flashAttentionSize(computed) + cache
    : attentionSize(computed, hasBlocks && !placement.isFull ? cache : 0);
  return {
    host: cache + (hasBlocks ? feedForward : 0),
    device: Math.max(attention, feedForward),
    firstDevice: architecture.blockCount - placement.offloaded > 1 ? cache : 0,
  };
}

/** One layer's keys and values, as they come out of the cache. */
function cacheCopySize({ architecture, options, size }: Computed): number {
  const { keyLength, valueLength, headCountKv } = architecture;
  return (
    tensorSize(options.cacheTypeK, keyLength, size.context, headCountKv) +
    tensorSize(options.cacheTypeV, valueLength, size.context, headCountKv)
  );
}

function flashAttentionSize({ size, tensors }: Computed): number {
  let sum = tensorSize(F16, size.context, size.tokens);
  for (const tensor of tensors.lastBlock) {
    if (tensor.name.endsWith('.attn_norm.weight')) sum += tensorSize(F32, rowsOf(tensor), size.tokens);
    else if (/\.attn_(?:q|qkv|q_b)\.weight$/.test(tensor.name)) sum += bytesOf([tensor]);
  }
  return sum;
}

/** @param staged bytes of the cache that pass from RAM to the device */
function attentionSize({ architecture, size, tensors }: Computed, staged: number): number {
  const { embeddingLength, headCount } = architecture;
  const scores = tensorSize(F32, size.context, size.tokens, headCount);
  let sum = 0;
  for (const tensor of tensors.lastBlock) {
    const kind = /\.attn_(norm|q|qkv|q_b)\.weight$/.exec(tensor.name)?.[1];
    if (kind === 'norm') sum += tensorSize(F32, rowsOf(tensor), size.tokens);
    if (kind === 'q' || kind === 'qkv')
      sum += 2 * tensorSize(F32, columnsOf(tensor), size.tokens) + scores + staged;
    if (kind === 'qkv') sum += tensorSize(F32, embeddingLength, embeddingLength * 3);
    if (kind === 'q_b') sum += 2 * tensorSize(F32, rowsOf(tensor), size.tokens) + scores;
  }
  return sum;
}

function feedForwardSize({ architecture, size, tensors }: Computed): number {
  const { expertCount, expertUsedCount, embeddingLength } = architecture;
  let sum = 0;
  for (const tensor of tensors.lastBlock) {
    if (/\.(?:attn_norm|ffn_norm|ffn_gate|ffn_up)\.weight$/.test(tensor.name)) {
      sum += tensorSize(F32, rowsOf(tensor), size.tokens);
    }
  }
  if (expertCount === 0 && expertUsedCount === 0) return sum;
  const router = tensorSize(F32, expertCount, embeddingLength) + tensorSize(F32, expertCount, size.tokens);
  return sum + router + tensorSize(F32, embeddingLength, expertUsedCount, size.tokens);
}

/** The last norm's result, and the logits. */
function outputSize({ architecture, size, tensors }: Computed): number {
  if (!architecture.isCausal) return 0;
  const named = (name: string) =>
    [...tensors.output, ...tensors.input].find((tensor) => tensor.name === name);
  const norm = named('output_norm.weight');
  const head = named('output.weight') ?? named('token_embd.weight');
  return [norm, head].reduce(
    (sum, tensor) => sum + (tensor === undefined ? 0 : tensorSize(F32, rowsOf(tensor), size.outputs)),
    0,
  );
}
