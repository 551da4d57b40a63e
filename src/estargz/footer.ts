/** The last 51 bytes of an eStargz layer: an empty gzip member whose extra field says where the TOC's member begins. */

export const FOOTER_SIZE = 51;

const encoder = new TextEncoder();
// Header with an extra field of 26 bytes, holding one subfield "SG" of 22.
const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 26, 0, 0x53, 0x47, 22, 0);
const MAGIC = 'STARGZ';
// An empty stored block that is the last one, CRC-32 and length 0.
const TAIL = Uint8Array.of(1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0);

export function encodeFooter(tocOffset: number): Uint8Array<ArrayBuffer> {
  const footer = new Uint8Array(FOOTER_SIZE);
  footer.set(HEAD);
  footer.set(encoder.encode(tocOffset.toString(16).padStart(16, '0') + MAGIC), HEAD.length);
  footer.set(TAIL, FOOTER_SIZE - TAIL.length);
  return footer;
}

/**
 * The offset of the TOC's member in the layer, in bytes.
 * @throws RangeError when the bytes are not an eStargz footer.
 */
export function parseFooter(footer: Uint8Array): number {
  const offset = new TextDecoder('latin1').decode(footer.subarray(HEAD.length, HEAD.length + 16));
  const tocOffset = /^[0-9a-f]{16}$/.test(offset) ? Number.parseInt(offset, 16) : Number.NaN;
  if (!Number.isSafeInteger(tocOffset) || !isFooterOf(footer, tocOffset)) {
    throw new RangeError('the layer does not end in an eStargz footer');
  }
  return tocOffset;
}

// Byte 8 and 9 (level and operating system) are the writer's own affair.
function isFooterOf(footer: Uint8Array, tocOffset: number): boolean {
  const expected = encodeFooter(tocOffset);
  return (
    footer.length === FOOTER_SIZE && expected.every((byte, at) => at === 8 || at === 9 || byte === footer[at])
  );
}
