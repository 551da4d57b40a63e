/** GGUF headers as anybody may write them, and files of them whose tensors take no disk. */
import { open } from 'node:fs/promises';

import { readGguf } from '../../src/formats/gguf.ts';
import { joinShards, type WholeGguf } from '../../src/formats/gguf-shards.ts';
import { TENSOR_TYPES, type TensorType } from '../../src/formats/gguf-types.ts';

export type GgufMade = Readonly<Record<string, MadeValue>>;
/** Whole numbers are written as uint32, others as float32; arrays are of their first element's type. */
export type MadeValue = number | bigint | boolean | string | readonly MadeValue[] | MadeScalar;
/** Bytes written as they are, behind their type's number. */
export interface MadeScalar {
  type: number;
  bytes: Uint8Array;
}

export interface MadeTensor {
  name: string;
  /** `F32`, `Q8_0` … */
  type: string;
  /** As in the file: the dimension that is contiguous in memory first. */
  shape: readonly number[];
}

const ALIGNMENT = 32;

/** A header, and how many bytes of tensors follow it. */
export interface MadeGguf {
  header: Buffer<ArrayBuffer>;
  dataSize: number;
}

export function ggufHeader(metadata: GgufMade, tensors: readonly MadeTensor[] = []): MadeGguf {
  const parts = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), typed(value));
  let dataSize = 0;
  for (const { name, type, shape } of tensors) {
    const [id, ggml] = typeNamed(type);
    parts.push(text(name), u32(shape.length), ...shape.map(u64), u32(id), u64(dataSize));
    const elements = shape.reduce((product, side) => product * side, 1);
    dataSize = padded(dataSize + (elements / ggml.elements) * ggml.bytes);
  }
  const header = Buffer.concat(parts);
  return { header: Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length)]), dataSize };
}

/** Writes a file of that header; its tensors are a hole in it. */
export async function writeGguf(
  path: string,
  metadata: GgufMade,
  tensors: readonly MadeTensor[],
): Promise<void> {
  const { header, dataSize } = ggufHeader(metadata, tensors);
  const file = await open(path, 'w');
  try {
    await file.write(header);
    await file.truncate(header.length + dataSize);
  } finally {
    await file.close();
  }
}

/** The header of a file of this machine. */
export async function openGguf(path: string): Promise<WholeGguf> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const target = new Uint8Array(length);
      await file.read(target, 0, length, offset);
      return target;
    };
    return joinShards([{ path, size, gguf: await readGguf({ size, read }) }]);
  } finally {
    await file.close();
  }
}

function typed(value: MadeValue): Buffer {
  return Buffer.concat([u32(typeOf(value)), written(value)]);
}

function typeOf(value: MadeValue): number {
  if (typeof value === 'boolean') return 7;
  if (typeof value === 'bigint') return 10;
  if (typeof value === 'number') return Number.isInteger(value) ? 4 : 6;
  if (typeof value === 'string') return 8;
  return 'bytes' in value ? value.type : 9;
}

function written(value: MadeValue): Buffer {
  if (typeof value === 'boolean') return Buffer.from([Number(value)]);
  if (typeof value === 'bigint') return u64(value);
  if (typeof value === 'number') return Number.isInteger(value) ? u32(value) : f32(value);
  if (typeof value === 'string') return text(value);
  if ('bytes' in value) return Buffer.from(value.bytes);
  const [first = 0] = value;
  // Vocabularies are long, and made in one piece.
  const elements = typeof first === 'string' ? texts(value.map(String)) : Buffer.concat(value.map(written));
  return Buffer.concat([u32(typeOf(first)), u64(value.length), elements]);
}

function texts(values: readonly string[]): Buffer {
  const bytes = Buffer.alloc(values.reduce((sum, value) => sum + 8 + Buffer.byteLength(value), 0));
  let at = 0;
  for (const value of values) {
    const length = bytes.write(value, at + 8);
    bytes.writeUInt32LE(length, at);
    at += 8 + length;
  }
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

function typeNamed(name: string): [id: number, type: TensorType] {
  const found = Object.entries(TENSOR_TYPES).find(([, { dtype }]) => dtype === name);
  if (found === undefined) throw new Error(`no type ${name}`);
  return [Number(found[0]), found[1]];
}
