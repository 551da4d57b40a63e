import { createInflate, createInflateRaw, createGunzip } from 'node:zlib';

/** Bytes of what is unpacked. */
const MOST = 8 * 1024 * 1024;

const UNPACKERS = { deflate: createInflateRaw, zlib: createInflate, gzip: createGunzip };

/** The beginning of what was compressed, as far as it can be unpacked and up to 8 MiB. */
export async function unpackBeginning(
  bytes: Uint8Array,
  format: keyof typeof UNPACKERS,
): Promise<Uint8Array> {
  const unpacker = UNPACKERS[format]();
  const pieces: Uint8Array[] = [];
  let length = 0;
  unpacker.end(bytes);
  try {
    for await (const piece of unpacker as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      length += piece.length;
      if (length >= MOST) break;
    }
  } catch {
    // Damaged, or only the beginning of it was given: what came out until then is what is looked at.
  }
  return Buffer.concat(pieces);
}
