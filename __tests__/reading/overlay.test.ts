/** Layers on each other, as the image specification has it (layer.md, "Whiteouts"). */
import { expect, test } from '@jest/globals';

import type { ImageLayer } from '../../src/reading/image.ts';
import type { LayerEntry } from '../../src/reading/listing.ts';
import { overlay } from '../../src/reading/overlay.ts';

const layer = (index: number): ImageLayer => ({
  index,
  descriptor: { mediaType: '', digest: `sha256:${String(index).padStart(64, '0')}`, size: 1 },
  format: 'tar',
  path: undefined,
});

const file = (path: string, size = 1): LayerEntry => ({ type: 'reg', path, size, mode: 0o644 });
const folder = (path: string): LayerEntry => ({ type: 'dir', path, mode: 0o755 });
const link = (type: 'symlink' | 'hardlink', path: string, linkName: string): LayerEntry => ({
  type,
  path,
  mode: 0o777,
  linkName,
});

/** `path@layer` of each entry, and where a hard link's content is. */
function seen(...layers: LayerEntry[][]): string[] {
  const image = overlay(layers.map((entries, index) => ({ layer: layer(index), entries })));
  return [...image.values()].map((entry) => {
    const content = entry.type === 'reg' && entry.content.path !== entry.path ? `=${entry.content.path}` : '';
    return `${entry.path}${content}@${entry.layer.index}`;
  });
}

test.each<[string, LayerEntry[][], string[]]>([
  ['a later layer wins', [[file('a'), file('b')], [file('b')]], ['a@0', 'b@1']],
  ['the last of two entries wins', [[file('a', 1), file('a', 2)]], ['a@0']],
  ['a whiteout hides a file', [[file('a'), file('b')], [file('.wh.a')]], ['b@0']],
  ['a whiteout hides a folder', [[file('d/a'), file('e')], [file('.wh.d')]], ['e@0']],
  ['a whiteout hides nothing of its own layer', [[file('a')], [file('a'), file('.wh.a')]], ['a@1']],
  [
    'an opaque folder hides what lies below it',
    [
      [folder('d'), file('d/a')],
      [folder('d'), file('d/b'), file('d/.wh..wh..opq')],
    ],
    ['d@1', 'd/b@1'],
  ],
  ['a file takes the place of a folder', [[folder('a'), file('a/b')], [file('a')]], ['a@1']],
  ['a folder takes the place of a file', [[file('a')], [file('a/b')]], ['a/b@1']],
  ['a hard link is a file', [[file('a'), link('hardlink', 'b', '/a')]], ['a@0', 'b=a@0']],
  ['a hard link reaches lower layers', [[file('a')], [link('hardlink', 'b', 'a')]], ['a@0', 'b=a@0']],
  ['a link stays one', [[link('symlink', 'a', '../b')]], ['a@0']],
])('%s', (_, layers, expected) => {
  expect(seen(...layers)).toEqual(expected);
});

test('a hard link to nothing is an error', () => {
  expect(() => seen([link('hardlink', 'b', 'a')])).toThrow('hard link to "a", which is no file before it');
});
