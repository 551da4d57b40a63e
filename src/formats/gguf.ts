/**
 * The header of a GGUF file: magic and version, counts, then keys with values, then each tensor's name, shape, type
 * and place in the aligned bytes that follow. Files come from anybody: what does not fit together is refused.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import type { FileRanges } from './file-ranges.ts';
import { GgufCursor } from './gguf-cursor.ts';
import { FILE_TYPES, TENSOR_TYPES, VALUE_TYPES, type ValueType } from './gguf-types.ts';

export interface GgufTensor {
  name: string;
  /** As ggml calls it: `F32`, `Q4_K` …; `type 99` for one that is not known here. */
  dtype: string;
  /** The slowest dimension first, as in safetensors; the file has it the other way round. */
  shape: readonly number[];
  /** Of its first byte, from the header's `dataOffset` on. */
  offset: number;
  /** Bytes; undefined where the type is not known. */
  size: number | undefined;
}

/** A vocabulary takes up most of a header: it is counted and not kept. */
export interface GgufList {
  /** Of its elements, as in `string`. */
  type: string;
  length: number;
  /** Of a list of up to 4096 numbers or booleans, such as what is different in each layer. */
  values?: readonly GgufScalar[];
}

export type GgufScalar = number | bigint | boolean;

/** Whole numbers beyond 2^53 are `bigint`. */
export type GgufValue = string | GgufScalar | GgufList;

export interface Gguf {
  version: number;
  /** In the file's order; texts over 64 KiB are cut. */
  metadata: ReadonlyMap<string, GgufValue>;
  /** In the file's order. */
  tensors: readonly GgufTensor[];
  /** `general.architecture`. */
  architecture?: string;
  /** `general.file_type` in words, as in `Q4_K_M`. */
  quantization?: string;
  /** Where the bytes of the tensors begin in the file. */
  dataOffset: number;
}

const MAGIC = 0x46554747; // "GGUF", little-endian
/** What a key or a tensor takes at least, in bytes: more than the file can hold are not begun with. */
const LEAST_KEY = 8 + 1 + 4 + 1;
const LEAST_TENSOR = 8 + 4 + 4 + 8;
const MAX_KEYS = 65_536;
const MAX_TENSORS = 131_072;
const MAX_KEY = 65_535;
const MAX_TENSOR_NAME = 1024;
const MAX_DIMENSIONS = 8;
/** Lists within lists. */
const MAX_DEPTH = 3;
const MAX_KEPT_LIST = 4096;
const DEFAULT_ALIGNMENT = 32;
const MAX_ALIGNMENT = 2 ** 20;

/** @throws RangeError saying what is wrong with the file, and what `file.read` throws. */
export async function readGguf(file: FileRanges): Promise<Gguf> {
  const cursor = new GgufCursor(file);
  const version = await readVersion(cursor);
  const tensorCount = checkedCount(await cursor.size(), 'tensors', {
    least: LEAST_TENSOR,
    most: MAX_TENSORS,
    file,
  });
  const keyCount = checkedCount(await cursor.size(), 'keys', { least: LEAST_KEY, most: MAX_KEYS, file });
  const metadata = new Map<string, GgufValue>();
  for (let n = 0; n < keyCount; n++) {
    const key = await cursor.text(MAX_KEY, 'a key');
    if (metadata.has(key)) throw new RangeError(`its header has the key ${quoted(key)} twice`);
    metadata.set(key, await readValue(cursor, await cursor.u32(), key));
  }
  const tensors: GgufTensor[] = [];
  for (let n = 0; n < tensorCount; n++) tensors.push(await readTensor(cursor));
  const dataOffset = aligned(cursor.offset, alignmentOf(metadata));
  checkPlaces(tensors, file.size - dataOffset, alignmentOf(metadata));
  const architecture = metadata.get('general.architecture');
  const fileType = metadata.get('general.file_type');
  const quantization = typeof fileType === 'number' ? FILE_TYPES[fileType] : undefined;
  return {
    version,
    metadata,
    tensors,
    ...(typeof architecture === 'string' ? { architecture } : {}),
    ...(quantization === undefined ? {} : { quantization }),
    dataOffset,
  };
}

