/** What a LoRA adapter or a control vector takes in memory: its tensors, each where the model's are. */
import type { WholeGguf } from '../formats/gguf-shards.ts';
import { textAt } from './metadata.ts';
import { addLayers, addWeights, headerSize, PROGRAM_SIZE } from './model.ts';
import type { EstimateOptions } from './options.ts';
import { placeBlocks } from './placement.ts';
import { modelTensors } from './tensors.ts';
import { noUsages, type FileEstimate } from './usage.ts';

/** @throws RangeError where what the header says cannot be */
export function estimateAdapter(header: WholeGguf, options: EstimateOptions): FileEstimate {
  const tensors = modelTensors(header.tensors);
  const placement = placeBlocks(tensors.groups.length, options);
  const devices = noUsages(options.tensorSplit.length);
  devices[0].footprint = PROGRAM_SIZE + headerSize(header);
  addLayers(devices, placement);
  addWeights(devices, placement, tensors);
  return {
    type: 'adapter',
    architecture: textAt(header.metadata, 'general.architecture') ?? 'none',
    contextSize: 0,
    logicalBatchSize: 0,
    physicalBatchSize: 0,
    hasFlashAttention: false,
    isEmbeddingOnly: false,
    isReranking: false,
    offloadedLayers: placement.offloaded,
    isFullyOffloaded: placement.isFull,
    devices,
  };
}
