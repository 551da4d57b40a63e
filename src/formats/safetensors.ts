/**
 * The header of a safetensors file: its length (8 bytes, little-endian), then JSON that names each tensor with type,
 * shape and its place in the bytes that follow. Files come from anybody: what does not fit together is refused.
 * @see https://github.com/huggingface/safetensors#format
 */
import type { FileRanges } from './file-ranges.ts';

export interface Tensor {
  name: string;
  /** As the format calls it: `F32`, `BF16`, `I64` … */
  dtype: string;
  /** Empty for a single number. */
  shape: readonly number[];
  /** Bytes that it takes. */
  size: number;
}

export interface Safetensors {
  /** In the order of their bytes. */
  tensors: readonly Tensor[];
  /** What the file's writer noted, such as `format: pt`. */
  metadata: Readonly<Record<string, string>>;
}

/** The most that a header may take, in bytes: that of 100,000 tensors stays below. */
export const MAX_HEADER_SIZE = 25_000_000;

const LENGTH_SIZE = 8;

/** Bits of one element. Of a type that is not listed here, the size is not checked. */
const BITS: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

/** @throws RangeError saying what is wrong with the file, and what `file.read` throws. */
export async function readSafetensors(file: FileRanges): Promise<Safetensors> {
  const { size } = file;
  if (size < LENGTH_SIZE) throw new RangeError(`${size} bytes are too few for a safetensors file`);
  const length = lengthOf(await file.read(0, LENGTH_SIZE));
  if (length > MAX_HEADER_SIZE) {
    throw new RangeError(`its header is said to have ${length} bytes, over the limit of ${MAX_HEADER_SIZE}`);
  }
  if (LENGTH_SIZE + length > size) {
    throw new RangeError(`its header is said to have ${length} bytes, the file has ${size}`);
  }
  const header = parseHeader(await file.read(LENGTH_SIZE, length));
  const { __metadata__: metadata, ...described } = header;
  const tensors = Object.entries(described).map(([name, value]) => placedTensor(name, value));
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces(tensors, size - LENGTH_SIZE - length);
  return {
    tensors: tensors.map(({ name, dtype, shape, begin, end }) => ({ name, dtype, shape, size: end - begin })),
    metadata: textsOf(metadata),
  };
}

/** How many numbers a tensor holds. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function lengthOf(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_SIZE).getBigUint64(0, true));
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new RangeError('its header is not JSON', { cause });
  }
  if (!isObject(header)) throw new RangeError('its header is no JSON object');
  return header;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface PlacedTensor extends Omit<Tensor, 'size'> {
  begin: number;
  end: number;
}

function placedTensor(name: string, value: unknown): PlacedTensor {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2) {
    throw new RangeError(`its header does not say type, shape and place of ${quoted(name)}`);
  }
  const [begin = 0, end = 0] = offsets;
  const elements = elementsOf(shape);
  const bits = Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined;
  if (!Number.isSafeInteger(elements) || (bits !== undefined && (end - begin) * 8 !== elements * bits)) {
    throw new RangeError(`its header gives ${quoted(name)} a place that is not of its type and shape`);
  }
  return { name, dtype, shape, begin, end };
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && number >= 0);
}

/** Tensors lie one after the other and fill the file (format, "Notes": no holes, no overlaps). */
function checkPlaces(tensors: readonly PlacedTensor[], size: number): void {
  let at = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== at || end < begin) {
      throw new RangeError(
        `${quoted(name)} leaves a gap or overlaps at ${at} of its ${size} bytes of tensors`,
      );
    }
    at = end;
  }
  if (at !== size) throw new RangeError(`its tensors take ${at} bytes, the file has ${size} for them`);
}

function textsOf(metadata: unknown = {}): Record<string, string> {
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new RangeError('its header has metadata that are not texts');
  }
  return metadata as Record<string, string>;
}

/** Names may be as long as the header. */
function quoted(name: string): string {
  return JSON.stringify(name.length <= 100 ? name : `${name.slice(0, 99)}…`);
}
