/** Safetensors files as anybody may write them. */

/**
 * @param header as JSON, or as the text or bytes that stand in its place
 * @param size bytes of tensors that follow, all zero
 * @param claimed what is said to be the header's length; its own where left out
 */
export function safetensorsBytes(
  header: object | string,
  size: number,
  claimed?: number | bigint,
): Buffer<ArrayBuffer> {
  const written = Buffer.isBuffer(header)
    ? header
    : Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed ?? written.length));
  return Buffer.concat([length, written, Buffer.alloc(size)]);
}
