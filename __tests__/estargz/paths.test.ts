import { describe, expect, test } from '@jest/globals';

import { checkPath, checkPaths, parents, utf8Length } from '../../src/estargz/paths.ts';

describe('a path of a layer', () => {
  test.each([
    'config.json',
    'a/b/c.bin',
    'Config.JSON',
    'weights/模型 🤗.bin',
    '.gitattributes',
    'sub/stargz.index.json',
    'a.wh.b',
    '..a/...',
    'x'.repeat(255),
    `${'x'.repeat(255)}/`.repeat(15) + 'y'.repeat(200),
  ])('may be %j', (path) => {
    expect(checkPath(path)).toBeUndefined();
  });

  test.each([
    ['', 'is empty'],
    ['/etc/passwd', 'is absolute'],
    ['../up', 'has the part ".."'],
    ['a/../b', 'has the part ".."'],
    ['a/..', 'has the part ".."'],
    ['./a', 'has the part "."'],
    ['a//b', 'has an empty part'],
    ['a/', 'has an empty part'],
    ['a\\b', 'contains a backslash'],
    ['a\nb', 'contains a control character'],
    ['a\0', 'contains a control character'],
    ['a\u0085b', 'contains a control character'],
    ['a\u{d800}b', 'is not well-formed Unicode'],
    ['x'.repeat(256), 'has a part longer than 255 bytes'],
    ['é'.repeat(128), 'has a part longer than 255 bytes'],
    [`${'x'.repeat(255)}/`.repeat(16) + 'y', 'is longer than 4096 bytes'],
    ['stargz.index.json', 'begins with "stargz.index.json", a name that eStargz keeps for itself'],
    ['stargz.index.json/a', 'begins with "stargz.index.json", a name that eStargz keeps for itself'],
    ['.prefetch.landmark', 'begins with ".prefetch.landmark", a name that eStargz keeps for itself'],
    ['.no.prefetch.landmark', 'begins with ".no.prefetch.landmark", a name that eStargz keeps for itself'],
    ['a/.wh.b', 'has a part that begins with ".wh.", which deletes files in image layers'],
    ['.wh..wh..opq', 'has a part that begins with ".wh.", which deletes files in image layers'],
  ])('may not be %j: it %s', (path, reason) => {
    expect(checkPath(path)).toBe(reason);
  });
});

test('paths are checked beside each other', () => {
  expect(checkPaths(['a', 'b/c', 'b/d', 'B/c', 'a.b'])).toBeUndefined();
  expect(checkPaths(['a', 'b', 'a'])).toEqual({ path: 'a', reason: 'is there twice' });
  expect(checkPaths(['a/b/c', 'a'])).toEqual({ path: 'a', reason: 'is a file and a folder (of "a/b/c")' });
  expect(checkPaths(['ok', '../up'])).toEqual({ path: '../up', reason: 'has the part ".."' });
});

test('the folders above a path come outermost first', () => {
  expect(parents('a')).toEqual([]);
  expect(parents('a/b/c')).toEqual(['a', 'a/b']);
});

test.each(['', 'abc', 'é', '模型', '🤗', 'a\u{10ffff}é'])('bytes of %j in UTF-8', (text) => {
  expect(utf8Length(text)).toBe(Buffer.byteLength(text));
});
