/** What the configs of artifacts say of a model's weights. */
import { expect, test } from '@jest/globals';

import { readFacts, type WeightFacts } from '../../src/publish/model-facts.ts';
import { ggufBytes, SHARDS } from '../support/gguf-files.ts';
import { safetensorsBytes } from '../support/safetensors.ts';
import { filesOf, memorySource } from '../support/stream-fakes.ts';

let notes: string[] = [];

async function facts(content: Record<string, Uint8Array>): Promise<WeightFacts> {
  notes = [];
  const { signal } = new AbortController();
  const note = (line: string): void => void notes.push(line);
  return readFacts(filesOf(content), { source: memorySource(content), note, signal });
}

const tensor = (dtype: string, shape: number[], size: number) => ({ dtype, shape, data_offsets: [0, size] });

test('of safetensors: the tensors of all parts', async () => {
  const one = safetensorsBytes({ __metadata__: { format: 'pt' }, a: tensor('BF16', [3, 5], 30) }, 30);
  const two = safetensorsBytes({ b: tensor('BF16', [7], 14) }, 14);
  expect(await facts({ 'm-00001-of-00002.safetensors': one, 'm-00002-of-00002.safetensors': two })).toEqual({
    format: 'safetensors',
    parameters: 22,
    dtype: 'BF16',
    metadata: { format: 'pt' },
  });
  expect(await facts({ 'a.safetensors': one, 'b.safetensors': two })).toEqual({
    format: 'safetensors',
    metadata: {},
  });
});

test('of GGUF: what the header says, without its lists', async () => {
  const { metadata, ...said } = await facts(
    Object.fromEntries(SHARDS.map((path) => [path, ggufBytes(path)])),
  );
  expect(said).toMatchObject({ format: 'gguf', architecture: 'qwen2', quantization: 'Q8_0' });
  expect(metadata).toMatchObject({ 'general.architecture': 'qwen2' });
  expect(Object.keys(metadata).filter((key) => key.endsWith('.tokens'))).toEqual([]);
});

test('metadata too long for a config are left out', async () => {
  const long = 'x'.repeat(2 ** 20);
  const one = safetensorsBytes(
    { __metadata__: { ss_tags: long, format: 'pt' }, a: tensor('F32', [1], 4) },
    4,
  );
  expect((await facts({ 'm.safetensors': one })).metadata).toEqual({ format: 'pt' });
});

test('headers of many parts are read a few at a time', async () => {
  const part = safetensorsBytes({ a: tensor('F32', [1], 4) }, 4);
  const names = Array.from(
    { length: 50 },
    (_, at) => `m-${String(at + 1).padStart(5, '0')}-of-00050.safetensors`,
  );
  const content = Object.fromEntries(names.map((name) => [name, part]));
  let [open, most] = [0, 0];
  const source = memorySource(content, async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise(setImmediate);
    open -= 1;
  });
  const { signal } = new AbortController();
  const { parameters } = await readFacts(filesOf(content), { source, note: () => undefined, signal });
  expect(parameters).toBe(50);
  expect(most).toBeLessThan(9);
});

test('a header that cannot be read is said, and the model is published all the same', async () => {
  expect(await facts({ 'm.safetensors': new Uint8Array(9) })).toEqual({
    format: 'safetensors',
    metadata: {},
  });
  expect(notes).toEqual([expect.stringMatching(/^m\.safetensors: /)]);
});

test('of other weights: their format, by the most bytes', async () => {
  expect(await facts({ 'a.onnx': new Uint8Array(2), 'b.bin': new Uint8Array(3) })).toEqual({
    format: 'pt',
    metadata: {},
  });
  expect(await facts({ 'config.json': new Uint8Array(2) })).toEqual({ metadata: {} });
});
