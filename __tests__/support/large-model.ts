/** A model of two large files, which have layers of their own, and some small ones, made from seeds. */
import { generatedFile, memoryFile, shaOf, type StandInFile, type StandInModel } from './hub-models.ts';

/** Just enough for a layer of its own. */
export const LARGE = 32 * 1024 * 1024;

export interface LargeModelOptions {
  name: string;
  /** Of the two large files. */
  seeds?: readonly [number, number];
  /** Content of config.json. */
  config?: string;
}

export async function largeModel({
  name,
  seeds = [1, 2],
  config = '{}',
}: LargeModelOptions): Promise<StandInModel> {
  const files = [
    await weights('one.safetensors', seeds[0]),
    await weights('two.safetensors', seeds[1]),
    await memoryFile('config.json', config),
    await memoryFile('README.md', `# ${name}\n`),
  ];
  return { name, sha: shaOf(files), files };
}

const made = new Map<string, Promise<StandInFile>>();

/** Hashing takes a while, and the same file is in many models. */
async function weights(path: string, seed: number): Promise<StandInFile> {
  const key = `${path} ${seed}`;
  const file = made.get(key) ?? generatedFile({ path, size: LARGE + seed, seed });
  made.set(key, file);
  return file;
}
