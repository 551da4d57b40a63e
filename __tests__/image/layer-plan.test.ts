import { describe, expect, test } from '@jest/globals';

import type { SourceFile } from '../../src/hub/source.ts';
import { LARGE_FILE, MAX_LAYERS, planLayers } from '../../src/image/layer-plan.ts';

function file(path: string, size = 1): SourceFile {
  return { path, size, oid: `sha256:${'0'.repeat(64)}` };
}

function paths(files: readonly SourceFile[], layout: 'layers' | 'single' = 'layers'): string[][] {
  return planLayers(files, layout).map((layer) => layer.map(({ path }) => path));
}

describe('the layer plan', () => {
  test('gives each large file a layer and puts the small ones together on top', () => {
    const files = [
      file('config.json'),
      file('b.safetensors', LARGE_FILE),
      file('README.md'),
      file('a.safetensors', 9e9),
    ];
    expect(paths(files)).toEqual([['a.safetensors'], ['b.safetensors'], ['README.md', 'config.json']]);
  });

  test('is the same in whatever order the files come', () => {
    const files = [file('z', LARGE_FILE), file('a'), file('m', LARGE_FILE), file('B')];
    expect(paths(files.toReversed())).toEqual(paths(files));
  });

  test('counts a file of exactly 32 MiB as large, and one of a byte less as small', () => {
    expect(paths([file('x', 32 * 1024 * 1024), file('y', 32 * 1024 * 1024 - 1)])).toEqual([['x'], ['y']]);
    expect(paths([file('x', 32 * 1024 * 1024 - 1), file('y', 32 * 1024 * 1024 - 1)])).toEqual([['x', 'y']]);
  });

  test('makes one layer of everything with layout: single', () => {
    expect(paths([file('b', 9e9), file('a'), file('c', 9e9)], 'single')).toEqual([['a', 'b', 'c']]);
  });

  test('has no layer for files that are not there', () => {
    expect(paths([])).toEqual([]);
    expect(paths([], 'single')).toEqual([]);
    expect(paths([file('only', 9e9)])).toEqual([['only']]);
  });

  test.each([49, 50, 98, 99, 191, 5000])('keeps to 50 layers with %i large files', (number) => {
    const files = Array.from({ length: number }, (_, at) =>
      file(`shard-${String(at).padStart(5, '0')}`, 9e9),
    );
    const layers = paths([...files, file('config.json')]);
    expect(layers.length).toBeLessThanOrEqual(MAX_LAYERS);
    expect(layers.flat()).toEqual([...files.map(({ path }) => path), 'config.json']);
  });

  test('moves one layer when one of many large files changes its size', () => {
    const shards = Array.from({ length: 120 }, (_, at) => file(`shard-${String(at).padStart(5, '0')}`, 9e9));
    const changed = shards.with(60, file('shard-00060', 8e9));
    expect(paths(changed)).toEqual(paths(shards));
  });

  test('sorts by the bytes of the path, also beyond the Basic Multilingual Plane', () => {
    // UTF-16 order would put the emoji (a surrogate pair) before the private-use letter.
    expect(paths([file('\u{1F600}'), file('\uE000'), file('ä'), file('Z'), file('a')])).toEqual([
      ['Z', 'a', 'ä', '\uE000', '\u{1F600}'],
    ]);
  });
});
