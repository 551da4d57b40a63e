import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';

import { inflate } from '../../src/estargz/inflate.ts';
import { fileAt, openLayer, readChunk, readFile, type OpenLayer } from '../../src/estargz/reader.ts';
import { encodeHeader } from '../../src/estargz/tar.ts';
import {
  compressedLayer,
  layerBytes,
  layerWithToc,
  noise,
  sha256,
  type LayerBytes,
} from '../support/layer-bytes.ts';

const MIB = 2 ** 20;

const CONTENT = {
  'README.md': Buffer.from('weights '.repeat(250)),
  'empty.txt': noise(0),
  'weights/big.bin': Buffer.concat(
    [noise(4 * MIB), noise(5 * MIB, 2)].map((bytes) => bytes.map((byte) => byte & 15)),
  ),
  'weights/é.bin': noise(65_536),
};

function link(name: string, linkName: string, type = 'hardlink') {
  return { name, type, linkName, mode: 420 };
}

interface Opened {
  layer: OpenLayer;
  /** What was read, as [offset, length]. */
  ranges: [number, number][];
}

async function open({ blob, tocDigest }: LayerBytes): Promise<Opened> {
  const ranges: [number, number][] = [];
  const read = async (offset: number, length: number) => {
    expect(offset + length).toBeLessThanOrEqual(blob.length);
    expect(length).toBeGreaterThan(0);
    ranges.push([offset, length]);
    return new Uint8Array(blob.subarray(offset, offset + length));
  };
  const layer = await openLayer({ read, size: blob.length, tocDigest });
  return { layer, ranges: ranges.splice(0) && ranges };
}

