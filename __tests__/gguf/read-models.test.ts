import { describe, expect, test } from '@jest/globals';

import { readModels, type ReadModels } from '../../src/gguf/read-models.ts';
import { ggufHeader, u32, u64 } from '../support/gguf.ts';
import { ggufBytes, memoryGgufs, SHARDS } from '../support/gguf-files.ts';

async function read(content: Readonly<Record<string, Uint8Array>>): Promise<ReadModels> {
  return readModels(memoryGgufs(content));
}

async function readFiles(...paths: string[]): Promise<ReadModels> {
  return read(Object.fromEntries(paths.map((path) => [path, ggufBytes(path)])));
}

describe('a GGUF file, as PyPI’s gguf writes it,', () => {
  test('says what its model is', async () => {
    expect(await readFiles('tiny-Q4_K_M.gguf')).toEqual({
      models: [
        {
          path: 'tiny-Q4_K_M.gguf',
          files: 1,
          size: 9600,
          role: 'model',
          architecture: 'qwen2',
          name: 'Tiny Qwen',
          author: 'Acme',
          url: 'https://acme.example/tiny',
          license: 'apache-2.0',
          fileType: 'Q4_K_M',
          tensors: 5,
          parameters: 6656,
          // 8448 bytes of tensors, as gguf-dump has it.
          bitsPerWeight: (8448 * 8) / 6656,
          contextLength: 32768,
          layers: 2,
          embeddingLength: 256,
          tokenizer: { model: 'gpt2', pre: 'qwen2', tokens: 8 },
          chatTemplate: expect.stringMatching(/^\{% for message in messages %\}/),
        },
      ],
      broken: [],
    });
  });

  test.each([
    ['tiny-Q8_0.gguf', 'model'],
    ['tiny-draft-Q8_0.gguf', 'drafter'],
    ['mmproj-tiny-F16.gguf', 'projector'],
    ['lora-tiny.gguf', 'adapter'],
    ['imatrix-tiny.gguf', 'other'],
  ])('%s is taken for what it is: %s', async (path, role) => {
    expect((await readFiles(path)).models).toMatchObject([{ path, role }]);
  });

  test('in shards is one model, whose tensors are counted in all of them', async () => {
    const [whole] = (await readFiles('tiny-Q8_0.gguf')).models;
    expect(await readFiles(...SHARDS.toReversed())).toMatchObject({
      models: [{ path: SHARDS[0], files: 3, tensors: 5, parameters: whole?.parameters, fileType: 'Q8_0' }],
      broken: [],
    });
  });
});

describe('what a header does not say is not guessed', () => {
  const tensors = [{ name: 'x', type: 'F32', shape: [8] }];
  const made = (metadata: Parameters<typeof ggufHeader>[0]): Buffer => {
    const { header, dataSize } = ggufHeader(metadata, tensors);
    return Buffer.concat([header, Buffer.alloc(dataSize)]);
  };

  test('an architecture that nobody knows', async () => {
    const { models } = await read({ 'x.gguf': made({ 'general.architecture': 'nonesuch' }) });
    expect(models).toMatchObject([{ role: 'model', architecture: 'nonesuch', parameters: 8 }]);
    expect(models[0]).not.toHaveProperty('fileType');
    expect(models[0]).not.toHaveProperty('contextLength');
  });

  test.each([
    [{}],
    [{ 'general.architecture': 'controlvector' }],
    [{ 'general.type': 'vae', 'general.architecture': 'x' }],
  ])('what %j is for', async (metadata) => {
    expect((await read({ 'x.gguf': made(metadata) })).models).toMatchObject([{ role: 'other' }]);
  });

  test('a file type of another program', async () => {
    const { models } = await read({
      'x.gguf': made({ 'general.architecture': 'llama', 'general.file_type': 4000 }),
    });
    expect(models[0]).not.toHaveProperty('fileType');
  });
});

describe('shards', () => {
  test('that are missing are named', async () => {
    expect(await readFiles(SHARDS[1]!)).toEqual({
      models: [],
      broken: [`${SHARDS[1]}: its shard ${SHARDS[0]} and 1 more are not among the files`],
    });
  });

  test('of a model that are not are another', async () => {
    const other = SHARDS[1]!.replace('00003', '00002');
    const { broken } = await read({ [SHARDS[0]!]: ggufBytes(SHARDS[0]!), [other]: ggufBytes(SHARDS[1]!) });
    expect(broken).toHaveLength(2);
  });

  test.each([
    ['in another order', [1, 0, 2], /says that it is shard 2 of 3, its name 1 of 3/],
    ['that is there twice', [0, 1, 1], /says that it is shard 2 of 3, its name 3 of 3/],
  ])('%s are refused', async (_what, order, why) => {
    const content = Object.fromEntries(SHARDS.map((path, at) => [path, ggufBytes(SHARDS[order[at]!]!)]));
    expect((await read(content)).broken).toEqual([expect.stringMatching(why)]);
  });

  test('of two models are refused', async () => {
    const third = ggufBytes(SHARDS[2]!);
    // The one of another model says its number, and has a tensor that the second shard has.
    third.set(Buffer.from('blk.0.attn_norm'), third.indexOf('blk.1.attn_norm'));
    const content = {
      ...Object.fromEntries(SHARDS.map((path) => [path, ggufBytes(path)])),
      [SHARDS[2]!]: third,
    };
    expect((await read(content)).broken).toEqual([
      `${SHARDS[2]} has a tensor of another shard, too: they are not of one model`,
    ]);
  });

  test('that are a file without a number among others are refused', async () => {
    const content = {
      'x-00001-of-00002.gguf': ggufBytes('tiny-Q8_0.gguf'),
      'x-00002-of-00002.gguf': ggufBytes('tiny-Q4_K_M.gguf'),
    };
    expect((await read(content)).broken).toEqual([
      expect.stringContaining('says that it is shard nothing of nothing'),
    ]);
  });
});

describe('a header that lies', () => {
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3)]);
  const huge = u64(2n ** 60n);

  test.each([
    ['of its tensors', Buffer.concat([head, huge, u64(0)])],
    ['of its keys', Buffer.concat([head, u64(0), huge])],
    ['of a key’s length', Buffer.concat([head, u64(0), u64(1), huge, Buffer.alloc(64)])],
    [
      'of a list’s length',
      Buffer.concat([head, u64(0), u64(1), u64(1), Buffer.from('k'), u32(9), u32(8), huge, Buffer.alloc(64)]),
    ],
    ['by being cut off', ggufBytes('tiny-Q8_0.gguf').subarray(0, 500)],
    ['by being cut off in its tensors', ggufBytes('tiny-Q8_0.gguf').subarray(0, 9000)],
    ['by being none', Buffer.from('<html>')],
    ['by being empty', Buffer.alloc(0)],
  ])('%s makes no labels, and is said', async (_what, bytes) => {
    const { models, broken } = await read({ 'x.gguf': bytes, 'tiny.gguf': ggufBytes('tiny-Q8_0.gguf') });
    expect(models.map(({ path }) => path)).toEqual(['tiny.gguf']);
    expect(broken).toEqual([expect.stringMatching(/^x\.gguf: \S+/)]);
  });
});

test('what cannot be read ends it', async () => {
  const file = { path: 'x.gguf', size: 99, header: async () => Promise.reject(new Error('no connection')) };
  await expect(readModels([file])).rejects.toThrow('no connection');
});
