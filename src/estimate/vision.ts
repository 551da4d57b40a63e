/**
 * How a multimodal projector cuts an image: into patches, which its encoder sees, and into tokens, which the model
 * sees (llama.cpp, tools/mtmd/clip.cpp).
 */
import { UserError } from '../errors.ts';
import type { GgufTensor } from '../formats/gguf.ts';
import { naturalAt, textAt, type Metadata } from './metadata.ts';

export interface VisionSize {
  /** Pixels of the image's side. */
  side: number;
  /** Tokens of one image. */
  tokens: number;
  /** What the encoder sees of it. */
  positions: number;
  /** Images that one is cut into at most. */
  slices: number;
  /** Of a token: how long what the model sees is. */
  projectionLength: number;
}

interface Cut {
  patchSize: number;
  /** Pixels of the image's side. */
  side: number;
  /** Patches of one side that become one token. */
  merge: number;
}

interface ProjectorType {
  /** The tensor whose dimension is the length of a token, and which dimension, as the file counts them. */
  projection?: readonly [tensor: string, dimension: number];
  tokens: (cut: Cut) => number;
  /** Patches per token where the encoder runs before they are merged. */
  patchesPerToken?: (merge: number) => number;
  /** Where not the file but llama.cpp says how large an image is: tokens of its side, and their merge. */
  reserved?: { tokensPerSide: number; merge: number };
}

/** Pixels of a side, where neither file nor llama.cpp says more. */
const DEFAULT_SIDE = 1024;

const grid = ({ side, patchSize }: Cut): number => Math.floor(side / patchSize) ** 2;
const merged = ({ side, patchSize, merge }: Cut): number =>
  Math.ceil(Math.ceil(side / patchSize) / merge) ** 2;
const reduced = (cut: Cut): number => Math.floor(grid(cut) / cut.merge ** 2);
const squared = (merge: number): number => merge ** 2;

const QWEN_VL: ProjectorType = {
  projection: ['mm.2.bias', 0],
  tokens: ({ side, patchSize }) => Math.ceil(side / (patchSize * 2)) ** 2,
  patchesPerToken: () => 4,
  reserved: { tokensPerSide: 46, merge: 2 },
};

/** By `clip.projector_type`. */
const TYPES: ReadonlyMap<string, ProjectorType> = new Map<string, ProjectorType>([
  ['mlp', { projection: ['mm.2.bias', 0], tokens: grid }],
  ['mlp_norm', { projection: ['mm.3.bias', 0], tokens: grid }],
  [
    'ldp',
    { projection: ['mm.model.mb_block.1.block.2.1.bias', 0], tokens: (cut) => Math.floor(grid(cut) / 4) },
  ],
  ['ldpv2', { projection: ['mm.model.peg.0.bias', 0], tokens: (cut) => Math.floor(grid(cut) / 4) }],
  ['resampler', { projection: ['resampler.query', 0], tokens: grid }],
  [
    'adapter',
    {
      projection: ['adapter.linear.dense_4h_to_h.weight', 1],
      tokens: (cut) => Math.floor(grid(cut) / 4) + 2,
    },
  ],
  ['qwen2vl_merger', QWEN_VL],
  ['qwen2.5vl_merger', QWEN_VL],
  ['qwen3vl_merger', { tokens: merged, patchesPerToken: squared, reserved: { tokensPerSide: 46, merge: 2 } }],
  [
    'gemma3',
    {
      projection: ['mm.input_projection.weight', 0],
      tokens: ({ side, patchSize, merge }) => Math.floor(Math.floor(side / patchSize) / merge) ** 2,
      patchesPerToken: squared,
    },
  ],
  ['idefics3', { projection: ['mm.model.fc.weight', 1], tokens: reduced }],
  ['llama4', { projection: ['mm.model.fc.weight', 1], tokens: reduced }],
  ['internvl', { projection: ['mm.model.mlp.3.weight', 1], tokens: reduced }],
  [
    'pixtral',
    {
      projection: ['mm.2.bias', 0],
      tokens: ({ side, patchSize, merge }) => {
        const rows = Math.floor(Math.floor(side / patchSize) / merge);
        // A token ends each row but the last.
        return rows * rows + rows - 1;
      },
      reserved: { tokensPerSide: 16, merge: 1 },
    },
  ],
]);

