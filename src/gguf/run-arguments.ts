/** What llama.cpp's server is started with for an image. */
import { readWhole } from '../formats/gguf-files.ts';
import { describeGguf, type GgufModel } from '../formats/gguf-model.ts';
import { groupShards } from '../formats/gguf-shards.ts';
import { UserError } from '../errors.ts';
import { ggufCommand } from './command.ts';
import type { GgufPlace } from './choose.ts';

export interface RunImage {
  cmd: readonly string[];
  paths: ReadonlySet<string>;
}

/** Options of llama.cpp that name the model. */
const MODEL_OPTIONS = new Set(['-m', '--model']);

/**
 * The image's own arguments, or those that its files ask for, with files named by where they are.
 * @param place its GGUF files
 * @param image what it is run with, and the paths of all its files
 * @param locate gives a file of the image a path on the machine, or in the container, that runs it
 * @throws UserError where a file is broken, or it is not plain which one is the model
 */
export async function serverArguments(
  place: GgufPlace,
  { cmd, paths }: RunImage,
  locate: (path: string) => string,
): Promise<string[]> {
  const isComplete = cmd.some((word) => MODEL_OPTIONS.has(word));
  const words = isComplete ? cmd : ggufCommand(cmd, await modelsOf(place), paths);
  return words.map((word) => {
    const path = word.replace(/^\.?\//, '');
    return paths.has(path) ? locate(path) : word;
  });
}

async function modelsOf({ name, files }: GgufPlace): Promise<GgufModel[]> {
  try {
    return await Promise.all(groupShards(files).map(async (group) => describeGguf(await readWhole(group))));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`A GGUF file of ${name} cannot be read: ${error.message}.`, { cause: error });
  }
}
