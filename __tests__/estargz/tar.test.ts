import { describe, expect, test } from '@jest/globals';

import { decodeHeader, encodeHeader, headerSize, paddingAfter, TAR_BLOCK } from '../../src/estargz/tar.ts';

const GIB = 2 ** 30;

function fields(header: Uint8Array): Record<string, string> {
  const text = Buffer.from(header).toString('latin1');
  return {
    name: text.slice(0, 100).replaceAll('\0', ''),
    mode: text.slice(100, 108),
    owner: text.slice(108, 124),
    size: text.slice(124, 136),
    mtime: text.slice(136, 148),
    type: text.slice(156, 157),
    magic: text.slice(257, 265),
    names: text.slice(265, 329).replaceAll('\0', ''),
    device: text.slice(329, 345),
    rest: text.slice(345).replaceAll('\0', ''),
  };
}

const PLAIN = {
  owner: '0000000\x000000000\x00',
  mtime: '00000000000\0',
  magic: 'ustar\x0000',
  names: '',
  device: '0000000\x000000000\x00',
  rest: '',
};

describe('a tar header', () => {
  test('of a file', () => {
    const header = encodeHeader({ path: 'a/config.json', type: 'file', size: 571 });
    expect(header).toHaveLength(TAR_BLOCK);
    expect(fields(header)).toEqual({
      ...PLAIN,
      name: 'a/config.json',
      mode: '0000644\0',
      size: '00000001073\0',
      type: '0',
    });
    expect(Buffer.from(header).toString('latin1', 148, 156)).toBe('011566\0 ');
  });

  test('of a directory', () => {
    const header = encodeHeader({ path: 'a/', type: 'directory', size: 0 });
    expect(fields(header)).toEqual({
      ...PLAIN,
      name: 'a/',
      mode: '0000755\0',
      size: '00000000000\0',
      type: '5',
    });
  });

  test.each([
    ['of 100 bytes needs no record', 'x'.repeat(100), 5, '', 'x'.repeat(100)],
    ['of 101 bytes', 'x'.repeat(101), 5, `111 path=${'x'.repeat(101)}\n`, 'x'.repeat(100)],
    // The length counts its own digits.
    [
      'of ASCII beyond 100 bytes in two digits',
      'é'.repeat(45),
      5,
      `99 path=${'é'.repeat(45)}\n`,
      '_'.repeat(90),
    ],
    ['that is not ASCII', 'é.bin', 5, '15 path=é.bin\n', '__.bin'],
    ['beyond the BMP', '🤗', 5, '13 path=🤗\n', '____'],
    ['cut after a slash', `${'x'.repeat(99)}/y`, 5, `111 path=${'x'.repeat(99)}/y\n`, 'x'.repeat(99)],
  ])('of a path %s', (_, path, size, records, name) => {
    const header = encodeHeader({ path, type: 'file', size });
    expect(header).toHaveLength(headerSize({ path, type: 'file', size }));
    expect(fields(header.subarray(-TAR_BLOCK)).name).toBe(name);
    expect(paxOf(header)).toBe(records);
  });

  test.each([
    [8 * GIB - 1, '77777777777\0', ''],
    [8 * GIB, '00000000000\0', '19 size=8589934592\n'],
    [Number.MAX_SAFE_INTEGER, '00000000000\0', '25 size=9007199254740991\n'],
  ])('of a file of %d bytes', (size, field, records) => {
    const header = encodeHeader({ path: 'model.gguf', type: 'file', size });
    expect(fields(header.subarray(-TAR_BLOCK))).toMatchObject({ name: 'model.gguf', size: field, type: '0' });
    expect(paxOf(header)).toBe(records);
  });

  test('of a long path and a large file has both records', () => {
    const path = `${'é'.repeat(60)}/`.repeat(3) + 'x';
    expect(paxOf(encodeHeader({ path, type: 'file', size: 9 * GIB }))).toBe(
      `374 path=${path}\n19 size=9663676416\n`,
    );
  });
});

function paxOf(header: Uint8Array): string {
  if (header.length === TAR_BLOCK) return '';
  const { name, size, type } = decodeHeader(header);
  expect({ name, type }).toEqual({ name: '././@PaxHeader', type: 'x' });
  expect(header.length).toBe(2 * TAR_BLOCK + size + paddingAfter(size));
  return Buffer.from(header.subarray(TAR_BLOCK, TAR_BLOCK + size)).toString();
}

test.each([
  [0, 0],
  [1, 511],
  [512, 0],
  [513, 511],
])('content of %d bytes is padded by %d', (size, padding) => {
  expect(paddingAfter(size)).toBe(padding);
});

test('a header that is no header is refused', () => {
  const header = encodeHeader({ path: 'a', type: 'file', size: 5 });
  expect(decodeHeader(header)).toEqual({ name: 'a', size: 5, type: '0', mode: 0o644, linkName: '' });
  expect(() => decodeHeader(header.with(0, 98))).toThrow('wrong checksum');
  expect(() => decodeHeader(new Uint8Array(512))).toThrow('not octal');
  expect(() => decodeHeader(header.subarray(1))).toThrow('cut off');
});
