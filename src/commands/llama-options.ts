/** llama.cpp's options that decide how much memory a model needs, under llama.cpp's names. */
import { InvalidArgumentError, Option, type Command } from 'commander';

import { UsageError } from '../errors.ts';
import { typeNamed } from '../estimate/ggml.ts';
import { DEFAULT_OPTIONS, type EstimateOptions } from '../estimate/options.ts';

/** Undefined is what was not said. */
export interface LlamaOptions {
  ctxSize?: number;
  batchSize?: number;
  ubatchSize?: number;
  parallel?: number;
  outputs?: number;
  flashAttn?: boolean;
  cacheTypeK?: string;
  cacheTypeV?: string;
  /** False by --no-kv-offload. */
  kvOffload?: boolean;
  gpuLayers?: number;
  gpuLayersDraft?: number;
  devices?: number;
  tensorSplit?: readonly number[];
  /** False by --no-mmap. */
  mmap?: boolean;
  swaFull?: boolean;
  imageSize?: number;
}

/** Those that llama.cpp takes for the cache (common/arg.cpp). */
const CACHE_TYPES = ['f32', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_1', 'iq4_nl', 'q5_0', 'q5_1'];
const MOST_DEVICES = 128;
const MOST_TOKENS = 2 ** 31 - 1;

export function withLlamaOptions(command: Command): Command {
  const options = [
    new Option(
      '--ctx-size <tokens>',
      'what the model remembers (default: what it was trained with)',
    ).argParser(number(1, MOST_TOKENS)),
    new Option('--batch-size <tokens>', 'given to the model at once (default: 2048)').argParser(
      number(1, MOST_TOKENS),
    ),
    new Option('--ubatch-size <tokens>', 'computed at once (default: 512)').argParser(number(1, MOST_TOKENS)),
    new Option('--parallel <count>', 'conversations at once (default: 1)').argParser(number(1, 65_536)),
    new Option(
      '--outputs <tokens>',
      'whose logits are kept at once; llama-server needs 1 for each conversation (default: those computed at once)',
    ).argParser(number(1, MOST_TOKENS)),
    new Option('--flash-attn', 'with flash attention'),
    new Option('--cache-type-k <type>', 'of the keys in the cache (default: f16)').choices(CACHE_TYPES),
    new Option('--cache-type-v <type>', 'of the values in the cache (default: f16)').choices(CACHE_TYPES),
    new Option('--no-kv-offload', 'keep the cache in RAM'),
    new Option(
      '--gpu-layers <count>',
      'layers on devices, of which the output layer is one (default: all)',
    ).argParser(number(0, 65_536)),
    new Option('--gpu-layers-draft <count>', 'those of the drafter (default: all)').argParser(
      number(0, 65_536),
    ),
    new Option('--devices <count>', 'GPUs that share the layers alike (default: 1)').argParser(
      number(1, MOST_DEVICES),
    ),
    new Option('--tensor-split <shares>', 'how GPUs share the layers, as in 3,1').argParser(parseShares),
    new Option('--no-mmap', 'read the weights into memory instead of mapping the file'),
    new Option('--swa-full', 'keep the whole context in layers that see a window of it, too'),
    new Option(
      '--image-size <pixels>',
      'the side of the largest image (default: what the projector is made for)',
    ).argParser(number(1, 65_536)),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

export interface RunEstimate {
  options: EstimateOptions;
  drafter: EstimateOptions;
  isMapped: boolean;
}

/** @throws UsageError where they do not go together */
export function estimateOptions(said: LlamaOptions): RunEstimate {
  const { ctxSize, outputs, gpuLayers, gpuLayersDraft, imageSize, mmap = true } = said;
  const options: EstimateOptions = {
    ...DEFAULT_OPTIONS,
    ...(ctxSize === undefined ? {} : { contextSize: ctxSize }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...batches(said),
    parallel: said.parallel ?? DEFAULT_OPTIONS.parallel,
    hasFlashAttention: said.flashAttn ?? false,
    ...cacheTypes(said),
    offloadsCache: said.kvOffload ?? true,
    tensorSplit: splitOf(said),
    keepsWholeWindow: said.swaFull ?? false,
  };
  return {
    options: { ...options, ...(gpuLayers === undefined ? {} : { gpuLayers }) },
    drafter: { ...options, ...(gpuLayersDraft === undefined ? {} : { gpuLayers: gpuLayersDraft }) },
    isMapped: mmap,
  };
}

function batches({ batchSize, ubatchSize }: LlamaOptions): Partial<EstimateOptions> {
  const logicalBatchSize = batchSize ?? Math.max(DEFAULT_OPTIONS.logicalBatchSize, ubatchSize ?? 0);
  const physicalBatchSize = ubatchSize ?? Math.min(DEFAULT_OPTIONS.physicalBatchSize, logicalBatchSize);
  if (physicalBatchSize <= logicalBatchSize) return { logicalBatchSize, physicalBatchSize };
  throw new UsageError(`--ubatch-size ${physicalBatchSize} is more than --batch-size ${logicalBatchSize}`, {
    hint: 'What is computed at once is a part of what is given at once.',
  });
}

function cacheTypes({
  cacheTypeK = 'f16',
  cacheTypeV = 'f16',
  flashAttn,
}: LlamaOptions): Partial<EstimateOptions> {
  const [keys, values] = [typeNamed(cacheTypeK.toUpperCase()), typeNamed(cacheTypeV.toUpperCase())];
  if (values.elements > 1 && flashAttn !== true) {
    throw new UsageError(`--cache-type-v ${cacheTypeV} needs flash attention`, {
      hint: 'llama.cpp does not run it without: add --flash-attn.',
    });
  }
  return { cacheTypeK: keys, cacheTypeV: values };
}

/** Where the share of each device ends. */
function splitOf({ devices, tensorSplit }: LlamaOptions): number[] {
  if (devices !== undefined && tensorSplit !== undefined && devices !== tensorSplit.length) {
    throw new UsageError(`--tensor-split has ${tensorSplit.length} shares for --devices ${devices}`, {
      hint: 'Write a share for each, or leave --devices out.',
    });
  }
  const shares = tensorSplit ?? Array.from({ length: devices ?? 1 }, () => 1);
  const sum = shares.reduce((all, share) => all + share, 0);
  let end = 0;
  return shares.map((share, at) => (at === shares.length - 1 ? 1 : (end += share) / sum));
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  };
}

function parseShares(text: string): number[] {
  const shares = text.split(/[,/]/).map((share) => (share.trim() === '' ? Number.NaN : Number(share)));
  const isGood = shares.every((share) => Number.isFinite(share) && share >= 0);
  if (isGood && shares.some((share) => share > 0) && shares.length <= MOST_DEVICES) return shares;
  throw new InvalidArgumentError('Write a number for each GPU, as in 3,1.');
}

/** llama.cpp's short names. */
const SHORT: Readonly<Record<string, string>> = {
  '-c': '--ctx-size',
  '-b': '--batch-size',
  '-ub': '--ubatch-size',
  '-np': '--parallel',
  '-fa': '--flash-attn',
  '-ctk': '--cache-type-k',
  '-ctv': '--cache-type-v',
  '-nkvo': '--no-kv-offload',
  '-ngl': '--gpu-layers',
  '--n-gpu-layers': '--gpu-layers',
  '-ngld': '--gpu-layers-draft',
  '--n-gpu-layers-draft': '--gpu-layers-draft',
  '-ts': '--tensor-split',
};

/** Which of these options are among the arguments that an image is run with; what cannot be read is passed over. */
export function llamaOptionsIn(command: Command, cmd: readonly string[]): LlamaOptions {
  const found: Record<string, unknown> = {};
  for (const [at, word] of cmd.entries()) {
    const name = SHORT[word] ?? word;
    const option = command.options.find(({ long }) => long === name && name.startsWith('--'));
    if (option === undefined) continue;
    const value = cmd[at + 1] ?? '';
    if (option.negate) found[option.attributeName()] = false;
    else if (option.isBoolean()) found[option.attributeName()] = !/^(?:off|auto)$/.test(value);
    else found[option.attributeName()] = readValue(option, value);
  }
  return found;
}

function readValue(option: Option, text: string): unknown {
  if (option.argChoices !== undefined) return option.argChoices.includes(text) ? text : undefined;
  try {
    return option.parseArg?.(text, undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}
