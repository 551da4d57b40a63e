/** A model's tensors by the layer that they are in. */
import type { GgufTensor } from '../formats/gguf.ts';

/** Tensors of one block, or one that is in none. */
export type TensorGroup = readonly GgufTensor[];

export interface ModelTensors {
  input: TensorGroup;
  /** In the file's order. */
  groups: readonly TensorGroup[];
  /** The block with the highest number. */
  lastBlock: TensorGroup;
  output: TensorGroup;
}

const INPUT = /^(?:position_|token_)/;
const OUTPUT = /^(?:cls\.|output\.|output_|rope_factors_)/;

/** @throws RangeError where the type of one is not known */
export function modelTensors(tensors: readonly GgufTensor[]): ModelTensors {
  checkTypes(tensors);
  const input = tensors.filter(({ name }) => INPUT.test(name));
  const output = tensors.filter(({ name }) => OUTPUT.test(name));
  const middle = tensors.filter(({ name }) => !INPUT.test(name) && !OUTPUT.test(name));
  const groups = Map.groupBy(middle, ({ name }) => /^blk\.\d+/.exec(name)?.[0] ?? name);
  const last = [...groups.keys()]
    .filter((name) => name.startsWith('blk.'))
    .toSorted(byNumber)
    .at(-1);
  return {
    input,
    groups: [...groups.values()],
    lastBlock: (last === undefined ? undefined : groups.get(last)) ?? [],
    output,
  };
}

/** @throws RangeError where the type of one is not known */
export function checkTypes(tensors: readonly GgufTensor[]): void {
  const unknown = tensors.find(({ size }) => size === undefined);
  if (unknown !== undefined) {
    throw new RangeError(`it has tensors of ${unknown.dtype}, whose size is not known`);
  }
}

/** Bytes. */
export function bytesOf(tensors: Iterable<GgufTensor>): number {
  let sum = 0;
  for (const { size = 0 } of tensors) sum += size;
  return sum;
}

/** The dimension that is last in the file: of a matrix how many numbers it makes of those that it is given. */
export function rowsOf({ shape }: GgufTensor): number {
  return shape[0] ?? 0;
}

/** The dimension that is contiguous in memory. */
export function columnsOf({ shape }: GgufTensor): number {
  return shape.at(-1) ?? 0;
}

function byNumber(a: string, b: string): number {
  return Number(a.slice(4)) - Number(b.slice(4));
}
