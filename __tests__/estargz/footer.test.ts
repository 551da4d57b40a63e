import { expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';

import { encodeFooter, FOOTER_SIZE, parseFooter } from '../../src/estargz/footer.ts';

test.each([
  [0, '30303030303030303030303030303030'],
  [0xabcdef, '30303030303030303030616263646566'],
  [Number.MAX_SAFE_INTEGER, '30303166666666666666666666666666'],
])('of a TOC at %d', (offset, digits) => {
  const footer = encodeFooter(offset);
  expect(Buffer.from(footer).toString('hex')).toBe(
    `1f8b08040000000000ff1a0053471600${digits}53544152475a010000ffff0000000000000000`,
  );
  expect(footer).toHaveLength(FOOTER_SIZE);
  expect(gunzipSync(footer)).toHaveLength(0);
  expect(parseFooter(footer)).toBe(offset);
});

test("another writer's level and operating system are its own affair", () => {
  expect(parseFooter(encodeFooter(7).with(9, 3))).toBe(7);
});

test.each([
  ['of zeros', new Uint8Array(51)],
  ['too short', encodeFooter(7).subarray(1)],
  ['with another magic', encodeFooter(7).with(37, 0x58)],
  ['with digits in upper case', encodeFooter(0xa).with(31, 0x41)],
  ['with an offset beyond 2^53', encodeFooter(7).with(16, 0x31)],
  ['that is no empty member', encodeFooter(7).with(50, 1)],
])('a footer %s is refused', (_, footer) => {
  expect(() => parseFooter(footer)).toThrow('does not end in an eStargz footer');
});