async function contentOf(layer: OpenLayer, path: string, range?: { start?: number; end?: number }) {
  const pieces: Uint8Array[] = [];
  for await (const piece of readFile(layer, fileAt(layer, path), range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe.each([
  ['stored', layerBytes(CONTENT)],
  ['compressed', compressedLayer(CONTENT)],
])('a layer that is %s', (_, bytes) => {
  test('gives every file', async () => {
    const { layer } = await open(bytes);
    expect([...layer.entries.keys()]).toEqual([
      'README.md',
      'empty.txt',
      'weights',
      ...Object.keys(CONTENT).slice(2),
    ]);
    for (const [path, content] of Object.entries(CONTENT)) {
      expect((await contentOf(layer, path)).equals(content)).toBe(true);
    }
  });

  test('gives a range of a file, reading each chunk that has to do with it once', async () => {
    const { layer, ranges } = await open(bytes);
    const range = { start: 4 * MIB - 5, end: 4 * MIB + 7 };
    const content = await contentOf(layer, 'weights/big.bin', range);
    expect(content.equals(CONTENT['weights/big.bin'].subarray(range.start, range.end))).toBe(true);
    expect(ranges).toHaveLength(2);
  });

  test('gives a small file in one range of about its size', async () => {
    const { layer, ranges } = await open(bytes);
    await contentOf(layer, 'README.md');
    expect(ranges).toHaveLength(1);
    expect(ranges[0]?.[1]).toBeLessThanOrEqual(2015);
  });

  test('is refused where a byte of content differs', async () => {
    const { layer } = await open(bytes);
    const [chunk] = fileAt(layer, 'README.md').chunks;
    if (chunk === undefined) throw new Error('the file has no chunk');
    const blob = Buffer.from(bytes.blob);
    blob.writeUInt8(blob.readUInt8(chunk.offset + 20) ^ 1, chunk.offset + 20);
    const broken = await open({ ...bytes, blob });
    await expect(readChunk(broken.layer, chunk)).rejects.toThrow(RangeError);
  });
});

test('a member is read on where its content takes more than it would stored', async () => {
  const header = gzipSync(noise(3000));
  // A file name of 200 bytes in the gzip header (RFC 1952, FNAME).
  const name = Buffer.from(`${'x'.repeat(200)}\0`);
  const member = Buffer.concat([
    header.subarray(0, 3),
    Buffer.of(8),
    header.subarray(4, 10),
    name,
    header.subarray(10),
  ]);
  const read = async (offset: number, length: number) =>
    new Uint8Array(member.subarray(offset, offset + length));
  const content = await inflate(read, { offset: 0, end: member.length }, 3000);
  expect(noise(3000).equals(content)).toBe(true);
});

test.each([
  ['cut off', gzipSync(noise(3000)).subarray(0, 1000)],
  ['too short', gzipSync(noise(2999))],
  ['no gzip', noise(4000)],
])('a member that is %s is refused', async (_, member) => {
  const read = async (offset: number, length: number) =>
    new Uint8Array(member.subarray(offset, offset + length));
  await expect(inflate(read, { offset: 0, end: member.length }, 3000)).rejects.toThrow(RangeError);
});

describe('a file is found', () => {
  const digest = sha256(noise(5));
  const member = gzipSync(noise(5));
  const file = { name: 'a', type: 'reg', size: 5, mode: 420, offset: 0, chunkDigest: digest };
  const layer = layerWithToc([member], {
    version: 1,
    entries: [
      file,
      link('b', './a'),
      link('c', 'b'),
      link('round', 'trip'),
      link('trip', 'round'),
      link('s', 'a', 'symlink'),
    ],
  });

  test('through hard links', async () => {
    const opened = await open(layer);
    expect(fileAt(opened.layer, 'c').path).toBe('a');
    expect((await contentOf(opened.layer, 'c')).equals(noise(5))).toBe(true);
  });

  test.each([
    ['nothing', 'the layer has no "nothing"'],
    ['round', 'is no regular file, but of the type "hardlink"'],
    ['s', 'is no regular file, but of the type "symlink"'],
  ])('or not: %s', async (path, message) => {
    const opened = await open(layer);
    expect(() => fileAt(opened.layer, path)).toThrow(message);
  });
});

describe('what is no eStargz layer is refused:', () => {
  const layer = layerBytes({ a: noise(5) });
  const empty = { version: 1, entries: [] };

  test.each<[string, LayerBytes, string]>([
    [
      'too short',
      { ...layer, blob: layer.blob.subarray(0, 50) },
      'a layer of 50 bytes has no eStargz footer',
    ],
    ['a plain gzip', { ...layer, blob: gzipSync(noise(5000)) }, 'does not end in an eStargz footer'],
    [
      'a TOC that the manifest does not name',
      { ...layer, tocDigest: sha256('') },
      'its manifest says sha256:e3b0',
    ],
    ['a TOC of another name', layerWithToc([], empty, 'other'), 'wrong checksum'],
    ['a TOC that is none', layerWithToc([], '{}'), 'not of version 1'],
  ])('%s', async (_, bytes, message) => {
    await expect(open(bytes)).rejects.toThrow(message);
  });

  test('another tar entry in the place of the TOC', async () => {
    const member = gzipSync(encodeHeader({ path: 'other', type: 'file', size: 0 }));
    const blob = Buffer.concat([member, layerWithToc([], empty).blob.subarray(-51)]);
    await expect(open({ ...layer, blob })).rejects.toThrow('the layer has "other" where its TOC should be');
  });

  test('a footer that points behind the layer', async () => {
    const blob = Buffer.from(layer.blob);
    blob.write('ffffffff', blob.length - 51 + 24);
    await expect(open({ ...layer, blob })).rejects.toThrow('the footer says that the TOC is at 4294967295');
  });

  test('a TOC of gigabytes', async () => {
    const { blob } = layerWithToc([], empty);
    const read = async (_: number, length: number) => new Uint8Array(blob.subarray(-length));
    await expect(openLayer({ read, size: 2 ** 32 })).rejects.toThrow('is over the limit of 134217728');
  });

  test('a TOC that unpacks to gigabytes', async () => {
    const bomb = gzipSync(Buffer.alloc(129 * MIB));
    const blob = Buffer.concat([bomb, layerWithToc([], empty).blob.subarray(-51)]);
    await expect(open({ ...layer, blob })).rejects.toThrow('holds over 134217728 bytes');
  });
});
