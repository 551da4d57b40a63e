import { describe, expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';

import { layerMap } from '../../src/estargz/layer-map.ts';
import { segments, tailBytes, type LayerFile } from '../../src/estargz/segments.ts';
import { headerSize } from '../../src/estargz/tar.ts';
import { tocText } from '../../src/estargz/toc.ts';
import { layerBytes, noise, sha256 } from '../support/layer-bytes.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

function shape(files: readonly LayerFile[]): string[] {
  return [...segments(files)].map(({ chunk, tail }) => {
    const content = chunk === undefined ? '' : `${files[chunk.index]?.path}@${chunk.offset}+${chunk.length} `;
    return `${content}${tail.padding}|${tail.from}-${tail.to}${tail.end ? '|end' : ''}`;
  });
}

function lengths(size: number): (number | undefined)[] {
  return [...segments([{ path: 'a', size }])].map(({ chunk }) => chunk?.length);
}

describe('the segments of a layer', () => {
  test.each<[string, [string, number][], string[]]>([
    ['without files', [], ['0|0-0|end']],
    ['of empty files', [['a', 0], ['b', 0]], ['0|0-2|end']], // prettier-ignore
    ['of one file', [['a', 5]], ['0|0-1', 'a@0+5 507|1-1|end']], // prettier-ignore
    ['of one block', [['a', 512]], ['0|0-1', 'a@0+512 0|1-1|end']], // prettier-ignore
    ['of one chunk', [['a', 4 * MIB]], ['0|0-1', `a@0+${4 * MIB} 0|1-1|end`]], // prettier-ignore
    ['of a byte more', [['a', 4 * MIB + 1]], ['0|0-1', `a@0+${4 * MIB} 0|1-1`, `a@${4 * MIB}+1 511|1-1|end`]], // prettier-ignore
    ['with empty files between', [['a', 0], ['b', 1], ['c', 0], ['d', 2], ['e', 0]], ['0|0-2', 'b@0+1 511|2-4', 'd@0+2 510|4-5|end']], // prettier-ignore
  ])('%s', (_, files, expected) => {
    expect(shape(files.map(([path, size]) => ({ path, size })))).toEqual(expected);
  });

  test('have chunks of 32 MiB in files of 4 GiB and more', () => {
    expect(lengths(4 * GIB - 1).slice(1)).toEqual([
      ...Array.from({ length: 255 }, () => 16 * MIB),
      16 * MIB - 1,
    ]);
    expect(lengths(4 * GIB).slice(1)).toEqual(Array.from({ length: 128 }, () => 32 * MIB));
  });

  test('have chunks of 16 MiB in files of 1 GiB and more', () => {
    expect(lengths(GIB - 1).slice(1)).toEqual([...Array.from({ length: 255 }, () => 4 * MIB), 4 * MIB - 1]);
    expect(lengths(GIB).slice(1)).toEqual(Array.from({ length: 64 }, () => 16 * MIB));
  });

  test('say the size of their tails', () => {
    const files = ['a/b/c', 'a/b/d', 'a/e', 'é/f'].map((path, n) => ({ path, size: n * 1000 }));
    for (const { tail } of segments(files)) {
      expect(Buffer.concat([...tailBytes(files, tail)])).toHaveLength(tail.size);
    }
  });

  test('follow one another without gaps, before the TOC', () => {
    const files = [0, 1, 9 * MIB, 70_000, 0, 512].map((size, n) => ({ path: `f${n}`, size }));
    let at = 0;
    for (const { offset, size } of segments(files)) {
      expect(offset).toBe(at);
      at += size;
    }
    expect(layerMap(files).tocOffset).toBe(at);
  });
});

test('files are sorted by the bytes of their paths, and folders come before what they hold, once', () => {
  const paths = ['b/x/1', 'a', 'b.txt', 'b/x/2', 'b-x/1', '\u{1f917}', '\uffee', 'b/y', 'b/x.1'];
  const content = Object.fromEntries(paths.map((path) => [path, noise(3)]));
  const { blob } = layerBytes(content);
  const tar = gunzipSync(blob);
  const names: string[] = [];
  for (let at = 0; at < tar.length; at += 512) {
    if (tar.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    const name = tar.toString('latin1', at, at + 100).replaceAll('\0', '');
    names.push(name === '././@PaxHeader' ? tar.toString('utf8', at + 512, at + 526) : name);
  }
  expect(names.filter((name) => !name.startsWith('_'))).toEqual([
    'a',
    'b-x/',
    'b-x/1',
    'b.txt',
    'b/',
    'b/x.1',
    'b/x/',
    'b/x/1',
    'b/x/2',
    'b/y',
    expect.stringContaining('path=\uffee'),
    expect.stringContaining('path=\u{1f917}'),
    'stargz.index.json',
  ]);
});

test('the map knows every size beforehand', () => {
  const content = {
    'config.json': noise(571),
    'empty.txt': noise(0),
    'onnx/model.bin': noise(9 * MIB + 3),
    'onnx/é.bin': noise(65_536),
    [`${'long/'.repeat(30)}name`]: noise(1),
  };
  const map = layerMap(Object.entries(content).map(([path, { length }]) => ({ path, size: length })));
  const { blob, toc } = layerBytes(content);
  const tar = gunzipSync(blob);
  expect(map).toMatchObject({ size: blob.length, uncompressedSize: tar.length, chunkCount: 6 });
  expect(map.tocSize).toBe(Buffer.byteLength(toc));
  expect(blob.toString('latin1', map.size - 35, map.size - 19)).toBe(
    map.tocOffset.toString(16).padStart(16, '0'),
  );
});

test('layers of files beyond 8 GiB and beyond 2^32 are mapped without their bytes', () => {
  const files = [
    { path: 'a.gguf', size: 8 * GIB - 1 },
    { path: 'b.gguf', size: 8 * GIB },
    { path: 'c.gguf', size: 405 * 10 ** 9 },
  ];
  const map = layerMap(files);
  expect(map.chunkCount).toBe(256 + 256 + 12_070);
  // In files of 32 MiB chunks, what framing adds is 5 bytes for each 65,535 and 18 for each chunk, and the TOC.
  expect(map.uncompressedSize - files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(6_000_000);
  expect(map.size / map.uncompressedSize).toBeLessThan(1.0001);
  const last = [...segments(map.files)].at(-1);
  expect((last?.offset ?? 0) + (last?.size ?? 0)).toBe(map.tocOffset);
  expect(headerSize({ path: 'b.gguf', type: 'file', size: 8 * GIB })).toBe(3 * 512);
});

test('a layer of 100,000 small files is mapped', () => {
  const files = Array.from({ length: 100_000 }, (_, n) => ({
    path: `d${n % 100}/f${n}.json`,
    size: n % 700,
  }));
  const map = layerMap(files);
  expect(map.chunkCount).toBe(files.filter(({ size }) => size > 0).length);
  const toc = [...tocText(map.files)].join('');
  expect(toc).toHaveLength(map.tocSize);
  expect(JSON.parse(toc)).toHaveProperty('entries.length', 100_000 + 100);
});

test.each<[string, LayerFile[], string]>([
  ['an unsafe path', [{ path: '../a', size: 1 }], '"../a" has the part ".."'],
  ['a path twice', [{ path: 'a', size: 1 }, { path: 'a', size: 1 }], '"a" is there twice'], // prettier-ignore
  ['a negative size', [{ path: 'a', size: -1 }], '"a" has the size -1'],
  ['a size that is no number', [{ path: 'a', size: Number.NaN }], '"a" has the size NaN'],
  ['a size beyond 2^53', [{ path: 'a', size: 2 ** 53 }], '"a" has the size 9007199254740992'],
])('%s is refused', (_, files, message) => {
  expect(() => layerMap(files)).toThrow(new RangeError(message));
});

test('the TOC says what the specification wants, in bytes that never change', () => {
  const { toc } = layerBytes({ 'é/w.bin': Buffer.alloc(4 * MIB + 2), empty: Buffer.alloc(0) });
  const file = sha256(Buffer.alloc(4 * MIB + 2));
  const meta = '"modtime":"1970-01-01T00:00:00Z"';
  expect(toc).toBe(
    `{"version":1,"entries":[` +
      `{"name":"empty","type":"reg",${meta},"mode":420,"digest":"${sha256('')}"},` +
      `{"name":"é/","type":"dir",${meta},"mode":493},` +
      `{"name":"é/w.bin","type":"reg","size":4194306,${meta},"mode":420,"offset":3607,"chunkSize":4194304,` +
      `"digest":"${file}","chunkDigest":"${sha256(Buffer.alloc(4 * MIB))}"},` +
      `{"name":"é/w.bin","type":"chunk","offset":4198254,"chunkOffset":4194304,"chunkDigest":"${sha256(Buffer.alloc(2))}"}` +
      `]}`,
  );
});
