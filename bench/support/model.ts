/** The model that is published: files of bf16-like weights, made from seeds, and the small files beside them. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { bf16Like } from '../../__tests__/support/bf16.ts';

export const MIB = 2 ** 20;

/** A file of weights; gzip leaves about 79 % of it, where real ones leave 78. */
export interface Weights {
  path: string;
  /** Bytes. */
  size: number;
  seed: number;
}

/**
 * 2 GiB, as the figures have it: 1.9 GiB and 96 MiB, which get layers of their own, and small files in a third.
 * @param scale of the weights, to try a bench out with less
 */
export function benchWeights(scale = 1): Weights[] {
  return [
    { path: 'model-00001-of-00002.safetensors', size: Math.round(1945 * scale) * MIB, seed: 1 },
    { path: 'model-00002-of-00002.safetensors', size: Math.max(32, Math.round(96 * scale)) * MIB, seed: 2 },
  ];
}

const VOCABULARY = Object.fromEntries(Array.from({ length: 4096 }, (_, id) => [`token-${id}`, id]));

/** Path and text. */
export const SMALL_FILES: Readonly<Record<string, string>> = {
  'README.md': '---\nlicense: mit\n---\n\n# A model to measure with\n',
  'config.json': `${JSON.stringify({ model_type: 'bench', torch_dtype: 'bfloat16' }, null, 2)}\n`,
  'generation_config.json': '{ "max_length": 20 }\n',
  'tokenizer.json': `${JSON.stringify(VOCABULARY)}\n`,
};

/** Writes texts into a folder, their time stamps at the epoch so that BuildKit's layers repeat. */
export async function writeTexts(folder: string, texts = SMALL_FILES): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text);
    await utimes(full, 0, 0);
  }
}

/** Writes weights into a folder, likewise: the same bytes that the Hub's stand-in makes of the same seed. */
export async function writeWeights(folder: string, weights: readonly Weights[]): Promise<void> {
  for (const { path, size, seed } of weights) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    const file = createWriteStream(full);
    const read = bf16Like(seed);
    for (let at = 0; at < size; at += MIB) {
      // A copy, since the next call changes the bytes.
      const block = Buffer.from(read(at, Math.min(MIB, size - at)));
      if (!file.write(block)) await once(file, 'drain');
    }
    file.end();
    await finished(file);
    await utimes(full, 0, 0);
  }
}
