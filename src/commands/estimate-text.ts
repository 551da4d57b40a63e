/** An estimate as tables, with GGUF Packer's headings, and as JSON, with its keys. */
import type { EstimateFiles } from '../estimate/estimate.ts';
import type { Estimates, MemoryUse, RunSummary } from '../estimate/summary.ts';
import type { FileEstimate } from '../estimate/usage.ts';
import { printable } from '../report/printable.ts';
import { formatTable } from '../report/table.ts';

export interface EstimateReport {
  files: EstimateFiles;
  estimates: Estimates;
  summary: RunSummary;
  isMapped: boolean;
}

export function estimateText({ files, estimates, summary, isMapped }: EstimateReport): string {
  const { model } = estimates;
  const { offloadLayers: layers, fullOffloaded } = summary;
  const settings = [
    ['ARCH', model.architecture],
    ['CONTEXT SIZE', String(model.contextSize)],
    ['BATCH SIZE (L / P)', `${model.logicalBatchSize} / ${model.physicalBatchSize}`],
    ['FLASH ATTENTION', model.hasFlashAttention ? 'Enabled' : 'Disabled'],
    ['MMAP LOAD', isMapped ? 'Enabled' : 'Disabled'],
    ['EMBEDDING ONLY', model.isEmbeddingOnly ? 'Yes' : 'No'],
    ['RERANKING', model.isReranking ? 'Supported' : 'Unsupported'],
    ['OFFLOAD LAYERS', fullOffloaded ? `${layers} (${layers - 1} + 1)` : String(layers)],
    ['FULL OFFLOADED', fullOffloaded ? 'Yes' : 'No'],
  ];
  const memory = [
    ['', 'LAYERS (I + T + O)', 'UMA', 'NONUMA'],
    useRow('RAM', '1 + ', summary.ram),
    ...summary.vrams.map((vram, at) => useRow(`VRAM ${at}`, '', vram)),
  ];
  return `${[fileLines(files), formatTable(transposed(settings)), formatTable(memory)].join('\n\n')}\n`;
}

function fileLines({ model, drafter, projector, adapters }: EstimateFiles): string {
  const rows = [
    ['model', model],
    ...(drafter === undefined ? [] : [['drafter', drafter] as const]),
    ...(projector === undefined ? [] : [['projector', projector] as const]),
    ...adapters.map((adapter) => ['adapter', adapter] as const),
  ] as const;
  return formatTable(rows.map(([role, { path }]) => [role, printable(path)]));
}

function useRow(
  name: string,
  input: string,
  { handleLayers, handleOutputLayer, uma, nonuma }: MemoryUse,
): string[] {
  const layers = `${input}${handleLayers} + ${Number(handleOutputLayer)}`;
  return [name, layers, formatBinary(uma), formatBinary(nonuma)];
}

function transposed(pairs: readonly (readonly string[])[]): string[][] {
  return [pairs.map(([name = '']) => name), pairs.map(([, value = '']) => value)];
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Binary units, as memory is sold, and as GGUF Packer writes them: 93523014 → `89.19 MiB`. */
export function formatBinary(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(2)} ${UNITS[unit]}`;
}

/** GGUF Packer's document, and beside it what the figures are made of. All memory in bytes. */
export function estimateJson({ files, estimates, summary, isMapped }: EstimateReport): object {
  const { model, drafter, projector, adapters } = estimates;
  return {
    model: files.model.path,
    items: [summary],
    type: model.type,
    architecture: model.architecture,
    contextSize: model.contextSize,
    flashAttention: model.hasFlashAttention,
    mmap: isMapped,
    embeddingOnly: model.isEmbeddingOnly,
    reranking: model.isReranking,
    logicalBatchSize: model.logicalBatchSize,
    physicalBatchSize: model.physicalBatchSize,
    devices: model.devices,
    ...(drafter === undefined ? {} : { drafter: partJson(files.drafter?.path, drafter) }),
    ...(projector === undefined ? {} : { projector: partJson(files.projector?.path, projector) }),
    adapters: adapters.map((adapter, at) => partJson(files.adapters[at]?.path, adapter)),
  };
}

function partJson(path: string | undefined, { type, architecture, devices }: FileEstimate): object {
  return { path, type, architecture, devices };
}
