/** Which layer goes to which device: from the last one on, as many as are asked for, split by the devices' shares. */
import type { EstimateOptions } from './options.ts';

export interface Placement {
  /** Blocks on devices. */
  offloaded: number;
  isOutputOffloaded: boolean;
  /** Whether everything is on devices. */
  isFull: boolean;
  /** By block: 0 is RAM, 1 the first device. */
  blocks: readonly number[];
  output: number;
  /** As `blocks`, for a list of another length whose last members are the offloaded ones. */
  deviceOf(index: number, length: number): number;
}

/** The output layer is the first to be offloaded (llama.cpp, `llama_model::load_tensors`). */
export function placeBlocks(blockCount: number, { gpuLayers, tensorSplit }: EstimateOptions): Placement {
  const isOutputOffloaded = gpuLayers !== 0;
  const offloaded = gpuLayers === undefined ? blockCount : Math.min(Math.max(gpuLayers - 1, 0), blockCount);
  const placed = offloaded + Number(isOutputOffloaded);
  const deviceOf = (index: number, length: number): number => {
    const nth = index - (length - offloaded);
    return nth < 0 ? 0 : 1 + shareAt(tensorSplit, nth / placed);
  };
  const blocks = Array.from({ length: blockCount }, (_, block) => deviceOf(block, blockCount));
  const output = isOutputOffloaded ? (offloaded > 0 ? (blocks.at(-1) ?? 1) : 1) : 0;
  const isFull = offloaded === blockCount && isOutputOffloaded;
  return { offloaded, isOutputOffloaded, isFull, blocks, output, deviceOf };
}

function shareAt(ends: readonly number[], share: number): number {
  const found = ends.findIndex((end) => end > share);
  return found === -1 ? ends.length - 1 : found;
}
