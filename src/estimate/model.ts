/** What a language or embedding model takes in memory. */
import type { WholeGguf } from '../formats/gguf-shards.ts';
import { architectureOf, type Architecture } from './architecture.ts';
import { addCache } from './cache.ts';
import { addComputation } from './computation.ts';
import type { EstimateOptions } from './options.ts';
import { placeBlocks, type Placement } from './placement.ts';
import { runSize, type RunSize } from './run-size.ts';
import { bytesOf, modelTensors, type ModelTensors } from './tensors.ts';
import { noUsages, type DeviceUsage, type FileEstimate } from './usage.ts';

/** What llama.cpp takes before it has read anything, in bytes. */
export const PROGRAM_SIZE = 5 * 2 ** 20;

/**
 * @throws UserError where the architecture is not known
 * @throws RangeError where what the header says cannot be
 */
export function estimateModel(header: WholeGguf, asked: EstimateOptions): FileEstimate {
  const architecture = architectureOf(header.metadata);
  // llama.cpp runs Grok without flash attention, whatever is asked for.
  const options = architecture.name === 'grok' ? { ...asked, hasFlashAttention: false } : asked;
  const tensors = modelTensors(header.tensors);
  const size = runSize(architecture, options);
  const placement = placeBlocks(architecture.blockCount, options);
  const devices = noUsages(options.tensorSplit.length);
  devices[0].footprint = headerSize(header) + footprint(architecture, size);
  addLayers(devices, placement);
  addWeights(devices, placement, tensors);
  addCache(devices, placement, { architecture, options, size });
  const tensorCount = header.tensors.length;
  addComputation(devices, { architecture, options, size, placement, tensors, tensorCount });
  return {
    type: 'model',
    architecture: architecture.name,
    contextSize: size.context,
    logicalBatchSize: size.logicalBatch,
    physicalBatchSize: size.physicalBatch,
    hasFlashAttention: options.hasFlashAttention,
    isEmbeddingOnly: !architecture.isCausal,
    isReranking: isReranking(architecture, tensors),
    offloadedLayers: placement.offloaded,
    isFullyOffloaded: placement.isFull,
    devices,
  };
}

/** The program, the vocabulary in its maps and vectors, and the results of a batch. */
function footprint({ vocabulary, embeddingLength, isCausal }: Architecture, { outputs }: RunSize): number {
  const types = vocabulary.tokens * (4 + 4);
  const merges = vocabulary.model === 'gpt2' ? vocabulary.merges * (48 + 56) : 0;
  const maps = vocabulary.tokens * (32 + 24 + 32);
  const results = (embeddingLength + (isCausal ? vocabulary.size : 0)) * outputs * 4;
  return PROGRAM_SIZE + types + merges + maps + results;
}

/** Bytes of its files that are not tensors. */
export function headerSize({ size, dataSize }: WholeGguf): number {
  return size - dataSize;
}

export function addLayers(devices: readonly DeviceUsage[], placement: Placement): void {
  for (const [block, at] of placement.blocks.entries()) {
    const device = devices[at];
    if (device === undefined) continue;
    device.layers += 1;
    device.lastLayer = block;
  }
  const output = devices[placement.output];
  if (output !== undefined) output.hasOutputLayer = true;
}

/** The output layer's weights are in RAM in any case, from where they are copied. */
export function addWeights(
  devices: readonly [DeviceUsage, ...DeviceUsage[]],
  placement: Placement,
  { input, groups, output }: ModelTensors,
): void {
  for (const [index, group] of groups.entries()) {
    const weights = devices[placement.deviceOf(index, groups.length)]?.weights;
    if (weights !== undefined) weights.compute += bytesOf(group);
  }
  const inputSize = bytesOf(input);
  // Without one of its own, the output layer is the input layer once more.
  const isTied = !output.some(({ name }) => name === 'output.weight');
  const outputSize = bytesOf(output) + (isTied ? inputSize : 0);
  devices[0].weights.input = inputSize;
  for (const at of new Set([0, placement.output])) {
    const weights = devices[at]?.weights;
    if (weights !== undefined) weights.output = outputSize;
  }
}

function isReranking({ isCausal, isReranking: isRank }: Architecture, { output }: ModelTensors): boolean {
  return !isCausal && (isRank || output.some(({ name }) => name === 'cls.bias' || name === 'cls.weight'));
}
