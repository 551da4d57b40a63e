import { describe, expect, test } from '@jest/globals';

import { parseToc } from '../../src/estargz/toc-parse.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const TOC_OFFSET = 10_000;

function toc(...entries: unknown[]): string {
  return JSON.stringify({ version: 1, entries });
}

const file = { name: 'a', type: 'reg', size: 10, mode: 420, offset: 100, chunkDigest: DIGEST };
const first = { ...file, chunkSize: 6 };
const second = { name: 'a', type: 'chunk', offset: 200, chunkOffset: 6, chunkDigest: DIGEST };

describe('a TOC', () => {
  test('gives the chunks of each file, and where their members end', () => {
    const other = { ...file, name: 'b', offset: 300 };
    expect([...parseToc(toc(first, second, other), TOC_OFFSET).values()]).toEqual([
      {
        type: 'reg',
        path: 'a',
        size: 10,
        mode: 420,
        chunks: [
          { offset: 100, end: 200, chunkOffset: 0, chunkSize: 6, digest: DIGEST },
          { offset: 200, end: 300, chunkOffset: 6, chunkSize: 4, digest: DIGEST },
        ],
      },
      {
        type: 'reg',
        path: 'b',
        size: 10,
        mode: 420,
        chunks: [{ offset: 300, end: TOC_OFFSET, chunkOffset: 0, chunkSize: 10, digest: DIGEST }],
      },
    ]);
  });

  test('may lack chunk digests where a file is one chunk', () => {
    const { chunkDigest: _, ...rest } = file;
    const entries = parseToc(toc({ ...rest, digest: DIGEST }), TOC_OFFSET);
    expect(entries.get('a')).toHaveProperty('chunks.0.digest', DIGEST);
  });

  test.each([
    ['./a/b', 'a/b'],
    ['/a/b', 'a/b'],
    ['a/b/', 'a/b'],
    ['./', ''],
  ])('may call an entry %j', (name, path) => {
    expect([...parseToc(toc({ name, type: 'dir', mode: 493 }), TOC_OFFSET).keys()]).toEqual([path]);
  });

  test('keeps what else a layer may hold', () => {
    const link = {
      name: 'l',
      type: 'symlink',
      linkName: 'a',
      mode: 511,
      userName: 'root',
      xattrs: { a: 'eA==' },
    };
    const entries = parseToc(toc({ name: 'empty', type: 'reg', mode: 420 }, link), TOC_OFFSET);
    expect([...entries.values()]).toEqual([
      { type: 'reg', path: 'empty', size: 0, mode: 420, chunks: [] },
      { type: 'symlink', path: 'l', mode: 511, linkName: 'a' },
    ]);
  });
});

describe('a TOC that lies is refused:', () => {
  test.each<[string, string, string]>([
    ['no JSON', '{"version":1', 'is not JSON'],
    ['another version', '{"version":2,"entries":[]}', 'not of version 1'],
    ['a list', '[]', 'not of version 1'],
    ['no entries', '{"version":1}', 'no list of entries'],
    ['entries that are none', '{"version":1,"entries":[null]}', 'no list of entries'],
    ['no name', toc({ type: 'dir' }), 'entry 0 of the layer\'s TOC has no name'], // prettier-ignore
    ['a name that climbs', toc({ ...file, name: 'a/../../b' }), 'leads elsewhere'],
    ['an unknown type', toc({ ...file, type: 'door' }), 'has the unknown type "door"'],
    ['a name twice', toc(file, { ...file, offset: 200 }), '"a" is there twice'],
    ['a negative size', toc({ ...file, size: -1 }), 'has the size -1'],
    ['a size beyond 2^53', toc({ ...file, size: 2 ** 60 }), 'has the size 1152921504606847000'],
    ['an offset that is no number', toc({ ...file, offset: '100' }), 'has the offset "100"'],
    ['a broken offset', toc({ ...file, offset: 1.5 }), 'has the offset 1.5'],
    ['a link to a number', toc({ name: 'l', type: 'symlink', linkName: 5 }), 'linkName that is not text'],
    [
      'terabytes in one chunk',
      toc({ ...file, size: 2 ** 42 }),
      'a chunk of 4398046511104 bytes is over the limit',
    ],
    ['too few chunks', toc(first), 'lists 6 of the 10 bytes of "a"'],
    [
      'too few chunks before another',
      toc(first, { name: 'd', type: 'dir' }),
      'lists 6 of the 10 bytes of "a"',
    ],
    ['a gap', toc(first, { ...second, chunkOffset: 7 }), 'leave a gap or overlap at 7'],
    ['an overlap', toc(first, { ...second, chunkOffset: 5 }), 'leave a gap or overlap at 5'],
    ['a chunk beyond the end', toc(first, { ...second, chunkSize: 5 }), 'is not within its 10 bytes'],
    ['a chunk too many', toc(file, { ...second, chunkOffset: 10 }), 'is not within its 10 bytes'],
    ['a chunk of nothing', toc(second), 'a chunk of a file that it does not follow'],
    [
      'a chunk of another file',
      toc(first, { ...second, name: 'b' }),
      'a chunk of a file that it does not follow',
    ],
    [
      'a chunk of an empty file',
      toc({ name: 'a', type: 'reg' }, { ...second, chunkOffset: 0 }),
      'a chunk of an empty file',
    ],
    ['no digest', toc({ ...file, chunkDigest: undefined }), 'has no digest'],
    ['a digest of the file for a part of it', toc({ ...first, chunkDigest: undefined, digest: DIGEST }, second), 'has no digest'], // prettier-ignore
    ['an unknown digest', toc({ ...file, chunkDigest: 'md5:00' }), 'has no digest'],
    ['a shared member', toc({ ...file, innerOffset: 5 }), 'innerOffset'],
    [
      'one offset twice',
      toc(first, { ...second, offset: 100 }),
      'two chunks, or a chunk and the TOC, at 100',
    ],
    ['an offset in the TOC', toc({ ...file, offset: TOC_OFFSET }), 'a chunk and the TOC, at 10000'],
    ['an offset beyond it', toc({ ...file, offset: 2 ** 50 }), 'a chunk and the TOC'],
  ])('%s', (_, json, message) => {
    expect(() => parseToc(json, TOC_OFFSET)).toThrow(message);
    expect(() => parseToc(json, TOC_OFFSET)).toThrow(RangeError);
  });
});
