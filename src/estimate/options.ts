/** How a model is to be run: llama.cpp's options that decide what it needs. */
import type { TensorType } from '../formats/gguf-types.ts';
import { F16 } from './ggml.ts';

export interface EstimateOptions {
  /** Tokens; left out, what the model was trained with. */
  contextSize?: number;
  /** Tokens that are given to the model at once. */
  logicalBatchSize: number;
  /** Tokens that are computed at once. */
  physicalBatchSize: number;
  /** Conversations at once. */
  parallel: number;
  /** Tokens whose logits are kept at once; left out, all that are computed at once. */
  outputs?: number;
  hasFlashAttention: boolean;
  cacheTypeK: TensorType;
  cacheTypeV: TensorType;
  /** Whether the cache of a layer lies where the layer is; else in RAM. */
  offloadsCache: boolean;
  /** Layers on devices, the output layer counted as one; left out, all. */
  gpuLayers?: number;
  /** Where the share of each device ends, from 0 to 1: `[1]` for one, `[0.5, 1]` for two alike. */
  tensorSplit: readonly number[];
  /** Whether layers with a window keep the whole context all the same. */
  keepsWholeWindow: boolean;
  /** Pixels of the side of the largest image; left out, what the projector is made for. */
  imageSize?: number;
}

/** As GGUF Packer has them. */
export const DEFAULT_OPTIONS: EstimateOptions = {
  logicalBatchSize: 2048,
  physicalBatchSize: 512,
  parallel: 1,
  hasFlashAttention: false,
  cacheTypeK: F16,
  cacheTypeV: F16,
  offloadsCache: true,
  tensorSplit: [1],
  keepsWholeWindow: false,
};
