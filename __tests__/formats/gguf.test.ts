import { describe, expect, test } from '@jest/globals';

import type { FileRanges } from '../../src/formats/file-ranges.ts';
import { readGguf } from '../../src/formats/gguf.ts';
import { ggufHeader, u32, u64, type GgufMade, type MadeTensor } from '../support/gguf.ts';

const METADATA: GgufMade = {
  'general.architecture': 'llama',
  'llama.context_length': 8192,
  'llama.rope.freq_base': 10_000.5,
  'llama.attention.head_count_kv': [8, 8, 0],
  'general.finetuned': false,
  'general.tags': ['text', 'chat 🤗'],
};
const TENSORS: MadeTensor[] = [
  { name: 'token_embd.weight', type: 'Q8_0', shape: [64, 100] },
  { name: 'blk.0.attn_norm.weight', type: 'F32', shape: [63] },
  { name: 'output.weight', type: 'F16', shape: [64, 100] },
];

/** A file of these bytes, and of so many more that hold tensors. */
function fileOf(bytes: Uint8Array, rest = 0): FileRanges & { reads: number } {
  const file = {
    size: bytes.length + rest,
    reads: 0,
    read: async (offset: number, length: number) => {
      file.reads += 1;
      const target = new Uint8Array(length);
      target.set(bytes.subarray(offset, offset + length));
      return target;
    },
  };
  return file;
}

function fileWith(metadata: GgufMade, tensors: MadeTensor[] = []): FileRanges & { reads: number } {
  const { header, dataSize } = ggufHeader(metadata, tensors);
  return fileOf(header, dataSize);
}

const head = (tensors: number | bigint, values: number | bigint): Buffer[] => [
  Buffer.from('GGUF'),
  u32(3),
  u64(tensors),
  u64(values),
];

describe('a GGUF header', () => {
  test('gives metadata and tensors', async () => {
    const { version, metadata, tensors, dataOffset } = await readGguf(fileWith(METADATA, TENSORS));
    expect(version).toBe(3);
    expect(Object.fromEntries(metadata)).toEqual({
      ...METADATA,
      'llama.attention.head_count_kv': { type: 'uint32', length: 3, values: [8, 8, 0] },
      'general.tags': { type: 'string', length: 2 },
    });
    expect(tensors).toEqual([
      { name: 'token_embd.weight', dtype: 'Q8_0', shape: [100, 64], offset: 0, size: 6800 },
      { name: 'blk.0.attn_norm.weight', dtype: 'F32', shape: [63], offset: 6816, size: 252 },
      { name: 'output.weight', dtype: 'F16', shape: [100, 64], offset: 7072, size: 12_800 },
    ]);
    expect(dataOffset % 32).toBe(0);
  });

  test('counts a vocabulary and does not keep it, in few ranges', async () => {
    const tokens = Array.from({ length: 150_000 }, (_, n) => `token ${n}`);
    const file = fileWith(
      { 'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.scores': tokens.map(() => 0.5) },
      TENSORS,
    );
    const { metadata, tensors } = await readGguf(file);
    expect(metadata.get('tokenizer.ggml.tokens')).toMatchObject({ length: 150_000 });
    expect(metadata.get('tokenizer.ggml.scores')).toMatchObject({ length: 150_000 });
    expect(tensors).toHaveLength(3);
    expect(file.reads).toBeLessThan(8);
  });

  test('keeps what it does not know as such', async () => {
    const { header, dataSize } = ggufHeader({}, TENSORS);
    header.writeUInt32LE(77, header.indexOf('blk.0') + 'blk.0.attn_norm.weight'.length + 4 + 8);
    const { tensors } = await readGguf(fileOf(header, dataSize));
    expect(tensors[1]).toEqual({
      name: 'blk.0.attn_norm.weight',
      dtype: 'type 77',
      shape: [63],
      offset: 6816,
      size: undefined,
    });
  });

  const HUGE = 2n ** 60n;
  const whole = ggufHeader(METADATA, TENSORS);
  test.each<[string, FileRanges, RegExp]>([
    ['of nothing', fileOf(Buffer.from('GGUF')), /takes 4 bytes, the file has 0 more/],
    ['of another format', fileOf(Buffer.alloc(100)), /does not begin with "GGUF"/],
    [
      'of another version',
      fileOf(Buffer.concat([Buffer.from('GGUF'), u32(9), Buffer.alloc(16)])),
      /version 9/,
    ],
    ['that ends early', fileOf(whole.header.subarray(0, 100)), /the file has/],
    ['without the tensors’ bytes', fileOf(whole.header), /said to end at 6800 of the 0 bytes/],
    ['of 2^60 tensors', fileOf(Buffer.concat([...head(HUGE, 0), Buffer.alloc(100)])), /number/],
    ['of 2^60 values', fileOf(Buffer.concat([...head(0, HUGE), Buffer.alloc(100)])), /number/],
    [
      'of a key of 2^60 bytes',
      fileOf(Buffer.concat([...head(0, 1), u64(HUGE), Buffer.alloc(100)])),
      /number/,
    ],
    [
      'of an array of 2^60',
      fileWith({ a: { type: 9, bytes: Buffer.concat([u32(0), u64(HUGE)]) } }),
      /number/,
    ],
    ['of a value of no type', fileWith({ a: { type: 99, bytes: Buffer.alloc(8) } }), /unknown type 99/],
    ['of arrays in arrays', fileWith({ a: [[[[[1]]]]] }), /within lists/],
    ['of a side of 2^60', sideOf(HUGE), /number/],
    ['of an alignment that is none', fileWith({ 'general.alignment': 'x' }), /not a number of bytes/],
    ['of one name twice', fileWith({}, [TENSORS[0]!, TENSORS[0]!]), /twice/],
    ['of a tensor in another', overlapping(), /overlaps/],
    ['of rows of half a block', fileWith({}, [{ name: 'a', type: 'Q8_0', shape: [16, 4] }]), /whole blocks/],
  ])('%s is refused', async (_what, file, message) => {
    await expect(readGguf(file)).rejects.toThrow(message);
  });
});

function overlapping(): FileRanges {
  const { header, dataSize } = ggufHeader({}, TENSORS);
  header.writeBigUInt64LE(32n, header.indexOf('output.weight') + 'output.weight'.length + 4 + 16 + 4);
  return fileOf(header, dataSize);
}

function sideOf(length: bigint): FileRanges {
  const { header, dataSize } = ggufHeader({}, TENSORS);
  header.writeBigUInt64LE(length, header.indexOf('output.weight') + 'output.weight'.length + 4);
  return fileOf(header, dataSize);
}
