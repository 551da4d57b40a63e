/** A collection whose workerd is killed, and one over an R2 that fails now and then. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  askForCollection,
  AT_ONCE,
  collect,
  collectionEnd,
  startCollector,
} from '../../support/collection.ts';
import { startFaultyRegistry } from '../../support/faulty-registry.ts';
import { digestOf, OciClient } from '../../support/oci-client.ts';
import { someBytes } from '../../support/worker.ts';

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'collection-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

const GARBAGE = 40;

/** An image that a tag names, and blobs that nothing needs. @returns their digests */
async function fill({ url }: { url: string }, count = GARBAGE): Promise<string[]> {
  const images = new OciClient(url, 'filled');
  await images.pushImage('kept', 'v1');
  const digests: string[] = [];
  for (let seed = 0; seed < count; seed++) digests.push(await images.pushBlob(someBytes(100, seed + 1)));
  return digests;
}

async function expectCollected({ url }: { url: string }, garbage: string[]): Promise<void> {
  const images = new OciClient(url, 'filled');
  for (const digest of garbage) expect((await images.request('GET', `blobs/${digest}`)).status).toBe(404);
  const read = await images.request('GET', `blobs/${digestOf('kept')}`);
  expect(await read.text()).toBe('kept');
  expect((await images.request('GET', 'manifests/v1')).status).toBe(200);
}

test.each([0, 100, 250, 500])('killed after %d ms: it begins anew and ends', async (after) => {
  const first = await startCollector({}, { storage });
  const garbage = await fill(first);
  await (await askForCollection(first)).body?.cancel();
  await new Promise((resolve) => setTimeout(resolve, after));
  const exit = once(first.process, 'exit');
  first.process.kill('SIGKILL');
  await exit;

  const second = await startCollector({}, { storage });
  try {
    expect((await collectionEnd(second)).state).toBe('done');
    await expectCollected(second, garbage);
    expect((await collect(second)).counts.remove).toMatchObject({ membership: 0, blob: 0, data: 0 });
  } finally {
    await second.stop();
  }
});

test.each([
  ['ten calls of R2 two fail', GARBAGE, { FAULT_EVERY: '10' }],
  ['thirty calls of R2 one never answers', 10, { FAULT_HANG: '30', STORAGE_PATIENCE: '0.5' }],
])('of every %s: everything goes that should, and nothing else', async (_, count, faults) => {
  const clean = await startCollector({}, { storage });
  const garbage = await fill(clean, count);
  await clean.stop();
  await using faulty = await startFaultyRegistry(storage, { ...AT_ONCE, ...faults });
  expect(await collect(faulty)).toMatchObject({ state: 'done' });
  await expectCollected(faulty, garbage);
});
