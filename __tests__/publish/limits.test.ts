import { expect, test } from '@jest/globals';

import { limitWarnings } from '../../src/publish/limits.ts';

const GB = 1e9;
const layers = [
  { title: 'small.safetensors', size: 9 * GB },
  { title: 'large.safetensors', size: 12 * GB },
  { title: 'huge.safetensors', size: 60 * GB },
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
