import { describe, expect, test } from '@jest/globals';

import type { FileRanges } from '../../src/formats/file-ranges.ts';
import { elementsOf, readSafetensors } from '../../src/formats/safetensors.ts';
import { safetensorsBytes } from '../support/safetensors.ts';

interface Ranges extends FileRanges {
  /** Bytes that were read. */
  done: number;
}

/** @param size what the file is said to have, where that is not what it has */
function ranges(bytes: Uint8Array, size = bytes.length): Ranges {
  return {
    size,
    done: 0,
    async read(offset, length) {
      this.done += length;
      return bytes.subarray(offset, offset + length);
    },
  };
}

const BIAS = { dtype: 'BF16', shape: [5], data_offsets: [48, 58] };
const WEIGHT = { dtype: 'F32', shape: [3, 4], data_offsets: [0, 48] };

describe('the header of a safetensors file', () => {
  test('names its tensors in the order of their bytes, of which none is read', async () => {
    const header = { bias: BIAS, weight: WEIGHT, __metadata__: { format: 'pt' } };
    const file = ranges(safetensorsBytes(header, 58));
    await expect(readSafetensors(file)).resolves.toEqual({
      tensors: [
        { name: 'weight', dtype: 'F32', shape: [3, 4], size: 48 },
        { name: 'bias', dtype: 'BF16', shape: [5], size: 10 },
      ],
      metadata: { format: 'pt' },
    });
    expect(file.done).toBe(file.size - 58);
  });

  test.each([
    ['nothing in it', {}, 0, []],
    ['a single number', { x: { dtype: 'I64', shape: [], data_offsets: [0, 8] } }, 8, [1]],
    ['an empty tensor', { x: { dtype: 'F32', shape: [0, 7], data_offsets: [0, 0] } }, 0, [0]],
    ['halves of bytes', { x: { dtype: 'F4', shape: [6], data_offsets: [0, 3] } }, 3, [6]],
    ['a type of the future', { x: { dtype: 'F2', shape: [8], data_offsets: [0, 2] } }, 2, [8]],
    [
      'a name of an object’s own',
      JSON.parse('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}') as object,
      1,
      [1],
    ],
  ])('may have %s', async (_, header, size, elements) => {
    const { tensors } = await readSafetensors(ranges(safetensorsBytes(header, size)));
    expect(tensors.map(({ shape }) => elementsOf(shape))).toEqual(elements);
  });

  test.each([
    ['is cut off before its length', new Uint8Array(7), 'too few'],
    ['claims 100 GB', safetensorsBytes({}, 0, 100_000_000_000), 'over the limit'],
    ['claims 2^64 - 1 bytes', safetensorsBytes({}, 0, 2n ** 64n - 1n), 'over the limit'],
    ['claims more than the file has', safetensorsBytes({}, 0, 1000), 'the file has'],
    ['is not JSON', safetensorsBytes('{"a":', 0), 'not JSON'],
    ['is not UTF-8', safetensorsBytes(Buffer.from([0x7b, 0xff, 0x7d]), 0), 'not JSON'],
    ['is a list', safetensorsBytes([], 0), 'no JSON object'],
    ['has a tensor without a shape', safetensorsBytes({ a: { ...BIAS, shape: undefined } }, 58), 'say type'],
    ['has a negative shape', safetensorsBytes({ a: { ...WEIGHT, shape: [-3, -4] } }, 48), 'say type'],
    ['has a text where a tensor is', safetensorsBytes({ a: 'F32' }, 0), 'say type'],
    ['has a place that is too small', safetensorsBytes({ a: { ...WEIGHT, shape: [4, 4] } }, 48), 'place'],
    [
      'has a shape beyond all numbers',
      safetensorsBytes({ a: { ...WEIGHT, shape: [2e15, 9e15] } }, 48),
      'place',
    ],
    ['has tensors that overlap', safetensorsBytes({ a: WEIGHT, b: WEIGHT }, 48), 'overlaps'],
    ['has a gap', safetensorsBytes({ bias: BIAS }, 58), 'gap'],
    ['leaves bytes at the end', safetensorsBytes({ weight: WEIGHT }, 50), 'the file has 50'],
    ['goes beyond the file', safetensorsBytes({ weight: WEIGHT }, 40), 'the file has 40'],
    ['has metadata that are not texts', safetensorsBytes({ __metadata__: { a: 1 } }, 0), 'metadata'],
  ])('is refused where it %s', async (_, bytes, reason) => {
    await expect(readSafetensors(ranges(bytes))).rejects.toThrow(reason);
  });

  test('of 100 GB is not read, whatever the file’s size', async () => {
    const file = ranges(safetensorsBytes({}, 0, 100_000_000_000), 1e12);
    await expect(readSafetensors(file)).rejects.toThrow(RangeError);
    expect(file.done).toBe(8);
  });
});
