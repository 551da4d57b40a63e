/** Manifests with a subject, and the records that list them among its referrers, where R2 writes but the one of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { collect, startCollector } from '../support/collection.ts';
import { startFaultyRegistry } from '../support/faulty-registry.ts';
import { CONFIG, descriptor, digestOf, IMAGE, OciClient } from '../support/oci-client.ts';
import type { TestRegistry } from '../support/worker.ts';

const CONFIG_BYTES = Buffer.from('{}');
const SUBJECT = digestOf('an image');
const REFERRER = {
  schemaVersion: 2,
  mediaType: IMAGE,
  artifactType: 'application/example',
  config: descriptor(CONFIG, CONFIG_BYTES),
  layers: [],
  subject: { mediaType: IMAGE, digest: SUBJECT, size: 8 },
  annotations: { of: 'an image' },
};
const DIGEST = digestOf(JSON.stringify(REFERRER));
const KEYS = 'repositories/a/model/';

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'referrers-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

async function push(client: OciClient, tag?: string): Promise<number> {
  await client.pushBlob(CONFIG_BYTES);
  return (await client.putManifest(REFERRER, tag)).status;
}

async function listed(client: OciClient): Promise<unknown> {
  const answer = await client.request('GET', `referrers/${SUBJECT}`);
  return ((await answer.json()) as { manifests: unknown }).manifests;
}

async function withRegistry(
  run: (registry: TestRegistry, client: OciClient) => Promise<void>,
): Promise<void> {
  const registry = await startCollector({}, { storage });
  try {
    await run(registry, new OciClient(registry.url, 'a/model'));
  } finally {
    await registry.stop();
  }
}

const RECORD = {
  ...descriptor(IMAGE, JSON.stringify(REFERRER)),
  artifactType: 'application/example',
  annotations: { of: 'an image' },
};

async function failToPush(folder: string): Promise<void> {
  await using registry = await startFaultyRegistry(storage, { FAULT_PUTS: KEYS + folder });
  const client = new OciClient(registry.url, 'a/model');
  expect(await push(client)).toBe(500);
  // Who asks before it pushes does push again.
  expect((await client.request('HEAD', `manifests/${DIGEST}`)).status).toBe(404);
}

test.each(['_manifests/', '_referrers/'])(
  'a push that fails at %s is made up for by the next',
  async (folder) => {
    await failToPush(folder);
    await withRegistry(async (_, client) => {
      expect(await push(client)).toBe(201);
      expect(await listed(client)).toEqual([RECORD]);
    });
  },
);

test('the record of a manifest that never came is collected', async () => {
  await failToPush('_manifests/');
  await withRegistry(async (registry, client) => {
    expect(await listed(client)).toEqual([RECORD]);
    const dryRun = await collect(registry, '?dry_run=true');
    expect(dryRun.counts.remove).toMatchObject({ referrer: 1 });
    expect(await listed(client)).toEqual([RECORD]);
    expect((await collect(registry)).counts.remove).toMatchObject({ referrer: 1 });
    expect(await listed(client)).toEqual([]);
  });
});

test('a manifest whose record is missing is listed again by a collection', async () => {
  {
    await using registry = await startFaultyRegistry(storage, { FAULT_LOST: `${KEYS}_referrers/` });
    expect(await push(new OciClient(registry.url, 'a/model'), 'signature')).toBe(201);
  }
  await withRegistry(async (registry, client) => {
    await collect(registry, '?dry_run=true');
    expect(await listed(client)).toEqual([]);
    await collect(registry);
    expect(await listed(client)).toEqual([RECORD]);
  });
});
