import { expect, test } from '@jest/globals';

import type { SourceFile } from '../../src/hub/source.ts';
import { layerKey } from '../../src/image/layer-key.ts';

const file: SourceFile = { path: 'a', size: 1, oid: `sha256:${'0'.repeat(64)}` };

test('a layer key stays what it is', () => {
  expect(layerKey([file], 'stream')).toMatchInlineSnapshot(
    `"9c19c2829eaa97893b1a89bf118efaeaaa22326bb8718dcc366fedf57440e679"`,
  );
});

test.each<[string, SourceFile[]]>([
  ['path', [{ ...file, path: 'b' }]],
  ['size', [{ ...file, size: 2 }]],
  ['content', [{ ...file, oid: `sha256:${'1'.repeat(64)}` }]],
  ['kind of oid', [{ ...file, oid: `git-sha1:${'0'.repeat(40)}` }]],
  ['files', [file, { ...file, path: 'b' }]],
])('a change of its %s changes it', (_what, files) => {
  const [first = file, ...rest] = files;
  expect(layerKey([first, ...rest], 'stream')).not.toEqual(layerKey([file], 'stream'));
});

test('the two builders have keys of their own', () => {
  expect(layerKey([file], 'buildx')).not.toEqual(layerKey([file], 'stream'));
});

test('no path can pass for two files', () => {
  const two = layerKey([file, { ...file, path: 'b' }], 'stream');
  const hostile = `a",1,"${file.oid}"]\n["b`;
  expect(layerKey([{ ...file, path: hostile }], 'stream')).not.toEqual(two);
});
