import { expect, test } from '@jest/globals';

import { count, formatBytes, formatSeconds } from '../../src/report/format.ts';
import { formatTable } from '../../src/report/table.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [90_868_376, '90.9 MB'],
  [75e9, '75.0 GB'],
  [-1500, '-1.5 kB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [185, '3 min 05 s'],
  [7440, '2 h 04 min'],
])('%d seconds are shown as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('things are counted in the singular and the plural', () => {
  expect([0, 1, 2].map((number) => count(number, 'layer'))).toEqual(['0 layers', '1 layer', '2 layers']);
});

test('a table has aligned columns and no blanks at the ends of its lines', () => {
  expect(
    formatTable([
      ['publish', 'a', '1 layer'],
      ['tag', 'longer', ''],
    ]),
  ).toBe('publish  a       1 layer\ntag      longer');
});
