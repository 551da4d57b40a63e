/**
 * Gzip members (RFC 1952) of stored deflate blocks (RFC 1951, 3.2.4). Nothing is compressed, so that bytes depend on
 * no compressor, every offset is known beforehand and reading costs no inflate. The price is 5 bytes for each
 * block of 65,535 and 18 for each member.
 */

/** No name, no time, no hint, operating system unknown (255). */
export const GZIP_HEADER: Uint8Array<ArrayBuffer> = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** CRC-32 and length of the member's content. */
export const TRAILER_SIZE = 8;
/** The most bytes that a stored block holds. */
export const MAX_BLOCK = 0xffff;
export const BLOCK_HEADER_SIZE = 5;

/** Bytes of content cut into stored blocks. */
export function blocksSize(content: number): number {
  return content + Math.ceil(content / MAX_BLOCK) * BLOCK_HEADER_SIZE;
}

/** Bytes of a member whose content is cut anew at the start of each part. Not all parts may be empty. */
export function memberSize(...parts: readonly number[]): number {
  return GZIP_HEADER.length + parts.reduce((sum, part) => sum + blocksSize(part), 0) + TRAILER_SIZE;
}

export function writeBlockHeader(
  target: Uint8Array,
  at: number,
  block: { length: number; last: boolean },
): void {
  const { length, last } = block;
  target[at] = last ? 1 : 0;
  target[at + 1] = length & 0xff;
  target[at + 2] = length >>> 8;
  target[at + 3] = ~length & 0xff;
  target[at + 4] = (~length >>> 8) & 0xff;
}

/** `length`: bytes of the member's content, of which the format keeps 32 bits. */
export function writeTrailer(target: Uint8Array, at: number, content: { crc: number; length: number }): void {
  const view = new DataView(target.buffer, target.byteOffset + at, TRAILER_SIZE);
  view.setUint32(0, content.crc, true);
  view.setUint32(4, content.length % 2 ** 32, true);
}
