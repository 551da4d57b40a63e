/** Collections while others push, import and resume, and a workerd that is stopped between their passes. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { collect, collectionEnd, askForCollection, startCollector } from '../../support/collection.ts';
import { addImage, askForImport, importEnd, importSettings, MiB } from '../../support/imports.ts';
import { codeOf, CONFIG, descriptor, digestOf, IMAGE, LAYER, OciClient } from '../../support/oci-client.ts';
import { startRegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

let storage: string;
let started: TestRegistry[];
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'collection-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((registry) => registry.stop()));
  await rm(storage, { recursive: true, force: true });
});

async function start(variables: Record<string, string> = {}, directory = storage): Promise<TestRegistry> {
  const registry = await startCollector(variables, { storage: directory });
  started.push(registry);
  return registry;
}

/** Collects until everything that can be is condemned, and stops before anything is removed. */
async function condemn(registry: TestRegistry): Promise<void> {
  await askForCollection(registry);
  await collectionEnd(registry, { states: ['waiting', 'failed'] });
}

function imageOf(layer: Buffer): object {
  const config = Buffer.from('{}');
  return {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: descriptor(CONFIG, config),
    layers: [descriptor(LAYER, layer)],
  };
}

async function head(client: OciClient, digest: string): Promise<number> {
  return (await client.request('HEAD', `blobs/${digest}`)).status;
}

test('a HEAD finds an old blob, the sweep condemns it, the manifest arrives: it is whole', async () => {
  const first = await start({ GC_DELAY: '3600' });
  const images = new OciClient(first.url, 'race');
  const layer = someBytes(5000, 1);
  const digest = await images.pushBlob(layer);
  await images.pushBlob(Buffer.from('{}'));
  expect(await head(images, digest)).toBe(200);

  await condemn(first);
  expect(await head(images, digest)).toBe(404);
  const mount = await new OciClient(first.url, 'other').request(
    'POST',
    `blobs/uploads/?mount=${digest}&from=race`,
  );
  expect(mount.status).toBe(202);

  expect((await images.putManifest(imageOf(layer), 'v1')).status).toBe(201);
  expect(await head(images, digest)).toBe(200);
  await first.stop();
  const second = await start();
  await collectionEnd(second);
  const read = await new OciClient(second.url, 'race').request('GET', `blobs/${digest}`);
  expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digest);
});

