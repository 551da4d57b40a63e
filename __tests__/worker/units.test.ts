/** The Worker's formats and counters by themselves. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSHA256 } from 'hash-wasm';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { parseRanges } from '../../worker/src/ranges/parse.ts';
import { Budget } from '../../worker/src/uploads/budget.ts';
import { RunningHash, type HashExports } from '../../worker/src/uploads/hash.ts';
import { COMPATIBILITY_DATE } from '../../src/workerd/runtime.ts';
import { readPiece, Stalled } from '../../worker/src/uploads/read.ts';
import { someBytes } from '../support/worker.ts';

describe('Range', () => {
  test.each<[string | undefined, number, [number, number][] | undefined]>([
    [undefined, 10, undefined],
    ['bytes=0-0', 10, [[0, 1]]],
    ['bytes=0-9', 10, [[0, 10]]],
    ['bytes=0-99', 10, [[0, 10]]],
    ['bytes=9-', 10, [[9, 1]]],
    ['bytes=10-', 10, []],
    ['bytes=-1', 10, [[9, 1]]],
    ['bytes=-0', 10, []],
    ['bytes=-99', 10, [[0, 10]]],
    ['bytes=-5', 0, []],
    ['bytes=5-4', 10, []],
    [
      ' bytes=1-2 , 4-5,,-1 ',
      10,
      [
        [1, 2],
        [4, 2],
        [9, 1],
      ],
    ],
    [
      'bytes=1-2,1-2',
      10,
      [
        [1, 2],
        [1, 2],
      ],
    ],
    [
      'bytes=0-7,2-3',
      10,
      [
        [0, 8],
        [2, 2],
      ],
    ],
    ['bytes=0-7,2-4', 10, undefined],
    ['bytes=99999999999999999999-', 10, []],
    ['bytes=0-99999999999999999999', 10, [[0, 10]]],
    ['bytes=1 -2', 10, undefined],
    ['bytes=0x1-2', 10, undefined],
    ['bytes=+1-2', 10, undefined],
    ['bytes 1-2', 10, undefined],
    ['', 10, undefined],
    ['items=1-2', 10, undefined],
  ])('%p of %d bytes', (header, size, expected) => {
    const ranges = parseRanges(header, size);
    expect(ranges?.map(({ offset, length }) => [offset, length])).toEqual(expected);
  });
});

describe.each(['sha256', 'sha512'] as const)('the running %s', (algorithm) => {
  const file = new URL(`../../worker/src/uploads/${algorithm}.wasm`, import.meta.url);
  const bytes = someBytes(200_000);
  const expected = createHash(algorithm).update(bytes).digest('hex');

  test.each([0, 1, 63, 64, 65, 127, 128, 129, 16_383, 16_384, 16_385, 199_999])(
    'saved after %d bytes and taken up again gives the same',
    async (at) => {
      const open = await hashes(file);
      const before = new RunningHash(open(), algorithm);
      before.update(bytes.subarray(0, at));
      const state = before.save();
      before.update(someBytes(100)); // does not change what was saved
      const after = new RunningHash(open(), algorithm, state);
      after.update(bytes.subarray(at));
      expect(after.digest()).toBe(expected);
    },
  );

  test('does not take up what is no state', async () => {
    const open = await hashes(file);
    expect(() => new RunningHash(open(), algorithm, new Uint8Array(3))).toThrow('not a saved state');
  });
});

describe("hash-wasm's module", () => {
  test('is that of the sha512', async () => {
    const source = await readFile(
      new URL('../../node_modules/hash-wasm/dist/index.esm.js', import.meta.url),
      'utf8',
    );
    const ours = await readFile(new URL('../../worker/src/uploads/sha512.wasm', import.meta.url));
    // The end of the text may be padded or not.
    expect(source).toContain(ours.toString('base64').replace(/=+$/, ''));
  });

  test.each([0, 1, 64, 70, 16_384, 200_000])(
    'saves the state of our sha256 after %d bytes',
    async (length) => {
      const open = await hashes(new URL('../../worker/src/uploads/sha256.wasm', import.meta.url));
      const ours = new RunningHash(open(), 'sha256');
      ours.update(someBytes(length));
      const theirs = (await createSHA256()).init().update(someBytes(length));
      const state = theirs.save().subarray(4); // before it is which algorithm it is of
      // What is left in the tail of earlier blocks differs.
      expect(ours.save().subarray(64)).toEqual(state.subarray(64));
      expect(new RunningHash(open(), 'sha256', state).digest()).toBe(theirs.digest());
    },
  );
});

/** What Node has and its types leave out. */
const { WebAssembly: Wasm } = globalThis as unknown as {
  WebAssembly: {
    compile: (bytes: Uint8Array) => Promise<object>;
    Instance: new (module: object) => { exports: HashExports };
  };
};

