import { expect, test } from '@jest/globals';

import type { ArtifactPart, Role } from '../../src/artifacts/artifact.ts';
import { chooseParts, parseChoice } from '../../src/artifacts/choose.ts';

const DIGEST = `sha256:${'0'.repeat(64)}` as const;

function part(role: Role, path: string, name?: string): ArtifactPart {
  return {
    role,
    path,
    name,
    encoding: 'tar',
    diffId: undefined,
    descriptor: { mediaType: '', digest: DIGEST, size: 1 },
  };
}

const PARTS = [
  part('model', 'model.gguf', 'tiny'),
  part('model', './lora/', 'lora'),
  part('datasets', 'train.csv', 'train'),
  part('datasets', 'test.csv'),
  part('docs', 'README.md'),
];

test.each([
  [[], ['model.gguf', './lora/', 'train.csv', 'test.csv', 'README.md']],
  [['model'], ['model.gguf', './lora/']],
  [
    ['docs', 'model'],
    ['model.gguf', './lora/', 'README.md'],
  ],
  [['datasets:train'], ['train.csv']],
  [['datasets:test.csv'], ['test.csv']],
  [['model:lora'], ['./lora/']],
  [['code', 'docs'], ['README.md']],
])('%j', (words, paths) => {
  expect(chooseParts(PARTS, words.map(parseChoice)).map(({ path }) => path)).toEqual(paths);
});

test.each([
  [['docs:train'], 'There are no docs "train" in it.'],
  [['code', 'prompts'], 'There is nothing of it to take: no code, prompts.'],
])('%j is in none of them', (words, message) => {
  expect(() => chooseParts(PARTS, words.map(parseChoice))).toThrow(message);
});

test('a word that is no role', () => {
  expect(() => parseChoice('weights')).toThrow('"weights" names no part of a ModelKit.');
});
