/** How many tokens are remembered and computed at once. */
import type { Architecture } from './architecture.ts';
import { padded } from './ggml.ts';
import type { EstimateOptions } from './options.ts';

/** All in tokens. */
export interface RunSize {
  /** What the cache holds. */
  context: number;
  logicalBatch: number;
  physicalBatch: number;
  /** Computed at once. */
  tokens: number;
  /** Whose results are kept. */
  outputs: number;
  /** What the cache's sizes are multiples of. */
  alignment: number;
}

export function runSize(architecture: Architecture, options: EstimateOptions): RunSize {
  const { contextLength, isCausal } = architecture;
  const alignment = options.hasFlashAttention ? 256 : 32;
  const asked = options.contextSize ?? contextLength;
  // What embeds reads the whole of a text at once.
  const whole = Math.min(contextLength, asked);
  const context = padded(isCausal ? asked : whole, alignment);
  // llama.cpp computes no fewer (llama_context).
  const logicalBatch = isCausal ? Math.max(32, options.logicalBatchSize) : whole;
  const physicalBatch = isCausal ? options.physicalBatchSize : whole;
  const tokens = Math.min(context, physicalBatch);
  const outputs = Math.min(tokens, isCausal ? (options.outputs ?? tokens) : tokens);
  return { context, logicalBatch, physicalBatch, tokens, outputs, alignment };
}
