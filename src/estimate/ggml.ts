/** Sizes as ggml, the library below llama.cpp, allocates them; all in bytes. */
import { TENSOR_TYPES, type TensorType } from '../formats/gguf-types.ts';

/** Of a tensor's description: `ggml_object` and `ggml_tensor` (ggml.h). */
export const TENSOR_OVERHEAD = 32 + 368;

const OBJECT_SIZE = 32;
const GRAPH_SIZE = 80;
const POINTER_SIZE = 8;

/** The sizes that ggml chooses for its hash tables (ggml.c, `ggml_hash_size`). */
const PRIMES = [
  2, 3, 5, 11, 17, 37, 67, 131, 257, 521, 1031, 2053, 4099, 8209, 16411, 32771, 65537, 131101, 262147, 524309,
  1048583, 2097169, 4194319, 8388617,
];

export const F32 = typeNamed('F32');
export const F16 = typeNamed('F16');

/** A tensor of these dimensions, the contiguous one first. */
export function tensorSize({ bytes, elements }: TensorType, row: number, ...rows: readonly number[]): number {
  return rows.reduce((size, count) => size * count, Math.floor((bytes * row) / elements));
}

/** What a graph of so many nodes takes beside its tensors (ggml.c, `ggml_graph_nbytes`). */
export function graphOverhead(nodes: number): number {
  const slots = PRIMES.find((prime) => prime >= nodes * 2) ?? (nodes * 2) | 1;
  const lists = 3 * nodes * POINTER_SIZE;
  const bitset = Math.ceil(slots / 32) * 4;
  return OBJECT_SIZE + padded(GRAPH_SIZE + lists + slots * POINTER_SIZE + bitset, 16);
}

/** @param alignment a power of two */
export function padded(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}

/** @throws RangeError where there is none of that name */
export function typeNamed(name: string): TensorType {
  const type = Object.values(TENSOR_TYPES).find(({ dtype }) => dtype === name);
  if (type === undefined) throw new RangeError(`ggml has no type ${name}`);
  return type;
}
