/** Which layers see only a window of the tokens before, and so need to remember no more (llama.cpp, src/models). */
import { firstAt, naturalAt, type Metadata } from './metadata.ts';

export interface SlidingWindow {
  /** Tokens. */
  size: number;
  /** By layer: whether it has the window. */
  layers: readonly boolean[];
}

interface Layout {
  /** One layer of so many sees everything; 0: none does. */
  period: number;
  /** That layer is the first of each group, not the last. */
  isFirst?: boolean;
  /** Tokens, where files do not say it. */
  size?: number;
}

/** Files mostly give the window's size and leave the layout to llama.cpp. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  afmoe: { period: 4 },
  cohere2: { period: 4 },
  'exaone-moe': { period: 4, size: 128 },
  'gemma-embedding': { period: 6 },
  gemma2: { period: 2, size: 4096 },
  gemma3: { period: 6 },
  gemma3n: { period: 5 },
  'gpt-oss': { period: 2 },
  llama4: { period: 4, size: 8192 },
  'modern-bert': { period: 3, isFirst: true },
  olmo2: { period: 4 },
  plamo3: { period: 8 },
  smallthinker: { period: 4, isFirst: true, size: 4096 },
};

/** @returns undefined where every layer sees everything */
export function slidingWindow(
  name: string,
  metadata: Metadata,
  blockCount: number,
): SlidingWindow | undefined {
  const layout = layoutOf(name, blockCount);
  // llama.cpp does not use Phi-3's window.
  const size =
    name === 'phi3' ? 0 : firstAt(metadata, `${name}.attention.sliding_window`) || (layout?.size ?? 0);
  const pattern = metadata.get(`${name}.attention.sliding_window_pattern`);
  if (typeof pattern === 'object') {
    return { size, layers: (pattern.values ?? []).map((value) => value === true) };
  }
  if (size === 0) return undefined;
  const period = naturalAt(metadata, `${name}.attention.sliding_window_pattern`) ?? layout?.period ?? 1;
  if (period === 1) return undefined;
  const full = layout?.isFirst === true ? 0 : period - 1;
  const layers = Array.from({ length: blockCount }, (_, layer) => period === 0 || layer % period !== full);
  return { size, layers };
}

function layoutOf(name: string, blockCount: number): Layout | undefined {
  // Of the EXAONE 4.0 models, only that of 64 layers has windows.
  if (name === 'exaone4') return blockCount === 64 ? { period: 4, size: 4096 } : undefined;
  return LAYOUTS[name];
}
