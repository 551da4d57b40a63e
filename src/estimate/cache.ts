/** The cache of keys and values, which every token that the model remembers has in every layer. */
import type { Architecture } from './architecture.ts';
import { padded, tensorSize } from './ggml.ts';
import type { EstimateOptions } from './options.ts';
import type { Placement } from './placement.ts';
import type { RunSize } from './run-size.ts';
import type { DeviceUsage } from './usage.ts';

/** Adds it to the devices where it lies. */
export function addCache(
  devices: readonly DeviceUsage[],
  placement: Placement,
  { architecture, options, size }: { architecture: Architecture; options: EstimateOptions; size: RunSize },
): void {
  if (!architecture.isCausal) return;
  for (let block = 0; block < architecture.cachedLayers; block += 1) {
    const { key, value } = cacheWidths(architecture, options, block);
    const tokens = cachedTokens(architecture, options, { size, block });
    const cache = devices[options.offloadsCache ? (placement.blocks[block] ?? 0) : 0]?.cache;
    if (cache === undefined) continue;
    cache.key += tensorSize(options.cacheTypeK, key * tokens);
    cache.value += tensorSize(options.cacheTypeV, value * tokens);
  }
}

export function hasWindow({ window }: Architecture, options: EstimateOptions, block: number): boolean {
  return !options.keepsWholeWindow && window?.layers[block] === true;
}

/** Numbers that one token has. */
function cacheWidths(
  architecture: Architecture,
  options: EstimateOptions,
  block: number,
): { key: number; value: number } {
  const heads = architecture.headCountsKv[block] ?? architecture.headCountKv;
  return hasWindow(architecture, options, block)
    ? { key: heads * architecture.windowKeyLength, value: heads * architecture.windowValueLength }
    : { key: heads * architecture.cachedKeyLength, value: heads * architecture.cachedValueLength };
}

/** A window, and the batch that is being computed (llama.cpp, `llama_kv_cache_iswa`). */
function cachedTokens(
  architecture: Architecture,
  options: EstimateOptions,
  { size, block }: { size: RunSize; block: number },
): number {
  if (!hasWindow(architecture, options, block)) return size.context;
  const window = (architecture.window?.size ?? 0) * options.parallel + size.logicalBatch;
  return Math.min(size.context, padded(window, size.alignment));
}
