import { expect, test } from '@jest/globals';

import { findOverlaps } from '../../src/deriving/overlaps.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { LayerEntry } from '../../src/reading/listing.ts';

const [MODEL, CODE]: Digest[] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

function file(path: string): LayerEntry {
  return { type: 'reg', path, size: 1, mode: 0o644 };
}
function folder(path: string): LayerEntry {
  return { type: 'dir', path, mode: 0o755 };
}
function link(path: string): LayerEntry {
  return { type: 'symlink', path, mode: 0o777, linkName: 'usr/bin' };
}

test.each<[string, LayerEntry[][], LayerEntry[], LayerEntry[], object[]]>([
  ['nothing in common', [[file('a')]], [file('b')], [file('c')], []],
  [
    'folders that meet',
    [[folder('etc'), file('etc/a')]],
    [folder('etc'), file('etc/b')],
    [folder('etc')],
    [],
  ],
  ['a file of the base', [[file('a')]], [file('a')], [], [{ path: 'a', layer: MODEL, hides: 'base' }]],
  ['a file of another layer', [], [file('a')], [file('a')], [{ path: 'a', layer: CODE, hides: MODEL }]],
  [
    'a folder in place of a link',
    [[link('bin')]],
    [folder('bin')],
    [],
    [{ path: 'bin', layer: MODEL, hides: 'base' }],
  ],
  [
    'a file in place of a folder',
    [[folder('bin')]],
    [file('bin')],
    [],
    [{ path: 'bin', layer: MODEL, hides: 'base' }],
  ],
  [
    'what the base removed',
    [
      [file('a'), file('d/b')],
      [file('.wh.a'), file('.wh.d')],
    ],
    [file('a'), file('d/b')],
    [],
    [],
  ],
  ['a folder that the base emptied', [[file('d/b')], [file('d/.wh..wh..opq')]], [file('d/b')], [], []],
  ['a path that a layer has twice', [], [file('a'), file('a')], [], []],
])('%s', (_, base, model, code, expected) => {
  const layers = [
    { digest: MODEL!, entries: model },
    { digest: CODE!, entries: code },
  ];
  expect(findOverlaps(base, layers)).toEqual(expected);
});
