/**
 * A model in several files: `name-00001-of-00003.gguf` and so on, of which the first has the metadata.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#gguf-naming-convention
 */
import type { Gguf, GgufTensor, GgufValue } from './gguf.ts';

/** The files of one model, the first shard first; a file that is no shard is alone. */
export interface GgufFiles<File> {
  files: readonly [File, ...File[]];
  /** Paths of shards that are not among the files. */
  missing: readonly string[];
}

/** A model's header: the metadata of its first file, the tensors of all. */
export interface WholeGguf {
  /** Of its first file. */
  path: string;
  /** How many files it has. */
  files: number;
  metadata: ReadonlyMap<string, GgufValue>;
  architecture?: string;
  /** As in `Q4_K_M`. */
  quantization?: string;
  tensors: readonly GgufTensor[];
  /** Bytes of all files. */
  size: number;
  /** Bytes of them that are tensors, with the padding between them. */
  dataSize: number;
}

interface ShardName {
  prefix: string;
  /** From 1. */
  number: number;
  count: number;
}

/** Shards of one model that are missed by name; of more only the number matters. */
const MOST_MISSING = 1000;

function shardName(path: string): ShardName | undefined {
  const [, prefix, number, count] = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(path) ?? [];
  if (prefix === undefined || Number(number) < 1 || Number(number) > Number(count)) return undefined;
  return { prefix, number: Number(number), count: Number(count) };
}

export function isGguf({ path }: { path: string }): boolean {
  return /\.gguf$/i.test(path);
}

/** The GGUF files among some, by models, in the order of their first files. */
export function groupShards<File extends { path: string }>(files: readonly File[]): GgufFiles<File>[] {
  const groups = new Map<string, { file: File; shard: ShardName | undefined }[]>();
  for (const file of files.filter(isGguf)) {
    const shard = shardName(file.path);
    const key = shard === undefined ? file.path : `${shard.prefix}/${shard.count}`;
    groups.set(key, [...(groups.get(key) ?? []), { file, shard }]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => (a.shard?.number ?? 1) - (b.shard?.number ?? 1));
    const [first, ...rest] = sorted.map(({ file }) => file);
    if (first === undefined) return [];
    return [{ files: [first, ...rest] as const, missing: missingShards(sorted.map(({ shard }) => shard)) }];
  });
}

function missingShards(shards: readonly (ShardName | undefined)[]): string[] {
  const [first] = shards;
  if (first === undefined) return [];
  const there = new Set(shards.map((shard) => shard?.number));
  const missing: string[] = [];
  for (let number = 1; number <= first.count && missing.length < MOST_MISSING; number++) {
    if (!there.has(number))
      missing.push(`${first.prefix}-${fiveDigits(number)}-of-${fiveDigits(first.count)}.gguf`);
  }
  return missing;
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}

export interface Shard {
  path: string;
  /** Bytes. */
  size: number;
  gguf: Gguf;
}

/** @throws RangeError where they are not the shards of one model, in order. */
export function joinShards(shards: readonly [Shard, ...Shard[]]): WholeGguf {
  const [{ path, gguf: first }] = shards;
  if (shards.length > 1) checkSplit(shards);
  const { metadata, architecture, quantization } = first;
  return {
    path,
    files: shards.length,
    metadata,
    ...(architecture === undefined ? {} : { architecture }),
    ...(quantization === undefined ? {} : { quantization }),
    tensors: shards.flatMap(({ gguf }) => gguf.tensors),
    size: shards.reduce((sum, { size }) => sum + size, 0),
    dataSize: shards.reduce((sum, { size, gguf }) => sum + Math.max(0, size - gguf.dataOffset), 0),
  };
}

/** What llama.cpp's `gguf-split` writes into each shard, and what its loader asks of them. */
function checkSplit(shards: readonly Shard[]): void {
  const names = new Set<string>();
  for (const [at, { path, gguf }] of shards.entries()) {
    const [number, count] = [gguf.metadata.get('split.no'), gguf.metadata.get('split.count')];
    if (number !== at || count !== shards.length) {
      throw new RangeError(
        `${path} says that it is shard ${said(number, 1)} of ${said(count)}, its name ${at + 1} of ${shards.length}`,
      );
    }
    for (const { name } of gguf.tensors) {
      if (names.has(name)) {
        throw new RangeError(`${path} has a tensor of another shard, too: they are not of one model`);
      }
      names.add(name);
    }
  }
  const said0 = shards[0]?.gguf.metadata.get('split.tensors.count');
  if (said0 !== names.size) {
    throw new RangeError(`its shards have ${names.size} tensors, the first says ${said(said0)}`);
  }
}

function said(value: GgufValue | undefined, from = 0): string {
  return typeof value === 'number' ? String(value + from) : 'nothing';
}