/** @returns what makes a new instance of the module. */
async function hashes(file: URL): Promise<() => HashExports> {
  const module = await Wasm.compile(await readFile(file));
  return () => new Wasm.Instance(module).exports;
}

describe('the budget', () => {
  test('lets in who fits, and the others in turn as it is given back', async () => {
    const budget = new Budget(10);
    const order: string[] = [];
    const first = await budget.acquire(6);
    const waiting = ['b', 'c', 'd'].map(async (name) => {
      const room = await budget.acquire(name === 'b' ? 8 : 2);
      order.push(name);
      return room;
    });
    await Promise.resolve();
    expect(order).toEqual([]); // c would fit, but b came first
    first.release();
    first.release();
    const [b, c] = await Promise.all(waiting.slice(0, 2));
    expect(order).toEqual(['b', 'c']);
    b?.release();
    c?.release();
    await waiting[2];
    expect(order).toEqual(['b', 'c', 'd']);
  });

  test('gives nothing away to who wants more than there is', async () => {
    const budget = new Budget(10);
    await expect(budget.acquire(11)).rejects.toThrow(RangeError);
    await expect(budget.acquire(10)).resolves.toHaveProperty('bytes.length', 10);
  });

  test('has all it had where there was no memory', async () => {
    const budget = new Budget(2 ** 52);
    await expect(budget.acquire(2 ** 52)).rejects.toThrow('Array buffer allocation failed');
    await expect(budget.acquire(10)).resolves.toHaveProperty('bytes.length', 10);
  });

  test('hands out memory again that nobody reads any more, while others hold some', async () => {
    const budget = new Budget(20);
    const [held, sent, failed] = await Promise.all([5, 5, 5].map((bytes) => budget.acquire(bytes)));
    failed?.release();
    sent?.release({ isReusable: true });
    expect((await budget.acquire(5)).bytes.buffer).toBe(sent?.bytes.buffer);
    const fresh = await budget.acquire(5);
    expect([held, sent, failed].map((room) => room?.bytes.buffer)).not.toContain(fresh.bytes.buffer);
  });
});

test('serve runs the Worker under the compatibility date of wrangler.jsonc', async () => {
  const config = await readFile(new URL('../../worker/wrangler.jsonc', import.meta.url), 'utf8');
  expect(config).toContain(`"compatibility_date": "${COMPATIBILITY_DATE}"`);
});

describe('reading a body', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('gives up after a minute in which nothing came', async () => {
    jest.useFakeTimers();
    const result = readPiece({ readAtLeast: () => new Promise(() => undefined) }, new Uint8Array(10));
    await Promise.all([
      expect(result).rejects.toBeInstanceOf(Stalled),
      jest.advanceTimersByTimeAsync(60_000),
    ]);
  });

  test('hands on what came, and what broke', async () => {
    const value = someBytes(10);
    const memory = new Uint8Array(10);
    const piece = readPiece({ readAtLeast: () => Promise.resolve({ value, done: false }) }, memory);
    await expect(piece).resolves.toEqual({ value, done: false });
    const broken = readPiece({ readAtLeast: () => Promise.reject(new Error('lost')) }, memory);
    await expect(broken).rejects.toThrow('lost');
  });
});
