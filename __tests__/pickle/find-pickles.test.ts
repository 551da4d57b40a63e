import { execFileSync } from 'node:child_process';
import { deflateSync, gzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { findPickles, type FoundPickle } from '../../src/pickle/find-pickles.ts';
import { followPickle } from '../../src/pickle/follow.ts';
import { inMemory } from '../../src/pickle/random-access.ts';
import { bytes, callPickle, TENSOR } from '../support/pickles.ts';
import { zipOf } from '../support/zip.ts';

async function found(content: Uint8Array): Promise<FoundPickle[]> {
  return await findPickles(inMemory(content));
}

const evil = callPickle('os', 'system');
const dangerous = { judgement: 'dangerous', imports: ['os.system'] };
const harmless = { judgement: 'harmless', imports: [] };

/** The header of numpy.save. */
function array(type: string, content: Buffer): Buffer {
  const header = `{'descr': ${type}, 'fortran_order': False, 'shape': (1,), }`;
  return Buffer.concat([
    bytes(`\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`),
    content,
  ]);
}

describe('a pickle is found by its content', () => {
  test.each([
    ['a call', evil, dangerous],
    ['a tensor', TENSOR, harmless],
    ['data alone', bytes('\x80\x02]q\x00K\x01a.'), harmless],
    [
      'a class that is not known',
      callPickle('sklearn.svm', 'SVC'),
      { judgement: 'unknown', imports: ['sklearn.svm.SVC'] },
    ],
    ['protocol 0', bytes("cos\nsystem\n(S'id'\ntR."), dangerous],
    ['protocol 0 with an instance', bytes("(S'id'\nios\nsystem\n."), dangerous],
    ['an import by the stack', bytes('\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.'), dangerous],
    [
      'an import by the memo',
      bytes('\x80\x04\x8c\x02os\x940\x8c\x06system\x940h\x00h\x01\x93\x8c\x02id\x85R.'),
      dangerous,
    ],
    [
      'what is below a name',
      callPickle('torch', 'hub.load'),
      { judgement: 'dangerous', imports: ['torch.hub.load'] },
    ],
    [
      'torch, as it was before zip',
      Buffer.concat([bytes('\x80\x02\x8a\x01l.'), TENSOR, evil, bytes('weights')]),
      dangerous,
    ],
    [
      'behind a lot of data',
      Buffer.concat([
        bytes('\x80\x02B\x00\x00\x10\x00'),
        Buffer.alloc(2 ** 20),
        bytes('0'),
        evil.subarray(2),
      ]),
      dangerous,
    ],
    ['an array of objects', array("'|O'", evil), dangerous],
    ['a field of objects', array("[('a', '<i4'), ('b', 'O')]", evil), dangerous],
    ['joblib with zlib', deflateSync(evil), dangerous],
    ['joblib with gzip', gzipSync(evil), dangerous],
  ])('%s', async (_what, content, expected) => {
    expect(await found(content)).toEqual([expected]);
  });

  test('in archives, under any name, but not in the bytes of tensors', async () => {
    const archive = zipOf([
      { name: 'model/data.pkl', content: TENSOR },
      { name: 'model/data/0', content: evil },
      { name: 'notes.txt', content: evil, deflated: true },
      { name: 'x.npy', content: array("'|O'", evil) },
      { name: 'config.json', content: bytes('{}') },
    ]);
    const expected = [
      { inside: 'model/data.pkl', ...harmless },
      { inside: 'notes.txt', ...dangerous },
      { inside: 'x.npy', ...dangerous },
    ];
    expect(await found(archive)).toEqual(expected);
    const behind = Buffer.concat([zipOf([{ name: 'stub', content: bytes('stub') }]), archive]);
    expect(await found(behind)).toEqual(expected);
  });

  test.each([
    ['nothing', ''],
    ['a text', 'config of the model\nand more\nRest.'],
    ['a script that begins as an instance would', 'import os\nimport sys\nR.'],
    ['a list of names', 'cat\nfile\n.gitignore\n'],
    ['JSON', '{"a": 1}'],
    ['safetensors with a header of 640 bytes', '\x80\x02\x00\x00\x00\x00\x00\x00{"__metadata__":{}}'],
    [
      'an array of numbers',
      "\x93NUMPY\x01\x00\x3c\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }      \nabcd",
    ],
    ['HDF5', '\x89HDF\r\n\x1a\n'],
  ])('%s is none', async (_what, content) => {
    expect(await found(bytes(content))).toEqual([]);
  });
});

function unclear(reason: RegExp): object {
  return { unclear: expect.stringMatching(reason) };
}

describe('a hostile file', () => {
  test.each([
    [
      'names that are computed',
      '\x80\x04cbuiltins\nlist\n)R\x8c\x06system\x93)R.',
      'dangerous',
      unclear(/computed/),
    ],
    ['names with escapes', "\x80\x04S'o\\x73'\nS'system'\n\x93)R.", 'dangerous', unclear(/computed/)],
    ['the registry of extensions', '\x80\x02\x82\x01)R.', 'dangerous', unclear(/computed/)],
    [
      'a memo that is written twice',
      '\x80\x04\x8c\x04listq\x00q\x000\x8c\x02os\x940\x8c\x06system\x94h\x01h\x02\x93.',
      'dangerous',
      {},
    ],
    ['an end before its end', '\x80\x02cnumpy\nndarray\n', 'unknown', unclear(/ends before/)],
    ['what breaks off', '\x80\x02ccollections\ndeque\n\xff', 'unknown', unclear(/could not be followed/)],
    [
      'a stack that is taken from below a mark',
      '\x80\x02ccollections\ndeque\n(00000.',
      'unknown',
      unclear(/not be followed/),
    ],
    [
      'a length beyond the file',
      '\x80\x02ccollections\ndeque\nB\xff\xff\xff\xff',
      'unknown',
      unclear(/ends before/),
    ],
    ['xz', '\xfd7zXZ\0', 'unknown', unclear(/xz/)],
  ])('with %s is told as such', async (_what, content, judgement, more) => {
    expect(await found(bytes(content))).toEqual([expect.objectContaining({ judgement, ...more })]);
  });

  test('is not followed for ever, nor read whole', async () => {
    const size = 2 ** 40;
    let read = 0;
    const endless = (piece: string) => ({
      size,
      async read(offset: number, length: number) {
        read += length;
        const one = bytes(piece);
        const content = Buffer.alloc(length + one.length, one).subarray(
          (offset + one.length * 2 - 2) % one.length,
        );
        if (offset === 0) content.write('\x80\x02', 'latin1');
        return content.subarray(0, length);
      },
    });
    expect(await findPickles(endless('K1'))).toMatchObject([{ judgement: 'unknown', unclear: /too long/ }]);
    expect(await findPickles(endless('B\xff\xff\xff\x00'))).toMatchObject([{ judgement: 'unknown' }]);
    expect(read).toBeLessThan(80 * 2 ** 20);
  });

  test('an archive of more files than are looked into, and one whose directory lies', async () => {
    const many = Array.from({ length: 300 }, (_, at) => ({ name: `${at}`, content: bytes('x') }));
    expect(await found(zipOf(many))).toEqual([
      { judgement: 'unknown', imports: [], unclear: 'only 200 of its 300 files were looked into' },
    ]);
    const archive = zipOf([{ name: 'a.pkl', content: evil }]);
    archive.writeUInt32LE(0xfffffff0, archive.length - 22 + 12);
    expect(await found(archive)).toMatchObject([{ judgement: 'unknown' }]);
    const outside = zipOf([{ name: 'a.pkl', content: evil }]);
    outside.writeUInt32LE(0x7fffffff, outside.length - 22 - 46 - 5 + 42);
    expect(await found(outside)).toEqual([
      { inside: 'a.pkl', judgement: 'unknown', imports: [], unclear: 'it could not be unpacked' },
    ]);
    for (let end = 4; end < archive.length; end += 3) await found(archive.subarray(0, end));
  });
});

const PROGRAM = `
import base64, collections, datetime, decimal, fractions, json, pickle, pickletools, random, uuid
class Loud:
  def __reduce__(self): return (print, ('x',))
values = [1, [None, True, 2**70, -1.5, 'a' * 300, b'b' * 70000], {'k': {1, 2}, 'f': frozenset('ab')}, (1, (2, (3, 4, 5))),
  collections.OrderedDict(a=[1]), datetime.datetime(2020, 1, 2), decimal.Decimal('1.5'), fractions.Fraction(1, 3),
  uuid.UUID(int=5), random.Random(1), Loud(), bytearray(b'x' * 10), [Loud()] * 3, complex(1, 2), range(3)]
found = []
for value in values:
  for protocol in range(6):
    data = pickle.dumps(value, protocol)
    imports = []
    for opcode, argument, _ in pickletools.genops(data):
      if opcode.name in ('GLOBAL', 'INST'): imports.append(argument.replace(' ', '.'))
    found.append([base64.b64encode(data).decode(), protocol, sorted(set(imports)), len(list(pickletools.genops(data)))])
print(json.dumps(found))
`;

function has(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const withPython =
  process.env['AI_ACTION_REQUIRE_SERVICES'] === '1' || has('python3') ? describe : describe.skip;

withPython("Python's own pickles", () => {
  test('are followed to their ends, opcode by opcode', async () => {
    const pickles = JSON.parse(execFileSync('python3', ['-c', PROGRAM], { encoding: 'utf8' })) as [
      string,
      number,
      string[],
      number,
    ][];
    expect(pickles).toHaveLength(90);
    for (const [base64, protocol, imports, opcodes] of pickles) {
      const content = Buffer.from(base64, 'base64');
      const followed = await followPickle(inMemory(content));
      expect({ protocol, ...followed }).toMatchObject({
        end: 'stop',
        length: opcodes - 1,
        next: content.length,
      });
      // Those of STACK_GLOBAL Python's tools do not resolve.
      expect(followed.imports.has(undefined)).toBe(false);
      expect(protocol < 4 ? followed.imports : new Set(imports)).toEqual(new Set(imports));
    }
  });
});
