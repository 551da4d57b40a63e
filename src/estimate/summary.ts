/**
 * An estimate as a person wants it: RAM, and each device's memory, where they are one (UMA) and where not (non-UMA).
 * Keys are those of GGUF Packer's JSON.
 */
import type { DeviceUsage, FileEstimate } from './usage.ts';

/** Files that run together. */
export interface Estimates {
  model: FileEstimate;
  drafter?: FileEstimate;
  projector?: FileEstimate;
  adapters: readonly FileEstimate[];
}

export interface MemoryUse {
  /** Blocks. */
  handleLayers: number;
  /** -1 for none. */
  handleLastLayer: number;
  handleOutputLayer: boolean;
  /** Bytes. */
  uma: number;
  nonuma: number;
}

export interface RunSummary {
  /** The output layer is one more where everything is offloaded. */
  offloadLayers: number;
  fullOffloaded: boolean;
  ram: MemoryUse;
  vrams: readonly MemoryUse[];
}

/** What the platform itself takes where memory is not one, in bytes. */
export interface PlatformFootprint {
  ram: number;
  vram: number;
}

export const PLATFORM_FOOTPRINT: PlatformFootprint = { ram: 150 * 2 ** 20, vram: 250 * 2 ** 20 };

/** @param isMapped whether files are mapped into memory (mmap), so that their weights take none of it */
export function summarize(
  { model, drafter, projector, adapters }: Estimates,
  isMapped: boolean,
  platform: PlatformFootprint = PLATFORM_FOOTPRINT,
): RunSummary {
  const sums = usesOf(model, isMapped, platform);
  const beside = [
    ...[drafter, projector].flatMap((each) => (each === undefined ? [] : [{ estimate: each, isMapped }])),
    ...adapters.map((estimate) => ({ estimate, isMapped: false })),
  ];
  for (const each of beside) {
    for (const [at, use] of usesOf(each.estimate, each.isMapped, { ram: 0, vram: 0 }).entries()) {
      const sum = sums[at];
      if (sum === undefined) continue;
      sum.uma += use.uma;
      sum.nonuma += use.nonuma;
    }
  }
  const [ram, ...vrams] = sums;
  if (ram === undefined) throw new Error('an estimate without RAM');
  const { offloadedLayers, isFullyOffloaded } = model;
  return {
    offloadLayers: offloadedLayers + Number(isFullyOffloaded),
    fullOffloaded: isFullyOffloaded,
    ram,
    vrams,
  };
}

function usesOf(estimate: FileEstimate, isMapped: boolean, platform: PlatformFootprint): MemoryUse[] {
  const [host, ...devices] = estimate.devices;
  const ram = ramUse(estimate, host, isMapped);
  return [
    { ...layersOf(host), uma: ram, nonuma: platform.ram + ram },
    ...devices.map((device, at) => deviceUse(estimate, device, { at, isMapped, vram: platform.vram })),
  ];
}

function ramUse({ isFullyOffloaded }: FileEstimate, host: DeviceUsage, isMapped: boolean): number {
  const others = host.footprint + cacheSize(host) + computationSize(host);
  if (isMapped) return others;
  return others + (isFullyOffloaded ? host.weights.output : weightSize(host));
}

function deviceUse(
  { type }: FileEstimate,
  device: DeviceUsage,
  { at, isMapped, vram }: { at: number; isMapped: boolean; vram: number },
): MemoryUse {
  const held = device.footprint + cacheSize(device);
  const weights = weightSize(device);
  // The first device of one memory reads the mapped file where it lies.
  const isCopied = !isMapped || (at > 0 && device.lastLayer >= 0) || type === 'projector';
  const isIdle = at > 0 && device.lastLayer < 0;
  return {
    ...layersOf(device),
    uma: held + (isCopied ? weights : 0),
    nonuma: vram + held + (isIdle ? 0 : weights + computationSize(device)),
  };
}

function layersOf({ layers, lastLayer, hasOutputLayer }: DeviceUsage): Omit<MemoryUse, 'uma' | 'nonuma'> {
  return { handleLayers: layers, handleLastLayer: lastLayer, handleOutputLayer: hasOutputLayer };
}

function weightSize({ weights }: DeviceUsage): number {
  return weights.input + weights.compute + weights.output;
}

function cacheSize({ cache }: DeviceUsage): number {
  return cache.key + cache.value;
}

/** Graph and output are never there at once. */
function computationSize({ computation }: DeviceUsage): number {
  return computation.footprint + computation.input + Math.max(computation.graph, computation.output);
}
