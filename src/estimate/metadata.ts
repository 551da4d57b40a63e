/** Metadata of a GGUF header as the numbers that an estimate reckons with. */
import type { GgufValue } from '../formats/gguf.ts';

export type Metadata = ReadonlyMap<string, GgufValue>;

/** More than any model has of anything, and few enough that sums of products stay exact enough to compare. */
const MOST = 2 ** 31;

/** @throws RangeError where it is no whole number that a model could have */
export function naturalAt(metadata: Metadata, key: string): number | undefined {
  const value = metadata.get(key);
  return value === undefined ? undefined : natural(value, key);
}

/** A number, or the first of a list: of what llama.cpp takes to be the same in all layers. */
export function firstAt(metadata: Metadata, key: string): number | undefined {
  return naturalsAt(metadata, key)?.[0] ?? undefined;
}

/** What each layer has, or for a single number that alone. */
export function naturalsAt(metadata: Metadata, key: string): readonly number[] | undefined {
  const value = metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value !== 'object') return [natural(value, key)];
  if (value.values === undefined) throw new RangeError(`its "${key}" is a list of ${value.length}`);
  return value.values.map((each) => natural(each, key));
}

export function booleanAt(metadata: Metadata, key: string): boolean | undefined {
  const value = metadata.get(key);
  if (value === undefined || typeof value === 'boolean') return value;
  throw new RangeError(`its "${key}" is neither true nor false`);
}

export function textAt(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key);
  if (value === undefined || typeof value === 'string') return value;
  throw new RangeError(`its "${key}" is not a text`);
}

/** How long a list is. */
export function lengthAt(metadata: Metadata, key: string): number | undefined {
  const value = metadata.get(key);
  return typeof value === 'object' ? value.length : undefined;
}

function natural(value: GgufValue, key: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST) return value;
  throw new RangeError(`its "${key}" is ${typeof value === 'object' ? 'a list' : value}, which no model has`);
}
