import { expect, test } from '@jest/globals';

import type { LayerFiles } from '../../src/image/layer-plan.ts';
import { limitWarnings } from '../../src/publish/limits.ts';

const GB = 1e9;
const layer = (path: string, size: number): { title: string; files: LayerFiles } => ({
  title: path,
  files: [{ path, size, oid: `sha256:${'0'.repeat(64)}` }],
});
const layers = [
  layer('small.safetensors', 9 * GB),
  layer('large.safetensors', 12 * GB),
  layer('huge.safetensors', 60 * GB),
];

test.each([
  ['ghcr.io', ['large', 'huge']],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', ['huge']],
  ['public.ecr.aws', ['huge']],
  ['us-docker.pkg.dev', []],
  ['localhost:5000', []],
  ['notghcr.io', []],
  ['ghcr.io.example', []],
])('%s: a warning for each layer that it will not take', (host, expected) => {
  const warnings = limitWarnings(host, layers);
  expect(warnings.map((warning) => /the layer of (\w+)/.exec(warning)?.[1])).toEqual(expected);
});

test('a warning says how large the layer is, whose limit it meets and what that is', () => {
  expect(limitWarnings('ghcr.io', layers.slice(1, 2))).toEqual([
    'the layer of large.safetensors has 12.0 GB, and GitHub Container Registry takes 10.0 GB a layer',
  ]);
});

test('what counts is the layer, which is larger than its file', () => {
  expect(limitWarnings('ghcr.io', [layer('a', 10 * GB - 10 * 2 ** 20)])).toEqual([]);
  expect(limitWarnings('ghcr.io', [layer('a', 10 * GB - 512)])).toHaveLength(1);
});
