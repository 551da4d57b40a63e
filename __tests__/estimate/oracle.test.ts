/** Estimates beside those of gguf-parser-go, the library of GGUF Packer, for the same files. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { estimateFiles } from '../../src/estimate/estimate.ts';
import { F16, typeNamed } from '../../src/estimate/ggml.ts';
import { DEFAULT_OPTIONS, type EstimateOptions } from '../../src/estimate/options.ts';
import { summarize, type MemoryUse } from '../../src/estimate/summary.ts';
import type { WholeGguf } from '../../src/formats/gguf-shards.ts';
import { TENSOR_TYPES } from '../../src/formats/gguf-types.ts';
import { openGguf, writeGguf } from '../support/gguf.ts';
import {
  BERT,
  DEEPSEEK2,
  GEMMA3,
  GPT_OSS,
  LLAMA,
  madeAdapter,
  madeModel,
  madeProjector,
  OPENELM,
  QWEN2,
  QWEN3_MOE,
  type MadeModel,
} from '../support/gguf-models.ts';

const ORACLE = join(import.meta.dirname, '../support/gguf-oracle');
/** Of what the library says. */
const TOLERANCE = 0.01;

const FILES: Record<string, MadeModel> = {
  llama: madeModel(LLAMA),
  qwen2: madeModel(QWEN2),
  qwen3moe: madeModel(QWEN3_MOE),
  gemma3: madeModel(GEMMA3),
  bert: madeModel(BERT),
  deepseek2: madeModel(DEEPSEEK2),
  'gpt-oss': madeModel(GPT_OSS),
  openelm: madeModel(OPENELM),
  clip: madeProjector('gemma3'),
  'clip-mlp': madeProjector('mlp', {}, [{ name: 'mm.2.bias', type: 'F32', shape: [4096] }]),
  'clip-qwen2.5vl': madeProjector('qwen2.5vl_merger', { 'clip.vision.n_wa_pattern': 8 }, [
    { name: 'mm.2.bias', type: 'F32', shape: [3584] },
  ]),
  'clip-qwen3vl': madeProjector('qwen3vl_merger', { 'clip.vision.spatial_merge_size': 2 }),
  'clip-pixtral': madeProjector('pixtral', { 'clip.vision.spatial_merge_size': 2 }, [
    { name: 'mm.2.bias', type: 'F32', shape: [5120] },
  ]),
  'clip-idefics3': madeProjector('idefics3', { 'clip.vision.projector.scale_factor': 4 }, [
    { name: 'mm.model.fc.weight', type: 'F16', shape: [18_432, 960] },
  ]),
  'llama-lora': madeAdapter(LLAMA),
};

interface Case {
  model: string;
  drafter?: string;
  projector?: string;
  adapters?: readonly string[];
  options?: Partial<EstimateOptions>;
  noMmap?: boolean;
}

const CASES: Record<string, Case> = {
  'llama, as it is': { model: 'llama' },
  'llama, in short': { model: 'llama', options: { contextSize: 4096 } },
  'llama, with flash attention and a cache of Q8_0': {
    model: 'llama',
    options: {
      contextSize: 8000,
      hasFlashAttention: true,
      cacheTypeK: typeNamed('Q8_0'),
      cacheTypeV: typeNamed('Q8_0'),
    },
  },
  'llama, in RAM': { model: 'llama', options: { contextSize: 8192, gpuLayers: 0 } },
  'llama, half of it on a device': { model: 'llama', options: { contextSize: 8192, gpuLayers: 16 } },
  'llama, its output layer on a device': { model: 'llama', options: { contextSize: 8192, gpuLayers: 1 } },
  'llama, without mmap': { model: 'llama', options: { contextSize: 8192, gpuLayers: 20 }, noMmap: true },
  'llama, all on a device, without mmap': { model: 'llama', options: { contextSize: 8192 }, noMmap: true },
  'llama, on three devices': {
    model: 'llama',
    options: { contextSize: 8192, tensorSplit: [0.25, 0.5, 1] },
  },
  'llama, with its cache in RAM': { model: 'llama', options: { contextSize: 8192, offloadsCache: false } },
  'llama, with batches of its own': {
    model: 'llama',
    options: { contextSize: 8192, logicalBatchSize: 1024, physicalBatchSize: 256, parallel: 4 },
  },
  'llama, with an adapter': {
    model: 'llama',
    adapters: ['llama-lora'],
    options: { contextSize: 8192 },
  },
  'llama, drafted by qwen2': { model: 'llama', drafter: 'qwen2', options: { contextSize: 8192 } },
  qwen2: { model: 'qwen2', options: { contextSize: 8192 } },
  'qwen2, with flash attention': {
    model: 'qwen2',
    options: { contextSize: 32_768, hasFlashAttention: true },
  },
  qwen3moe: { model: 'qwen3moe', options: { contextSize: 8192 } },
  'qwen3moe, on two devices': {
    model: 'qwen3moe',
    options: { contextSize: 16_384, hasFlashAttention: true, tensorSplit: [0.5, 1] },
  },
  'gemma3, with windows': { model: 'gemma3', options: { contextSize: 32_768 } },
  'gemma3, with windows, for four': { model: 'gemma3', options: { contextSize: 32_768, parallel: 4 } },
  'gemma3, without windows': { model: 'gemma3', options: { contextSize: 32_768, keepsWholeWindow: true } },
  'gemma3, with its projector': { model: 'gemma3', projector: 'clip', options: { contextSize: 8192 } },
  'deepseek2, with latent attention': { model: 'deepseek2', options: { contextSize: 8192 } },
  'gpt-oss, with windows': { model: 'gpt-oss', options: { contextSize: 16_384, hasFlashAttention: true } },
  'openelm, with heads that differ': { model: 'openelm', options: { gpuLayers: 10 } },
  bert: { model: 'bert' },
  'bert, in short': { model: 'bert', options: { contextSize: 100 } },
  clip: { model: 'clip' },
  'clip, in RAM': { model: 'clip', options: { gpuLayers: 0 } },
  'clip, with flash attention': { model: 'clip', options: { hasFlashAttention: true } },
  'clip of LLaVA': { model: 'clip-mlp' },
  'clip of Qwen2.5-VL': { model: 'clip-qwen2.5vl' },
  'clip of Qwen2.5-VL, for small images': { model: 'clip-qwen2.5vl', options: { imageSize: 560 } },
  'clip of Qwen3-VL': { model: 'clip-qwen3vl' },
  'clip of Pixtral': { model: 'clip-pixtral' },
  'clip of SmolVLM': { model: 'clip-idefics3' },
};