test('the manifest arrives when the blob is gone: it is refused, and the next attempt succeeds', async () => {
  const registry = await start();
  const images = new OciClient(registry.url, 'late');
  const layer = someBytes(5000, 2);
  const digest = await images.pushBlob(layer);
  await images.pushBlob(Buffer.from('{}'));
  expect(await head(images, digest)).toBe(200);
  await collect(registry);
  const refused = await images.putManifest(imageOf(layer), 'v1');
  expect([refused.status, await codeOf(refused)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
  await images.pushBlob(layer);
  await images.pushBlob(Buffer.from('{}'));
  expect((await images.putManifest(imageOf(layer), 'v1')).status).toBe(201);
  await collect(registry);
  expect(await head(images, digest)).toBe(200);
});

test('a new upload pardons what was condemned, and its bytes are stored once', async () => {
  const first = await start({ GC_DELAY: '3600' });
  const images = new OciClient(first.url, 'again');
  const layer = someBytes(6 * MiB, 3);
  await images.pushBlob(layer);
  await images.pushBlob(Buffer.from('{}'));
  await condemn(first);
  const digest = await images.pushBlob(layer);
  await images.pushBlob(Buffer.from('{}'));
  expect(await head(images, digest)).toBe(200);
  await images.pushManifest(imageOf(layer), 'v1');
  await first.stop();
  const second = await start({ UPLOAD_EXPIRY: '0' });
  await collectionEnd(second);
  const record = await collect(second);
  expect(record.counts.condemn).toMatchObject({ blob: 0, data: 0, membership: 0 });
  expect(await head(new OciClient(second.url, 'again'), digest)).toBe(200);
});

test('pushes go on while everything that is a second old is collected all the time', async () => {
  const registry = await start({ GC_WINDOW: '1' });
  const images = new OciClient(registry.url, 'busy');
  const over = new AbortController();
  const collecting = (async () => {
    while (!over.signal.aborted) {
      expect((await collect(registry)).state).toBe('done');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const layers = [1, 2, 3].map((seed) => someBytes(20_000, seed));
  async function push(layer: Buffer<ArrayBuffer>, tag: string): Promise<void> {
    for (;;) {
      for (const bytes of [layer, Buffer.from('{}')]) {
        if ((await head(images, digestOf(bytes))) !== 200) await images.pushBlob(bytes);
      }
      const response = await images.putManifest(imageOf(layer), tag);
      if (response.status === 201) return;
      expect(await codeOf(response)).toBe('MANIFEST_BLOB_UNKNOWN');
    }
  }
  for (let round = 0; round < 4; round++) {
    for (const [index, layer] of layers.entries()) {
      await push(layer, `t${index}`);
      const read = await images.request('GET', `blobs/${digestOf(layer)}`);
      expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digestOf(layer));
      // What it needed is garbage from now on, until it is pushed again.
      if (index > 0) await images.request('DELETE', `manifests/${digestOf(JSON.stringify(imageOf(layer)))}`);
    }
    await new Promise((resolve) => setTimeout(resolve, round % 2 === 0 ? 300 : 1200));
  }
  over.abort();
  await collecting;
  const read = await images.request('GET', `blobs/${digestOf(layers[0] as Buffer)}`);
  expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digestOf(layers[0] as Buffer));
});

test('what an import on its way needs stays, also what it found here', async () => {
  const { promise: reached, resolve: isReached } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const held = someBytes(6 * MiB, 4);
  await using upstream = await startRegistryStandIn(async ({ headers: { range } }) => {
    if (range?.startsWith('bytes=5242880') !== true) return false;
    isReached();
    await released;
    return false;
  });
  const present = someBytes(1000, 5);
  const small = someBytes(2000, 6);
  const image = addImage(upstream, [present, small, held]);
  const registry = await start(importSettings({ [upstream.host]: {} }, { IMPORT_PATIENCE: '60' }));
  await new OciClient(registry.url, 'elsewhere').pushBlob(present);
  await askForImport(registry, 'imported:v1', {
    registry: upstream.host,
    repository: 'a/model',
    digest: image.digest,
  });
  await reached;
  await collect(registry);
  release();
  expect(await importEnd(registry, 'imported:v1')).toMatchObject({ state: 'done' });
  await collect(registry);
  const images = new OciClient(registry.url, 'imported');
  for (const digest of [...image.layers, image.config]) {
    const read = await images.request('GET', `blobs/${digest}`);
    expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digest);
  }
});

test('an upload on its way keeps its bytes; one that nobody touches is given up with them', async () => {
  const registry = await start({ UPLOAD_EXPIRY: '3600' });
  const images = new OciClient(registry.url, 'uploads');
  const bytes = someBytes(6 * MiB, 7);
  const location = await images.startUpload();
  expect((await images.request('PATCH', location, { body: bytes })).status).toBe(202);
  await collect(registry);
  const finished = await images.request('PUT', `${location}?digest=${digestOf(bytes)}`);
  expect(finished.status).toBe(201);
  await registry.stop();

  const impatient = await start({ UPLOAD_EXPIRY: '1', GC_WINDOW: '3600' });
  const others = new OciClient(impatient.url, 'uploads');
  const left = await others.startUpload();
  await others.request('PATCH', left, { body: bytes });
  while ((await others.request('GET', left)).status !== 404) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await impatient.stop();
  const last = await start({ UPLOAD_EXPIRY: '0' });
  const { keys } = await collect(last, '?dry_run=true');
  expect(keys?.filter((key) => key.startsWith('data/'))).toEqual([]);
});

test('bytes of an upload that a copied bucket does not know are collected', async () => {
  const first = await start();
  const images = new OciClient(first.url, 'copied');
  await images.pushImage('kept', 'v1');
  await images.request('PATCH', await images.startUpload(), { body: someBytes(6 * MiB, 8) });
  await first.stop();
  const copy = path.join(storage, 'copy');
  const names = (await readdir(storage)).filter((name) => /r2/i.test(name));
  expect(names).not.toEqual([]);
  for (const name of names) await cp(path.join(storage, name), path.join(copy, name), { recursive: true });
  const second = await start({ UPLOAD_EXPIRY: '0' }, copy);
  const { counts } = await collect(second);
  expect(counts.remove).toMatchObject({ data: 1, bytes: 6 * MiB });
  expect(await head(new OciClient(second.url, 'copied'), digestOf('kept'))).toBe(200);
});
