/**
 * The table that GGUF Packer's README prints for Qwen2-0.5B-Instruct of Q5_K_M with a context of 8192: RAM 89.19 MiB,
 * beside devices with memory of their own 239.19 MiB; VRAM 96.58 MiB and 1.03 GiB. It was made by an older version of
 * its library, of which docs/gguf.md tells what it reckoned otherwise.
 */
import { expect, test } from '@jest/globals';
import { join } from 'node:path';

import { estimateFiles } from '../../src/estimate/estimate.ts';
import { DEFAULT_OPTIONS } from '../../src/estimate/options.ts';
import { summarize } from '../../src/estimate/summary.ts';
import type { WholeGguf } from '../../src/formats/gguf-shards.ts';
import { ggufHeader, openGguf, writeGguf, type MadeTensor } from '../support/gguf.ts';
import { madeModel, QWEN2 } from '../support/gguf-models.ts';
import { temporaryFolder } from '../support/temporary.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Of the published file of 420,085,952 bytes, what is no tensor. */
const HEADER_SIZE = 5_948_096;
/** Logits of a batch of 512, of 151,936 each, and the last norm's results. */
const LOGITS = (151_936 + 896) * 512 * 4 - 896 * 512 * 4;

/** Rows of 896 are no multiple of 256, so that K-quants fall back to Q5_1 and Q8_0; those of 4864 are one. */
function quantized(tensor: MadeTensor): MadeTensor {
  const block = Number(/^blk\.(\d+)\./.exec(tensor.name)?.[1]);
  // llama.cpp gives the first and last eighth and every third of the others more bits.
  const isFiner = block < 3 || block >= 21 || (block - 3) % 3 === 2;
  if (tensor.name.endsWith('ffn_down.weight')) return { ...tensor, type: isFiner ? 'Q6_K' : 'Q5_K' };
  if (tensor.name.endsWith('attn_v.weight') && isFiner) return { ...tensor, type: 'Q8_0' };
  return tensor;
}

async function qwen2(folder: string): Promise<WholeGguf> {
  const { metadata, tensors } = madeModel(QWEN2);
  const path = join(folder, 'qwen2.gguf');
  const all = tensors.map(quantized);
  const short = ggufHeader({ ...metadata, 'general.description': '' }, all).header.length;
  const padding = { 'general.description': ' '.repeat(HEADER_SIZE - short) };
  await writeGguf(path, { ...metadata, ...padding }, all);
  return openGguf(path);
}

test('is met, but for the logits that llama.cpp no longer keeps on the device', async () => {
  await using folder = await temporaryFolder();
  const model = await qwen2(folder.path);
  expect(model.size).toBeCloseTo(420_085_952, -4);
  const options = { ...DEFAULT_OPTIONS, contextSize: 8192, outputs: 1 };
  const estimates = estimateFiles({ model, adapters: [] }, options);
  const { offloadLayers, ram, vrams } = summarize(estimates, true);
  const [vram] = vrams;
  expect(offloadLayers).toBe(25);
  expectWithin(ram.uma, 89.19 * MIB);
  expectWithin(ram.nonuma, 239.19 * MIB);
  expectWithin(vram!.uma, 96.58 * MIB);
  // The older version kept the logits of a batch on the device, which outgrew the graph, and those of one token.
  const { computation } = estimates.model.devices[1]!;
  expectWithin(vram!.nonuma - computation.graph + LOGITS + 151_936 * 4, 1.03 * GIB);
});

function expectWithin(ours: number, theirs: number): void {
  expect(Math.abs(ours - theirs) / theirs).toBeLessThan(0.01);
}
