import { describe, expect, test } from '@jest/globals';

import {
  blocksSize,
  GZIP_HEADER,
  memberSize,
  writeBlockHeader,
  writeTrailer,
} from '../../src/estargz/gzip.ts';

test('the header depends on nothing', () => {
  expect(Buffer.from(GZIP_HEADER).toString('hex')).toBe('1f8b08000000000000ff');
});

test.each([
  [0, 0],
  [1, 6],
  [65_535, 65_540],
  [65_536, 65_546],
  [4 * 2 ** 20, 4 * 2 ** 20 + 65 * 5],
])('content of %d bytes takes %d in blocks', (content, size) => {
  expect(blocksSize(content)).toBe(size);
});

test('each part of a member is cut anew', () => {
  expect(memberSize(1)).toBe(10 + 6 + 8);
  expect(memberSize(65_535, 1)).toBe(10 + 65_540 + 6 + 8);
  expect(memberSize(0, 512)).toBe(10 + 517 + 8);
});

describe('bytes', () => {
  test.each([
    [1, true, '010100feff'],
    [0x1234, false, '003412cbed'],
    [65_535, true, '01ffff0000'],
  ])('of the header of a block of %d bytes', (length, last, hex) => {
    const target = new Uint8Array(5);
    writeBlockHeader(target, 0, { length, last });
    expect(Buffer.from(target).toString('hex')).toBe(hex);
  });

  test.each([
    [0xdeadbeef, 5, 'efbeadde05000000'],
    [1, 2 ** 32 + 7, '0100000007000000'],
  ])('of the trailer', (crc, length, hex) => {
    const target = new Uint8Array(10);
    writeTrailer(target.subarray(1), 1, { crc, length });
    expect(Buffer.from(target).toString('hex')).toBe(`0000${hex}`);
  });
});