/** Its low half is zero where the file's numbers are big-endian, which version 3 allows. */
async function readVersion(cursor: GgufCursor): Promise<number> {
  if ((await cursor.u32()) !== MAGIC) throw new RangeError('it does not begin with "GGUF"');
  let version = await cursor.u32();
  if ((version & 0xffff) === 0) {
    cursor.isLittleEndian = false;
    version = (version >>> 24) | ((version >>> 8) & 0xff00);
  }
  if (version < 1 || version > 3) throw new RangeError(`its version ${version} of GGUF is not known`);
  cursor.sizeBytes = version === 1 ? 4 : 8;
  return version;
}

function checkedCount(
  count: number,
  what: string,
  { least, most, file }: { least: number; most: number; file: FileRanges },
): number {
  if (count > most)
    throw new RangeError(`its header is said to have ${count} ${what}, over the limit of ${most}`);
  if (count * least > file.size) {
    throw new RangeError(`its header is said to have ${count} ${what}, the file has ${file.size} bytes`);
  }
  return count;
}

async function readValue(cursor: GgufCursor, typeNumber: number, key: string): Promise<GgufValue> {
  const type = valueType(typeNumber, key);
  if (type === 'array') return readList(cursor, key);
  if (type === 'string') return cursor.cutText();
  return cursor.scalar(type);
}

async function readList(cursor: GgufCursor, key: string, depth = 1): Promise<GgufList> {
  const type = valueType(await cursor.u32(), key);
  const length = await cursor.size();
  if (type === 'array') {
    if (depth === MAX_DEPTH) throw new RangeError(`${quoted(key)} has lists within lists within lists`);
    cursor.claim(length * 12, key);
    for (let n = 0; n < length; n++) await readList(cursor, key, depth + 1);
  } else if (type === 'string') {
    cursor.claim(length * cursor.sizeBytes, key);
    await cursor.skipTexts(length);
  } else {
    const bytes = length * cursor.scalarSize(type);
    cursor.claim(bytes, key);
    if (length <= MAX_KEPT_LIST) {
      const values: GgufScalar[] = [];
      for (let n = 0; n < length; n++) values.push(await cursor.scalar(type));
      return { type, length, values };
    }
    cursor.skip(bytes);
  }
  return { type, length };
}

function valueType(number: number, key: string): ValueType {
  const type = VALUE_TYPES[number];
  if (type === undefined) throw new RangeError(`${quoted(key)} has a value of the unknown type ${number}`);
  return type;
}

async function readTensor(cursor: GgufCursor): Promise<GgufTensor> {
  const name = await cursor.text(MAX_TENSOR_NAME, "a tensor's name");
  const dimensions = await cursor.u32();
  if (dimensions > MAX_DIMENSIONS)
    throw new RangeError(`${quoted(name)} is said to have ${dimensions} dimensions`);
  const shape: number[] = [];
  for (let n = 0; n < dimensions; n++) shape.unshift(await cursor.size());
  const typeNumber = await cursor.u32();
  const offset = await cursor.u64();
  const elements = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(elements)) throw new RangeError(`${quoted(name)} has an impossible shape`);
  const type = TENSOR_TYPES[typeNumber];
  if (type === undefined) return { name, dtype: `type ${typeNumber}`, shape, offset, size: undefined };
  const { dtype, elements: perBlock, bytes } = type;
  if ((shape.at(-1) ?? 0) % perBlock !== 0) {
    throw new RangeError(`${quoted(name)} has rows that are not whole blocks of ${dtype}`);
  }
  return { name, dtype, shape, offset, size: (elements / perBlock) * bytes };
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const said = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof said !== 'number' || !Number.isInteger(said) || said < 1 || said > MAX_ALIGNMENT) {
    throw new RangeError('its general.alignment is not a number of bytes');
  }
  return said;
}

function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Each once, within the file, aligned, and none above another. */
function checkPlaces(tensors: readonly GgufTensor[], room: number, alignment: number): void {
  const names = new Set<string>();
  let end = 0;
  for (const { name, offset, size = 0 } of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (names.has(name)) throw new RangeError(`its header has the tensor ${quoted(name)} twice`);
    names.add(name);
    if (offset % alignment !== 0)
      throw new RangeError(`${quoted(name)} is not aligned to ${alignment} bytes`);
    if (offset < end) throw new RangeError(`${quoted(name)} overlaps the tensor before it`);
    end = offset + size;
    if (end > room) {
      throw new RangeError(
        `${quoted(name)} is said to end at ${end} of the ${Math.max(0, room)} bytes of tensors`,
      );
    }
  }
}

/** Names may be long. */
function quoted(name: string): string {
  return JSON.stringify(name.length <= 100 ? name : `${name.slice(0, 99)}…`);
}
