/** The GGUF models among the files of a source, by their headers: a few ranges of each file. */
import pLimit from 'p-limit';

import type { FileRanges } from '../formats/file-ranges.ts';
import { readGguf } from '../formats/gguf.ts';
import { describeGguf, type GgufModel } from '../formats/gguf-model.ts';
import { groupShards, joinShards, type GgufFiles, type Shard } from '../formats/gguf-shards.ts';
import type { Source, SourceFile } from '../hub/source.ts';

export interface ReadModels {
  /** In the order of their first files. */
  models: readonly GgufModel[];
  /** Why others are none, in words that begin with their paths. */
  broken: readonly string[];
}

const FILES_AT_ONCE = 8;

/** What is wrong with a file is in the result. @throws what `source.read` throws */
export async function readModels(
  source: Source,
  files: readonly SourceFile[],
  signal: AbortSignal,
): Promise<ReadModels> {
  const turn = pLimit(FILES_AT_ONCE);
  const shard = (file: SourceFile): Promise<Shard> =>
    turn(() => readShard(file, rangesOf(file, source, signal)));
  const read = await Promise.all(groupShards(files).map((group) => readModel(group, shard)));
  return {
    models: read.filter((one) => typeof one !== 'string'),
    broken: read.filter((one) => typeof one === 'string'),
  };
}

function rangesOf(file: SourceFile, source: Source, signal: AbortSignal): FileRanges {
  return {
    size: file.size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      await source.read(file, offset, bytes, signal);
      return bytes;
    },
  };
}

/** @throws RangeError that begins with its path */
async function readShard({ path, size }: SourceFile, ranges: FileRanges): Promise<Shard> {
  try {
    return { path, size, gguf: await readGguf(ranges) };
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`${path}: ${error.message}`) : error;
  }
}

async function readModel(
  { files: [first, ...others], missing }: GgufFiles<SourceFile>,
  shard: (file: SourceFile) => Promise<Shard>,
): Promise<GgufModel | string> {
  const [absent] = missing;
  if (absent !== undefined) {
    const more = missing.length === 1 ? '' : `, nor are ${missing.length - 1} more shards`;
    return `${first.path}: its shard ${absent} is not among the files${more}`;
  }
  try {
    return describeGguf(joinShards([await shard(first), ...(await Promise.all(others.map(shard)))]));
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
