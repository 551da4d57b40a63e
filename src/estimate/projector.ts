/** What a multimodal projector takes in memory: weights, and the encoders of images and sound. */
import type { WholeGguf } from '../formats/gguf-shards.ts';
import { graphDescriptionSize } from './computation.ts';
import { F16, F32, TENSOR_OVERHEAD, tensorSize } from './ggml.ts';
import { booleanAt, naturalAt, type Metadata } from './metadata.ts';
import { headerSize, PROGRAM_SIZE } from './model.ts';
import type { EstimateOptions } from './options.ts';
import { bytesOf, checkTypes } from './tensors.ts';
import { noUsages, type DeviceUsage, type FileEstimate } from './usage.ts';
import { projectorType, visionSize } from './vision.ts';

/** Nodes of its graph (clip.cpp). */
const GRAPH_NODES = 8192;
const INDEX_SIZE = 4;
const RGB = 3;

interface Encoder {
  blocks: number;
  embeddingLength: number;
  heads: number;
}

/**
 * All of it goes to the first device, or none.
 * @throws UserError where its type is not known
 * @throws RangeError where what the header says cannot be
 */
export function estimateProjector(header: WholeGguf, options: EstimateOptions): FileEstimate {
  const { metadata, tensors } = header;
  checkTypes(tensors);
  const devices = noUsages(options.tensorSplit.length);
  const isOffloaded = options.gpuLayers !== 0;
  const [host] = devices;
  const worker = (isOffloaded ? devices[1] : host) ?? host;
  host.footprint = PROGRAM_SIZE + headerSize(header);
  worker.weights.compute = bytesOf(tensors);
  const kinds = (['vision', 'audio'] as const).filter((kind) =>
    booleanAt(metadata, `clip.has_${kind}_encoder`),
  );
  if (kinds.length === 0) throw new RangeError('it has an encoder neither of images nor of sound');
  for (const kind of kinds) ADD[kind]({ host, worker }, header, options);
  const blocks = kinds.reduce((sum, kind) => sum + encoderOf(metadata, kind).blocks, 0);
  worker.layers = isOffloaded ? blocks : 0;
  worker.lastLayer = worker.layers - 1;
  return {
    type: 'projector',
    architecture: 'clip',
    contextSize: 0,
    logicalBatchSize: 0,
    physicalBatchSize: 0,
    hasFlashAttention: options.hasFlashAttention,
    isEmbeddingOnly: false,
    isReranking: false,
    offloadedLayers: isOffloaded ? blocks : 0,
    isFullyOffloaded: isOffloaded,
    devices,
  };
}

interface Places {
  host: DeviceUsage;
  /** Where it is computed. */
  worker: DeviceUsage;
}

function addVision(
  { host, worker }: Places,
  { metadata, tensors }: WholeGguf,
  options: EstimateOptions,
): void {
  const encoder = encoderOf(metadata, 'vision');
  const { side, tokens, positions, slices, projectionLength } = visionSize(
    metadata,
    tensors,
    options.imageSize,
  );
  host.footprint += slices * tokens * projectionLength * 4;
  host.computation.footprint += descriptionSize(encoder, tensors.length);
  const pixels = tensorSize(F32, side, side, RGB);
  const embeddings = tensorSize(F32, encoder.embeddingLength, positions);
  let input = pixels + tensorSize(F32, tokens, encoder.embeddingLength) + (positions + tokens) * INDEX_SIZE;
  if (projectorType(metadata, 'vision') === 'resampler') input += tensorSize(F32, projectionLength, tokens);
  if (tensors.some(({ name }) => name === 'v.class_embd')) input += embeddings;
  if ((naturalAt(metadata, 'clip.vision.n_wa_pattern') ?? 0) > 0) {
    input += (tokens + positions * positions) * INDEX_SIZE;
  }
  worker.computation.input += input;
  // Norms of two, a query and a key.
  worker.computation.graph += 4 * embeddings + attentionSize(encoder, positions, options);
}

/** Whisper's encoders see 30 seconds of sound at once, of 100 positions each. */
const MAX_POSITIONS = { default: 3000, lfm2a: 100 } as const;

function addAudio(
  { host, worker }: Places,
  { metadata, tensors }: WholeGguf,
  options: EstimateOptions,
): void {
  const encoder = encoderOf(metadata, 'audio');
  const table = tensors.find(({ name }) => name === 'a.position_embd.weight');
  const isShort = projectorType(metadata, 'audio') === 'lfm2a';
  const positions = Math.min(table?.shape.at(-2) ?? 0, isShort ? MAX_POSITIONS.lfm2a : MAX_POSITIONS.default);
  const embeddings = tensorSize(F32, encoder.embeddingLength, positions);
  host.computation.footprint += descriptionSize(encoder, tensors.length);
  worker.computation.input += embeddings;
  worker.computation.graph += 3 * embeddings + attentionSize(encoder, positions, options);
}

const ADD = { vision: addVision, audio: addAudio } as const;

function descriptionSize({ blocks }: Encoder, tensorCount: number): number {
  return graphDescriptionSize(GRAPH_NODES) + 2 * TENSOR_OVERHEAD * (tensorCount + 1 + blocks * 3);
}

/** Every position looks at every other; flash attention keeps no more of that than its mask. */
function attentionSize(
  { heads }: Encoder,
  positions: number,
  { hasFlashAttention }: EstimateOptions,
): number {
  return hasFlashAttention && heads > 0
    ? tensorSize(F16, positions, positions)
    : tensorSize(F32, positions, positions, heads);
}

function encoderOf(metadata: Metadata, kind: 'vision' | 'audio'): Encoder {
  const number = (key: string): number => naturalAt(metadata, `clip.${kind}.${key}`) ?? 0;
  return {
    blocks: number('block_count'),
    embeddingLength: number('embedding_length'),
    heads: number('attention.head_count'),
  };
}
