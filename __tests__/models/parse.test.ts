import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseList } from '../../src/models/parse.ts';
import { entriesOf, entryOf, SHA } from '../support/list.ts';

describe('the list', () => {
  test('of this project has 109 models, each an image of its own', () => {
    const text = readFileSync(new URL('../../models/models.yaml', import.meta.url), 'utf8');
    const { entries, problems } = parseList(text, 'models/models.yaml');
    expect(problems).toEqual([]);
    expect(entries).toHaveLength(109);
    expect(new Set(entries.map(({ image }) => image)).size).toBe(109);
    expect(text).toMatch(/^# yaml-language-server: \$schema=models\.schema\.json\n/);
  });

  test('is a sequence, bare or under models', () => {
    const bare = entriesOf(`- name: gpt2\n  sha: ${SHA}\n`);
    const keyed = entriesOf(`models:\n- name: gpt2\n  sha: ${SHA}\n`);
    expect(bare.map(({ name }) => name)).toEqual(keyed.map(({ name }) => name));
  });

  test('may be JSON', () => {
    expect(entryOf(JSON.stringify({ models: [{ name: 'gpt2', sha: SHA }] })).name).toBe('gpt2');
  });

  test('fills the defaults in', () => {
    expect(entryOf(`models:\n  - name: Owner/Some_-Model\n    sha: ${SHA}\n`)).toEqual({
      name: 'Owner/Some_-Model',
      sha: SHA,
      pinned: false,
      image: 'owner/some-model',
      tags: ['latest'],
      include: [],
      exclude: [],
      layout: 'layers',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
      position: { file: 'models.yaml', line: 2, column: 5 },
    });
  });

  test('takes every option', () => {
    const entry = entryOf(`
- name: my/model
  source: ./weights//a/
  tag: [v1, latest]
  image: deep/er/name
  include: ['*.safetensors', '*.json']
  exclude: onnx/
  layout: single
  platforms: [linux/arm64/v8, linux/amd64, linux/arm/v7]
`);
    expect(entry).toMatchObject({
      source: 'weights/a',
      tags: ['v1', 'latest'],
      image: 'deep/er/name',
      include: ['*.json', '*.safetensors'],
      exclude: ['onnx/'],
      layout: 'single',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm', variant: 'v7' },
        { os: 'linux', architecture: 'arm64' },
      ],
    });
    expect(entry.sha).toBeUndefined();
  });

  test('says what update does with a model', () => {
    expect(entryOf(`- {name: gpt2, sha: ${SHA}, pin: true, track: v1.0}`)).toMatchObject({
      pinned: true,
      track: 'v1.0',
    });
    expect(entryOf(JSON.stringify([{ name: 'gpt2', sha: SHA, pin: false }]))).toMatchObject({
      pinned: false,
    });
  });

  test('reads tagAs as tag', () => {
    expect(entryOf(`- {name: gpt2, sha: ${SHA}, tagAs: v1}`).tags).toEqual(['v1']);
  });

  test('takes digits as they are written, not as numbers', () => {
    const entry = entryOf(`- name: gpt2\n  sha: ${'1'.repeat(40)}\n  tag: [1.0, 1e3, 007, true]\n`);
    expect(entry.sha).toBe('1'.repeat(40));
    expect(entry.tags).toEqual(['1.0', '1e3', '007', 'true']);
  });

  test('may share a value by an anchor, with carriage returns and a byte order mark', () => {
    const text = `\uFEFFmodels:\n- name: a\n  sha: &s ${SHA}\n  include: &g [a, b]\n- name: b\n  sha: *s\n  include: *g\n`;
    const entries = entriesOf(text.replaceAll('\n', '\r\n'));
    expect(entries.map(({ sha, include }) => [sha, include])).toEqual([
      [SHA, ['a', 'b']],
      [SHA, ['a', 'b']],
    ]);
  });

  test('of 10,000 models is read', () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => `- name: owner-${at}/m\n  sha: ${SHA}\n`);
    expect(entriesOf(lines.join(''))).toHaveLength(10_000);
  });
});
