/** eStargz layers made in memory the plain way, beside which the streaming writer and the reader are held. */
import { createHash } from 'node:crypto';
import { crc32, gzipSync } from 'node:zlib';

import { encodeFooter } from '../../src/estargz/footer.ts';
import { GZIP_HEADER, MAX_BLOCK } from '../../src/estargz/gzip.ts';
import { layerMap, tocFrame } from '../../src/estargz/layer-map.ts';
import { segments, tailBytes } from '../../src/estargz/segments.ts';
import { tocText } from '../../src/estargz/toc.ts';
import type { Digest } from '../../src/oci/digest.ts';

export type Content = Readonly<Record<string, Uint8Array>>;

export interface LayerBytes {
  blob: Buffer<ArrayBuffer>;
  tocDigest: Digest;
  toc: string;
}

export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Bytes that look random and are the same every time (xorshift32). */
export function noise(size: number, seed = 1): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

/** The layer that this project writes. */
export function layerBytes(content: Content): LayerBytes {
  return writeLayer(content, storedMember);
}

/** The same entries in members as BuildKit writes them, whose offsets are therefore others. */
export function compressedLayer(content: Content): LayerBytes {
  return writeLayer(content, (parts) => gzipSync(Buffer.concat(parts)));
}

/** Any entries in any members, with a footer that points at the TOC. */
export function layerWithToc(members: readonly Uint8Array[], toc: unknown, name?: string): LayerBytes {
  const json = typeof toc === 'string' ? toc : JSON.stringify(toc);
  return close(Buffer.concat(members), json, (parts) => gzipSync(Buffer.concat(parts)), name);
}

type Member = (parts: readonly Uint8Array[]) => Uint8Array;

function writeLayer(content: Content, member: Member): LayerBytes {
  const map = layerMap(Object.entries(content).map(([path, { length }]) => ({ path, size: length })));
  const bytesOf = (index: number): Uint8Array => content[map.files[index]?.path ?? ''] ?? new Uint8Array();
  const chunks: Digest[] = [];
  const members: { at: number; bytes: Uint8Array }[] = [];
  let at = 0;
  for (const { chunk, tail } of segments(map.files)) {
    const range = chunk && bytesOf(chunk.index).subarray(chunk.offset, chunk.offset + chunk.length);
    if (range !== undefined) chunks.push(sha256(range));
    const bytes = member([range ?? new Uint8Array(), Buffer.concat([...tailBytes(map.files, tail)])]);
    members.push({ at, bytes });
    at += bytes.length;
  }
  const digests = {
    file: (index: number) => sha256(bytesOf(index)),
    chunk: (n: number) => chunks[n] as Digest,
  };
  // Offsets of members that are compressed are known only now.
  const offsets = new Map([...segments(map.files)].map((segment, n) => [segment.offset, members[n]?.at]));
  const toc = [...tocText(map.files, digests)]
    .join('')
    .replaceAll(/"offset":(\d+)/g, (_, offset) => `"offset":${offsets.get(Number(offset))}`);
  return close(Buffer.concat(members.map(({ bytes }) => bytes)), toc, member);
}

function close(before: Uint8Array, toc: string, member: Member, name?: string): LayerBytes {
  const json = Buffer.from(toc);
  const frame = tocFrame(json.length);
  if (name !== undefined) frame.before.set(Buffer.from(name.padEnd(100, '\0')));
  const blob = Buffer.concat([
    before,
    member([new Uint8Array(), Buffer.concat([frame.before, json, frame.after])]),
    encodeFooter(before.length),
  ]);
  return { blob, toc, tocDigest: sha256(json) };
}

/** RFC 1952 and RFC 1951, 3.2.4, told once more; each part is cut anew. */
function storedMember(parts: readonly Uint8Array[]): Buffer {
  const blocks = parts.flatMap((part) =>
    Array.from({ length: Math.ceil(part.length / MAX_BLOCK) }, (_, n) =>
      part.subarray(n * MAX_BLOCK, (n + 1) * MAX_BLOCK),
    ),
  );
  const framed = blocks.flatMap((block, n) => {
    const header = Buffer.alloc(5);
    header.writeUInt8(n === blocks.length - 1 ? 1 : 0);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(0xffff - block.length, 3);
    return [header, block];
  });
  const content = Buffer.concat(parts);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content));
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([GZIP_HEADER, ...framed, trailer]);
}
