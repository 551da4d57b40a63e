/** What the headers of an image's weights say, read by ranges; the weights themselves are not. */
import { readGguf, type Gguf } from '../../../src/formats/gguf.ts';
import { elementsOf, readSafetensors, type Safetensors } from '../../../src/formats/safetensors.ts';
import type { FileRanges } from '../../../src/formats/file-ranges.ts';
import type { DtypeShare, Tensor, Weights } from './inspection.ts';

/**
 * Bytes of a file that are reached into: with what is made of them, they have to fit into an isolate's 128 MB. The header
 * of 30,000 tensors stays below; GGUF has its vocabulary there, which is passed over in pieces.
 */
export const MAX_HEADER = { safetensors: 4 * 1024 * 1024, gguf: 16 * 1024 * 1024 } as const;
/** Tensors of a file that are listed. */
const MAX_TENSORS = 1000;
const MAX_METADATA = 100;
const MAX_TEXT = 300;

/** @throws what reading the file throws, but for a header that is wrong, which the result tells. */
export async function readWeights(
  path: string,
  format: 'safetensors' | 'gguf',
  file: FileRanges,
): Promise<Weights> {
  try {
    return format === 'gguf'
      ? ggufWeights(path, await readGguf(file))
      : safetensorsWeights(path, await readSafetensors(file));
  } catch (error) {
    if (error instanceof RangeError) return { path, format, error: cut(error.message) };
    throw error;
  }
}

function safetensorsWeights(path: string, { tensors, metadata }: Safetensors): Weights {
  return { path, format: 'safetensors', ...summary(tensors), metadata: cutAll(Object.entries(metadata)) };
}

function ggufWeights(path: string, { tensors, metadata, architecture, quantization }: Gguf): Weights {
  const texts = [...metadata].map(([key, value]): [string, string] => [
    key,
    typeof value === 'object' ? `${value.type}[${value.length}]` : String(value),
  ]);
  return {
    path,
    format: 'gguf',
    ...summary(tensors),
    ...(architecture === undefined ? {} : { architecture: cut(architecture) }),
    ...(quantization === undefined ? {} : { quantization }),
    metadata: cutAll(texts),
  };
}

interface Summary {
  parameters: number;
  tensorCount: number;
  tensors: Tensor[];
  dtypes: DtypeShare[];
}

function summary(tensors: readonly Tensor[]): Summary {
  const shares = new Map<string, DtypeShare>();
  for (const { dtype, shape } of tensors) {
    const share = shares.get(dtype) ?? { dtype: cut(dtype), tensors: 0, parameters: 0 };
    share.tensors++;
    share.parameters += elementsOf(shape);
    shares.set(dtype, share);
  }
  const dtypes = [...shares.values()].toSorted((a, b) => b.parameters - a.parameters).slice(0, MAX_METADATA);
  return {
    parameters: [...shares.values()].reduce((sum, { parameters }) => sum + parameters, 0),
    tensorCount: tensors.length,
    tensors: tensors.slice(0, MAX_TENSORS).map(({ name, dtype, shape }) => ({
      name: cut(name),
      dtype: cut(dtype),
      shape: shape.slice(0, 16),
    })),
    dtypes,
  };
}

function cutAll(entries: readonly [string, string][]): Record<string, string> {
  return Object.fromEntries(entries.slice(0, MAX_METADATA).map(([key, value]) => [cut(key), cut(value)]));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
