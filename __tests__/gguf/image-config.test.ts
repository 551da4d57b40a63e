/** What is made of GGUF models for an image's config: labels, and llama.cpp's arguments. */
import { beforeAll, describe, expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import type { GgufModel } from '../../src/formats/gguf-model.ts';
import { ggufCommand } from '../../src/gguf/command.ts';
import { ggufLabels } from '../../src/gguf/labels.ts';
import { readModels } from '../../src/gguf/read-models.ts';
import { ggufBytes, memoryGgufs, SHARDS } from '../support/gguf-files.ts';

const all = new Map<string, GgufModel>();

beforeAll(async () => {
  const paths = [
    'tiny-Q4_K_M',
    'tiny-Q8_0',
    'tiny-draft-Q8_0',
    'mmproj-tiny-F16',
    'lora-tiny',
    'imatrix-tiny',
  ];
  const files = [...paths.map((path) => `${path}.gguf`), ...SHARDS];
  const read = await readModels(
    memoryGgufs(Object.fromEntries(files.map((path) => [path, ggufBytes(path)]))),
  );
  for (const model of read.models) all.set(model.path, model);
});

function models(...paths: string[]): GgufModel[] {
  return paths.map((path) => all.get(path)!);
}

describe('the labels', () => {
  test('are GGUF Packer’s, in its words', () => {
    expect(ggufLabels(models('mmproj-tiny-F16.gguf', 'tiny-Q4_K_M.gguf'))).toEqual({
      'gguf.model.architecture': 'qwen2',
      'gguf.model.parameters': '6.66 K',
      'gguf.model.bpw': '10.15 bpw',
      'gguf.model.filetype': 'Q4_K_M',
      'gguf.model.name': 'Tiny Qwen',
      'gguf.model.authors': 'Acme',
      'gguf.model.url': 'https://acme.example/tiny',
      'gguf.model.licenses': 'apache-2.0',
      'gguf.model.vendor': 'ai-action',
      'gguf.model.usage': 'text-to-text',
    });
  });

  test('of several models are those that they have in common', () => {
    const labels = ggufLabels(models('tiny-Q4_K_M.gguf', 'tiny-Q8_0.gguf'));
    expect(labels).toMatchObject({ 'gguf.model.architecture': 'qwen2', 'gguf.model.parameters': '6.66 K' });
    expect(labels).not.toHaveProperty('gguf.model.filetype');
    expect(labels).not.toHaveProperty('gguf.model.bpw');
  });

  test('are none where there is no main model', () => {
    expect(ggufLabels(models('mmproj-tiny-F16.gguf', 'lora-tiny.gguf', 'imatrix-tiny.gguf'))).toEqual({});
  });
});

function command(cmd: string[], ...paths: string[]): string[] {
  return ggufCommand(cmd, models(...paths), new Set([...paths, 'prompt.txt']));
}

describe('the arguments', () => {
  test('name the file of each role', () => {
    const paths = [
      'lora-tiny.gguf',
      'mmproj-tiny-F16.gguf',
      'tiny-Q8_0.gguf',
      'tiny-draft-Q8_0.gguf',
      'imatrix-tiny.gguf',
    ];
    expect(command(['-c', '8192'], ...paths)).toEqual([
      '-m',
      'tiny-Q8_0.gguf',
      '-md',
      'tiny-draft-Q8_0.gguf',
      '--mmproj',
      'mmproj-tiny-F16.gguf',
      '--lora',
      'lora-tiny.gguf',
      '-c',
      '8192',
    ]);
  });

  test('name the first of a model’s shards', () => {
    expect(command([], SHARDS[0]!)).toEqual(['-m', SHARDS[0]]);
  });

  test('that the entry has are left as they are, and what they name is taken', () => {
    expect(command(['-md', './tiny-Q4_K_M.gguf'], 'tiny-Q4_K_M.gguf', 'tiny-Q8_0.gguf')).toEqual([
      '-m',
      'tiny-Q8_0.gguf',
      '-md',
      './tiny-Q4_K_M.gguf',
    ]);
    expect(command(['--model', 'tiny-Q8_0.gguf'], 'tiny-Q4_K_M.gguf', 'tiny-Q8_0.gguf')).toEqual([
      '--model',
      'tiny-Q8_0.gguf',
    ]);
  });

  test.each([
    [
      [],
      ['tiny-Q4_K_M.gguf', 'tiny-Q8_0.gguf'],
      'cmd: -m could name any of 2 files: tiny-Q4_K_M.gguf, tiny-Q8_0.gguf',
    ],
    [
      [],
      ['mmproj-tiny-F16.gguf'],
      'cmd: there is no GGUF model among the files that an argument -m could name',
    ],
    [['-m', 'tiny.gguf'], ['tiny-Q8_0.gguf'], 'cmd: -m names tiny.gguf, which the image has not'],
    [['-m'], ['tiny-Q8_0.gguf'], 'cmd: -m names no file'],
  ])('%j of %j are refused', (cmd, paths, message) => {
    expect(() => command(cmd, ...paths)).toThrow(message);
    expect(() => command(cmd, ...paths)).toThrow(UserError);
  });
});
