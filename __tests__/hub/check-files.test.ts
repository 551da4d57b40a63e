import { expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { checkFiles } from '../../src/hub/check-files.ts';
import type { SourceFile } from '../../src/hub/source.ts';

const files = (...paths: string[]): SourceFile[] =>
  paths.map((path) => ({ path, size: 1, oid: `sha256:${'a'.repeat(64)}` }));

test('names that are unusual but fine', () => {
  const fine = [
    'größe/模型.txt',
    'Model.bin',
    'model.bin',
    'a b',
    'a#?%.txt',
    '.hidden',
    'a..b',
    `${'n'.repeat(255)}/x`,
  ];
  expect(() => checkFiles(files(...fine), 'org/model')).not.toThrow();
});

test.each([
  ['/etc/passwd', 'absolute'],
  ['../up', '".."'],
  ['a/../b', '".."'],
  ['a//b', 'empty part'],
  ['a\\b', 'backslash'],
  ['a\nb', 'control character'],
  ['n'.repeat(300), '255 bytes'],
  ['stargz.index.json', 'eStargz'],
  ['a/.wh.x', '.wh.'],
])('the path %j', (path, reason) => {
  expect(() => checkFiles(files('fine', path), 'org/model')).toThrow(UserError);
  expect(() => checkFiles(files('fine', path), 'org/model')).toThrow(reason);
});

test('every bad path is named at once, with what to do', () => {
  const error: unknown = (() => {
    try {
      return checkFiles(files('../a', 'fine', 'file', 'file/below', 'b\\c'), 'org/model');
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({
    message:
      'org/model has 3 paths that an image cannot carry: "../a" has the part ".."; ' +
      '"file/below" is below "file", a file; "b\\\\c" contains a backslash.',
    hint: 'Leave them out with `exclude:` in this model’s entry.',
  });
});

test('of very many bad paths the number is said', () => {
  const many = Array.from({ length: 1000 }, (_, at) => `../${at}`);
  expect(() => checkFiles(files(...many), 'org/model')).toThrow(/"\.\.\/19" [^;]*; and 980 more\.$/);
});
