import type { BigIntStats } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { openFolder } from '../../src/hub/folder-source.ts';
import { openHashCache } from '../../src/hub/hash-cache.ts';

let folder: string;
let directory: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hash-cache-'));
  directory = join(folder, 'cache');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const sha256 = 'a'.repeat(64);
const second = 1_000_000_000n;

/** Marks of a file that changed at this time, in nanoseconds since the epoch. */
const changedAt = (ctimeNs: bigint): BigIntStats =>
  ({ size: 3n, mtimeNs: 5n, ctimeNs, ino: 7n }) as BigIntStats;

const old = changedAt(1_700_000_000n * second + 1n);

test('a hash is found again by another process, as long as nothing about the file changed', async () => {
  const cache = await openHashCache(directory);
  cache.set('/m/a', old, { sha256, readAt: Date.now() });
  await cache.save();
  const again = await openHashCache(directory);
  expect(again.get('/m/a', old)).toBe(sha256);
  expect(again.get('/m/b', old)).toBeUndefined();
  for (const mark of ['size', 'mtimeNs', 'ctimeNs', 'ino'] as const) {
    expect(again.get('/m/a', { ...old, [mark]: old[mark] + 1n })).toBeUndefined();
  }
  expect(await readdir(directory)).toEqual(['hashes.json']);
});

test.each([
  ['fine times, hashed 10 ms later', 100n * second + 1n, 100_010, false],
  ['fine times, hashed 50 ms later', 100n * second + 1n, 100_050, true],
  ['whole seconds, hashed 1 s later', 100n * second, 101_000, false],
  ['whole seconds, hashed 3 s later', 100n * second, 103_000, true],
])('a file that could change without a trace is not kept: %s', async (_, ctime, readAt, kept) => {
  const cache = await openHashCache(directory);
  cache.set('/m/a', changedAt(ctime), { sha256, readAt });
  expect(cache.get('/m/a', changedAt(ctime)) !== undefined).toBe(kept);
});

test.each(['', 'no JSON', '{"version": 2, "files": {}}', '{"version": 1, "files": {"/m/a": ["1"]}}'])(
  'a damaged cache is an empty one: %s',
  async (text) => {
    const first = await openHashCache(directory);
    first.set('/m/a', old, { sha256, readAt: Date.now() });
    await first.save();
    await writeFile(join(directory, 'hashes.json'), text);
    expect((await openHashCache(directory)).get('/m/a', old)).toBeUndefined();
  },
);

test('files that are gone from a folder are forgotten, those of others are not', async () => {
  const first = await openHashCache(directory);
  for (const path of ['/m/a', '/m/gone', '/model/x']) first.set(path, old, { sha256, readAt: Date.now() });
  await first.save();
  const cache = await openHashCache(directory);
  cache.get('/m/a', old);
  cache.prune('/m');
  await cache.save();
  const again = await openHashCache(directory);
  expect(['/m/a', '/m/gone', '/model/x'].map((path) => again.get(path, old) !== undefined)).toEqual([
    true,
    false,
    true,
  ]);
});

test('the second revision of a folder reads no file that is unchanged, and each that is changed', async () => {
  const model = join(folder, 'model');
  const path = join(model, 'a');
  const revision = async (): Promise<string | undefined> => {
    const hashes = await openHashCache(directory);
    return (await openFolder({ path: model, name: 'm', hashes }).revision()).files[0]?.oid;
  };
  await mkdir(model);
  await writeFile(path, 'before');
  const { mtime, atime } = await stat(path);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = await revision();
  expect(await revision()).toBe(before);
  // The same size and mtime: its ctime gives it away.
  await writeFile(path, 'beside');
  await utimes(path, atime, mtime);
  expect(await revision()).not.toBe(before);

  // What the cache says is what is given, which shows that an unchanged file is not read.
  const cache = await openHashCache(directory);
  await new Promise((resolve) => setTimeout(resolve, 50));
  cache.set(path, await stat(path, { bigint: true }), { sha256, readAt: Date.now() });
  await cache.save();
  expect(await revision()).toBe(`sha256:${sha256}`);
});
