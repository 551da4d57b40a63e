/** What an estimate comes to: bytes by device and by what they are for. */

export interface DeviceUsage {
  /** Blocks that it has. */
  layers: number;
  /** The last of them, -1 for none. */
  lastLayer: number;
  hasOutputLayer: boolean;
  /** Of the program, header, vocabulary and results. */
  footprint: number;
  weights: { input: number; compute: number; output: number };
  cache: { key: number; value: number };
  computation: { footprint: number; input: number; graph: number; output: number };
}

/** Of one file. */
export interface FileEstimate {
  type: 'model' | 'projector' | 'adapter';
  architecture: string;
  /** Tokens, padded; of projectors and adapters 0. */
  contextSize: number;
  logicalBatchSize: number;
  physicalBatchSize: number;
  hasFlashAttention: boolean;
  isEmbeddingOnly: boolean;
  isReranking: boolean;
  /** Blocks on devices. */
  offloadedLayers: number;
  isFullyOffloaded: boolean;
  /** RAM first, then the devices. */
  devices: readonly [DeviceUsage, ...DeviceUsage[]];
}

export function noUsage(): DeviceUsage {
  return {
    layers: 0,
    lastLayer: -1,
    hasOutputLayer: false,
    footprint: 0,
    weights: { input: 0, compute: 0, output: 0 },
    cache: { key: 0, value: 0 },
    computation: { footprint: 0, input: 0, graph: 0, output: 0 },
  };
}

/** RAM, and so many devices, of which nothing is used yet. */
export function noUsages(devices: number): [DeviceUsage, ...DeviceUsage[]] {
  return [noUsage(), ...Array.from({ length: devices }, noUsage)];
}
