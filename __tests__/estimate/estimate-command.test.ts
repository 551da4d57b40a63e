/** `ai-action estimate`, with files of this machine, of the Hub and of images. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ggufHeader, writeGguf } from '../support/gguf.ts';
import { madeModel, madeProjector, QWEN2, type MadeModel } from '../support/gguf-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { folderModel } from '../support/hub-models.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';
import { runHere } from '../support/run-program.ts';
import { plainLayer, putImage, tocLayer } from '../support/stand-in-images.ts';

const SMALL = { ...QWEN2, blocks: 4, vocabulary: 2000, feedForward: 512 };
const PROJECTOR = madeProjector('gemma3', { 'clip.vision.block_count': 1 });
const MODELS: Record<string, MadeModel> = {
  'tiny-q5_1.gguf': madeModel(SMALL),
  'tiny-q8_0.gguf': madeModel({ ...SMALL, types: { matrix: 'Q8_0', output: 'Q8_0' } }),
  'mmproj-tiny.gguf': {
    ...PROJECTOR,
    tensors: PROJECTOR.tensors.filter(({ name }) => !/blk\.[1-9]/.test(name)),
  },
};

let folder = '';
let hub: Hub;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-action-estimate-'));
  for (const [name, { metadata, tensors }] of Object.entries(MODELS)) {
    await writeGguf(at(name), metadata, tensors);
  }
  hub = await startHub({ models: [await folderModel('owner/tiny-GGUF', folder)] });
});

afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

interface Printed {
  model: string;
  architecture: string;
  contextSize: number;
  items: [{ offloadLayers: number; ram: { uma: number }; vrams: { nonuma: number }[] }];
  projector?: { path: string };
}

async function estimated(...args: string[]): Promise<Printed> {
  const { code, stdout, stderr } = await runHere(['estimate', ...args, '--json'], { HF_ENDPOINT: hub.url });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Printed;
}

test('says the same of a file here, on the Hub and in an image, and moves no weights', async () => {
  const here = await estimated(at('tiny-q5_1.gguf'), '--ctx-size', '2048');
  expect(here).toMatchObject({ architecture: 'qwen2', contextSize: 2048, items: [{ offloadLayers: 5 }] });
  hub.requests.length = 0;
  const there = await estimated('owner/tiny-GGUF', '*q5_1.gguf', '--ctx-size', '2048');
  expect(there.items).toEqual(here.items);
  expect(movedBytes(hub.requests.map(({ range }) => range))).toBeLessThan(2 * 2 ** 20);
  await using registry = await startRegistryStandIn();
  putImage(registry, { layers: [tocLayer({ 'tiny-q5_1.gguf': await readFile(at('tiny-q5_1.gguf')) })] });
  const inImage = await estimated(`${registry.host}/owner/model`, '--ctx-size', '2048');
  expect(inImage.items).toEqual(here.items);
});

test('takes all files of an image, and what it is run with; what is said goes before', async () => {
  await using registry = await startRegistryStandIn();
  const files = { 'tiny.gguf': 'tiny-q5_1.gguf', 'mmproj.gguf': 'mmproj-tiny.gguf' };
  const content = await Promise.all(
    Object.entries(files).map(async ([path, name]) => [path, await readFile(at(name))] as const),
  );
  const layer = tocLayer(Object.fromEntries(content));
  const rootfs = { type: 'layers', diff_ids: [layer.diffId] };
  const config = { Cmd: ['-m', 'tiny.gguf', '-c', '1024', '-fa', 'on', '-np', 'x'] };
  putImage(registry, { layers: [layer], config: { os: 'linux', architecture: 'amd64', rootfs, config } });
  const image = `${registry.host}/owner/model:latest`;
  const printed = await estimated(image);
  expect(printed).toMatchObject({
    model: 'tiny.gguf',
    contextSize: 1024,
    flashAttention: true,
    projector: { path: 'mmproj.gguf' },
  });
  expect(await estimated(image, '--ctx-size', '512')).toMatchObject({ contextSize: 512 });
  const beside = [at('tiny-q5_1.gguf'), '--projector', 'mmproj-tiny.gguf', '--flash-attn'];
  expect((await estimated(...beside, '--ctx-size', '1024')).items).toEqual(printed.items);
});

test('prints a table for each device', async () => {
  const args = ['estimate', at('tiny-q5_1.gguf'), '--ctx-size', '2048', '--devices', '2'];
  const { stdout } = await runHere(args);
  expect(stdout).toMatch(/ARCH +CONTEXT SIZE +BATCH SIZE \(L \/ P\)/);
  expect(stdout).toMatch(/qwen2 +2048 +2048 \/ 512 +Disabled +Enabled +No +Unsupported +5 \(4 \+ 1\) +Yes/);
  expect(stdout).toMatch(/RAM +1 \+ 0 \+ 0 +[\d.]+ MiB +[\d.]+ MiB/);
  expect(stdout).toMatch(/VRAM 0 +3 \+ 0 +/);
  expect(stdout).toMatch(/VRAM 1 +1 \+ 1 +/);
});

test('a layer without a table of contents is read through where that is asked for', async () => {
  await using registry = await startRegistryStandIn();
  const bytes = await readFile(at('tiny-q5_1.gguf'));
  putImage(registry, { layers: [plainLayer({ 'tiny.gguf': bytes })] });
  const args = ['estimate', `${registry.host}/owner/model`, '--ctx-size', '2048'];
  const through = await runHere([...args, '--whole-layers', '--json']);
  const here = await estimated(at('tiny-q5_1.gguf'), '--ctx-size', '2048');
  expect((JSON.parse(through.stdout) as Printed).items).toEqual(here.items);
});

describe('says what is wrong', () => {
  const files: Record<string, () => Promise<void>> = {
    'of the future.gguf': async () => {
      const { metadata, tensors } = madeModel({ ...SMALL, architecture: 'future9' });
      await writeGguf(at('of the future.gguf'), metadata, tensors);
    },
    'recurrent.gguf': async () => {
      const { metadata, tensors } = madeModel({ ...SMALL, architecture: 'mamba' });
      await writeGguf(at('recurrent.gguf'), metadata, tensors);
    },
    'cut-off.gguf': async () => {
      await writeFile(at('cut-off.gguf'), await readFile(at('tiny-q5_1.gguf')));
      await truncate(at('cut-off.gguf'), 10_000);
    },
    'lying.gguf': async () => {
      const { metadata, tensors } = madeModel({ ...SMALL, more: { 'qwen2.context_length': 2n ** 60n } });
      await writeGguf(at('lying.gguf'), metadata, tensors);
    },
    'deep.gguf': async () => {
      const { header } = ggufHeader({ 'general.architecture': 'llama', 'llama.block_count': 4_000_000 });
      await writeFile(at('deep.gguf'), header);
    },
    'shard-00001-of-00002.gguf': async () => {
      await writeFile(at('shard-00001-of-00002.gguf'), await readFile(at('tiny-q5_1.gguf')));
    },
    'other.gguf': async () => {
      await writeGguf(
        at('other.gguf'),
        {
          'general.architecture': 'clip',
          'general.type': 'mmproj',
          'clip.has_vision_encoder': true,
          'clip.projector_type': 'telepathy',
        },
        [],
      );
    },
  };

  test.each<[string, number, RegExp]>([
    ['of the future.gguf', 1, /architecture "future9" is not known/],
    ['recurrent.gguf', 1, /Layers of mamba keep a state that is not estimated/],
    ['cut-off.gguf', 1, /cannot be read: .*cut-off\.gguf: /],
    ['lying.gguf', 1, /"qwen2\.context_length" is 1152921504606846976, which no model has/],
    ['deep.gguf', 1, /4000000 blocks|neither a model/],
    ['shard-00001-of-00002.gguf', 1, /its shard .*shard-00002-of-00002\.gguf is not among the files/],
    ['other.gguf', 1, /projector "telepathy" is not known/],
  ])('about %s', async (name, code, message) => {
    await files[name]!();
    const outcome = await runHere(['estimate', at(name)]);
    await rm(at(name));
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(message);
  });

  test.each<[string[], number, RegExp]>([
    [['no such thing'], 2, /neither a file nor an image nor a model/],
    [['owner/tiny-GGUF'], 1, /has 3 GGUF models[^]*tiny-q5_1\.gguf, tiny-q8_0\.gguf\./],
    [['owner/tiny-GGUF', '*q2_k.gguf'], 1, /has no GGUF file "\*q2_k\.gguf"/],
    [['owner/tiny-GGUF', '*q8*', '--ubatch-size', '4096', '--batch-size', '512'], 2, /4096 is more than/],
    [['owner/tiny-GGUF', '*q8*', '--cache-type-v', 'q8_0'], 2, /needs flash attention/],
    [['owner/tiny-GGUF', '*q8*', '--cache-type-k', 'q9'], 2, /Allowed choices/],
    [['owner/tiny-GGUF', '*q8*', '--tensor-split', '1,x'], 2, /a number for each GPU/],
    [['owner/tiny-GGUF', '*q8*', '--tensor-split', '1,1', '--devices', '3'], 2, /2 shares for --devices 3/],
    [['owner/tiny-GGUF', '*q8*', '--ctx-size', '0'], 2, /whole number from 1/],
    [['owner/nothing'], 1, /owner\/nothing/],
  ])('about %j', async (args, code, message) => {
    const outcome = await runHere(['estimate', ...args], { HF_ENDPOINT: hub.url });
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(message);
  });
});

function movedBytes(ranges: readonly (string | undefined)[]): number {
  return ranges.reduce((sum, range) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    return first === undefined ? sum : sum + Number(last) - Number(first) + 1;
  }, 0);
}