const requireAll = Boolean(process.env['AI_ACTION_REQUIRE_SERVICES']);
const withGo = requireAll || spawnSync('go', ['version']).status === 0 ? describe : describe.skip;

let folder = '';
const headers = new Map<string, WholeGguf>();
const pathOf = (name: string): string => join(folder, `${name}.gguf`);
const headerOf = (name: string): WholeGguf => headers.get(name)!;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-action-estimates-'));
  for (const [name, { metadata, tensors }] of Object.entries(FILES)) {
    await writeGguf(pathOf(name), metadata, tensors);
    headers.set(name, await openGguf(pathOf(name)));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface LibrarySummary {
  contextSize: number;
  embeddingOnly: boolean;
  items: { offloadLayers: number; fullOffloaded: boolean; ram: MemoryUse; vrams: MemoryUse[] }[];
}

withGo('beside gguf-parser-go', () => {
  let library: Map<string, LibrarySummary>;

  beforeAll(() => {
    const binary = join(folder, 'gguf-oracle');
    execFileSync('go', ['build', '-o', binary, '.'], { cwd: ORACLE });
    const input = JSON.stringify(Object.values(CASES).map(forLibrary));
    const output = execFileSync(binary, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
    const results = JSON.parse(output) as { summary: LibrarySummary }[];
    library = new Map(Object.keys(CASES).map((name, at) => [name, results[at]!.summary]));
  }, 180_000);

  test.each(Object.entries(CASES))('%s', (name, { options, noMmap = false, ...files }) => {
    const estimates = estimateFiles(
      {
        model: headerOf(files.model),
        adapters: (files.adapters ?? []).map(headerOf),
        ...(files.drafter === undefined ? {} : { drafter: headerOf(files.drafter) }),
        ...(files.projector === undefined ? {} : { projector: headerOf(files.projector) }),
      },
      { ...DEFAULT_OPTIONS, ...options },
    );
    const { ram, vrams, offloadLayers, fullOffloaded } = summarize(estimates, !noMmap);
    const theirs = library.get(name)!;
    const [item] = theirs.items;
    expect({ offloadLayers, fullOffloaded, layers: [ram, ...vrams].map(layersOf) }).toEqual({
      offloadLayers: item!.offloadLayers,
      fullOffloaded: item!.fullOffloaded,
      layers: [item!.ram, ...item!.vrams].map(layersOf),
    });
    const { model } = estimates;
    expect({ contextSize: model.contextSize, embeddingOnly: model.isEmbeddingOnly }).toEqual({
      contextSize: theirs.contextSize,
      embeddingOnly: theirs.embeddingOnly,
    });
    const far = [ram, ...vrams].flatMap((use, at) => differences(use, [item!.ram, ...item!.vrams][at]!, at));
    expect(far).toEqual([]);
  });
});

function layersOf({ handleLayers, handleLastLayer, handleOutputLayer }: MemoryUse): Partial<MemoryUse> {
  return { handleLayers, handleLastLayer, handleOutputLayer };
}

function differences(ours: MemoryUse, theirs: MemoryUse, device: number): string[] {
  return (['uma', 'nonuma'] as const)
    .filter((kind) => Math.abs(ours[kind] - theirs[kind]) > TOLERANCE * theirs[kind])
    .map((kind) => `device ${device}, ${kind}: ${ours[kind]} and not ${theirs[kind]} bytes`);
}

/** Its options, where they are not the same as ours. */
function forLibrary({
  model,
  drafter,
  projector,
  adapters = [],
  options = {},
  noMmap = false,
}: Case): object {
  const { hasFlashAttention, offloadsCache, keepsWholeWindow, logicalBatchSize, physicalBatchSize } = options;
  return {
    model: pathOf(model),
    ...(drafter === undefined ? {} : { drafter: pathOf(drafter) }),
    ...(projector === undefined ? {} : { projector: pathOf(projector) }),
    adapters: adapters.map(pathOf),
    noMmap,
    options: {
      ...options,
      cacheTypeK: typeNumber(options.cacheTypeK),
      cacheTypeV: typeNumber(options.cacheTypeV),
      logicalBatch: logicalBatchSize,
      physicalBatch: physicalBatchSize,
      flashAttention: hasFlashAttention,
      noKvOffload: offloadsCache === false,
      swaFull: keepsWholeWindow,
    },
  };
}

function typeNumber(type = F16): number {
  return Number(Object.keys(TENSOR_TYPES).find((key) => TENSOR_TYPES[Number(key)] === type));
}