/** Files name the merge by either. */
const MERGE_KEYS = ['clip.vision.spatial_merge_size', 'clip.vision.projector.scale_factor'];

/**
 * @param imageSize pixels of the largest image's side; left out, what the projector is made for
 * @throws UserError where the type of projector is not known
 * @throws RangeError where what the header says cannot be
 */
export function visionSize(
  metadata: Metadata,
  tensors: readonly GgufTensor[],
  imageSize: number | undefined,
): VisionSize {
  const name = projectorType(metadata, 'vision');
  const type = TYPES.get(name);
  if (type === undefined) {
    throw new UserError(`The type of projector ${JSON.stringify(name.slice(0, 100))} is not known.`, {
      hint: `Known are ${[...TYPES.keys()].join(', ')}.`,
    });
  }
  const cut = cutOf(metadata, name, { type, imageSize });
  const query =
    name === 'resampler' ? tensors.find((tensor) => tensor.name === 'resampler.query') : undefined;
  const tokens = query === undefined ? type.tokens(cut) : dimension(query, 1);
  const classes = tensors.some((tensor) => tensor.name === 'v.class_embd') ? 1 : 0;
  const perToken = type.patchesPerToken?.(cut.merge) ?? 1;
  const projectionLength =
    type.projection === undefined
      ? (naturalAt(metadata, 'clip.vision.projection_dim') ?? 0)
      : dimension(
          tensors.find((tensor) => tensor.name === type.projection?.[0]),
          type.projection[1],
        );
  return {
    side: cut.side,
    tokens,
    positions: tokens * perToken + classes,
    slices: slicesOf(name, metadata),
    projectionLength,
  };
}

/** @throws RangeError where the file names none */
export function projectorType(metadata: Metadata, kind: 'vision' | 'audio'): string {
  const name = textAt(metadata, 'clip.projector_type') ?? textAt(metadata, `clip.${kind}.projector_type`);
  if (name === undefined) throw new RangeError('it does not say what type of projector it is');
  return name;
}

function cutOf(
  metadata: Metadata,
  name: string,
  { type, imageSize }: { type: ProjectorType; imageSize: number | undefined },
): Cut {
  const patchSize = naturalAt(metadata, 'clip.vision.patch_size') ?? 1;
  if (patchSize === 0) throw new RangeError('its "clip.vision.patch_size" is 0');
  const declared = MERGE_KEYS.map((key) => naturalAt(metadata, key) ?? 0).find((value) => value > 0);
  const merge = declared ?? type.reserved?.merge ?? (name === 'gemma3' ? 4 : 1);
  if (type.reserved === undefined) {
    return { patchSize, merge, side: naturalAt(metadata, 'clip.vision.image_size') || DEFAULT_SIDE };
  }
  return { patchSize, merge, side: imageSize ?? type.reserved.tokensPerSide * patchSize * merge };
}

/** Large images are cut into several. */
function slicesOf(name: string, metadata: Metadata): number {
  if (name === 'resampler') return 10;
  if (name === 'adapter') return 11;
  const isLlava = ['mlp', 'mlp_norm', 'ldp', 'ldpv2'].includes(name);
  return isLlava && (textAt(metadata, 'clip.vision.mm_patch_merge_type') ?? 'flat') !== 'flat' ? 6 : 1;
}

/** As the file counts: the contiguous one is 0. */
function dimension(tensor: GgufTensor | undefined, at: number): number {
  return tensor === undefined ? 0 : (tensor.shape.at(-1 - at) ?? 0);
}
