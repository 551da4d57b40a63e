/** What GGUF files are, wherever they are, by their headers: a few ranges of each file. */
import pLimit from 'p-limit';

import { readWhole, type GgufFile } from '../formats/gguf-files.ts';
import { describeGguf, type GgufModel } from '../formats/gguf-model.ts';
import { groupShards, type GgufFiles } from '../formats/gguf-shards.ts';

export interface ReadModels {
  /** In the order of their first files. */
  models: readonly GgufModel[];
  /** Why others are none, in words that begin with their paths. */
  broken: readonly string[];
}

const MODELS_AT_ONCE = 4;

/** What is wrong with a file is in the result. @throws what reading throws */
export async function readModels(files: readonly GgufFile[]): Promise<ReadModels> {
  const turn = pLimit(MODELS_AT_ONCE);
  const read = await Promise.all(groupShards(files).map((group) => turn(() => readModel(group))));
  return {
    models: read.filter((one) => typeof one !== 'string'),
    broken: read.filter((one) => typeof one === 'string'),
  };
}

async function readModel(group: GgufFiles<GgufFile>): Promise<GgufModel | string> {
  try {
    return describeGguf(await readWhole(group));
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
