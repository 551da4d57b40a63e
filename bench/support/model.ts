/** The model that is published: files of bf16-like weights, made from a seed, and the small files beside them. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';

export const MIB = 2 ** 20;

/** Weights are made in blocks of this many bytes, each from the seed and its number alone. */
export const BLOCK_BYTES = MIB;

/** Sizes in bytes. */
export interface BenchModel {
  large: number;
  medium: number;
}

/** 2 GiB, as the figures have it: 1.9 GiB and 96 MiB in layers of their own, small files in a third. */
export const TWO_GIB: BenchModel = { large: Math.floor(1.9 * 1024) * MIB, medium: 96 * MIB };

export const SMALL_FILES: Readonly<Record<string, string>> = {
  'README.md': '---\nlicense: mit\n---\n\n# A model to measure with\n',
  'config.json': `${JSON.stringify({ model_type: 'bench', torch_dtype: 'bfloat16' }, null, 2)}\n`,
  'generation_config.json': '{"max_length": 20}\n',
  'tokenizer.json': `${JSON.stringify(Object.fromEntries(Array.from({ length: 4096 }, (_, id) => [`token-${id}`, id])))}\n`,
};

/** Writes the model into a folder, every time stamp at the epoch so that BuildKit's layers repeat. */
export async function writeModel(folder: string, sizes: BenchModel = TWO_GIB): Promise<void> {
  await writeWeights(join(folder, 'model-00001-of-00002.safetensors'), sizes.large, 1);
  await writeWeights(join(folder, 'model-00002-of-00002.safetensors'), sizes.medium, 2);
  for (const [path, text] of Object.entries(SMALL_FILES)) await writeText(join(folder, path), text);
}

/** Writes a small file as `writeModel` does. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await utimes(path, 0, 0);
}

async function writeWeights(path: string, size: number, seed: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  for (let at = 0, block = 0; at < size; at += BLOCK_BYTES, block++) {
    const bytes = new Uint8Array(BLOCK_BYTES);
    fillWeights(bytes, seed, block);
    if (!file.write(bytes.subarray(0, Math.min(BLOCK_BYTES, size - at)))) {
      await once(file, 'drain');
    }
  }
  file.end();
  await finished(file);
  await utimes(path, 0, 0);
}

/**
 * Fills a block with bf16 numbers of a normal distribution, as the weights of a trained model nearly are: the
 * exponents compress, the mantissas do not, and gzip leaves 79 % of it, where real weights leave 78.
 */
export function fillWeights(block: Uint8Array<ArrayBuffer>, seed: number, number: number): void {
  const values = new Uint16Array(block.buffer, block.byteOffset, block.byteLength / 2);
  const quantiles = normalQuantiles();
  // sfc32, chosen for speed; its first outputs after seeding are thrown away.
  let a = seed | 0;
  let b = number | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  for (let at = -16; at < values.length; at += 2) {
    const random = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + random) | 0;
    if (at < 0) continue;
    values[at] = quantiles[random & 0xffff] ?? 0;
    values[at + 1] = quantiles[random >>> 16] ?? 0;
  }
}

let quantileTable: Uint16Array | undefined;

/** The 65,536 quantiles of a normal distribution of deviation 0.02, as bf16. */
function normalQuantiles(): Uint16Array {
  if (quantileTable !== undefined) return quantileTable;
  const floats = new Float32Array(65_536);
  for (let index = 0; index < floats.length; index++) {
    floats[index] = 0.02 * normalQuantile((index + 0.5) / floats.length);
  }
  const bits = new Uint32Array(floats.buffer);
  quantileTable = Uint16Array.from(bits, (word) => word >>> 16);
  return quantileTable;
}

/** Inverse of the normal distribution, by Shore (1982): off by at most 0.03 between the percentiles 0.2 and 99.8. */
function normalQuantile(p: number): number {
  const tail = Math.min(p, 1 - p);
  const value = 5.5556 * (1 - (tail / (1 - tail)) ** 0.1186);
  return p < 0.5 ? -value : value;
}
