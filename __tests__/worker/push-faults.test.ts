/** Pushes while workerd is killed, and over an R2 that fails now and then: nothing unverified is served, and the next attempt succeeds. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startFaultyRegistry } from '../support/faulty-registry.ts';
import {
  CONFIG,
  descriptor,
  digestOf,
  IMAGE,
  LAYER,
  OciClient,
  streamed,
  withDigest,
} from '../support/oci-client.ts';
import { someBytes, startRegistry, type TestRegistry } from '../support/worker.ts';

const MiB = 1024 * 1024;
const CHUNK = 7 * MiB;
const LAYER_BYTES = someBytes(2 * CHUNK + 5, 1);
const CONFIG_BYTES = Buffer.from('{}');
const MANIFEST = {
  schemaVersion: 2,
  mediaType: IMAGE,
  config: descriptor(CONFIG, CONFIG_BYTES),
  layers: [descriptor(LAYER, LAYER_BYTES)],
};

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'push-faults-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

/** Sends what is missing of a blob in chunks; each may fail, and is sent again from where the upload stands. */
async function pushInChunks(client: OciClient, bytes: Buffer, location: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const status = await client.request('GET', location);
    expect(status.status).toBe(204);
    const last = Number(/^0-(\d+)$/.exec(status.headers.get('range') ?? '')?.[1]);
    // Range cannot say that nothing is there: 0-0 is also one byte.
    const offset = last === 0 ? 0 : last + 1;
    if (offset === bytes.length) {
      const finished = await client.request('PUT', withDigest(location, digestOf(bytes)));
      if (finished.status === 201) return;
    } else {
      const chunk = bytes.subarray(offset, offset + CHUNK);
      const range = `${offset}-${offset + chunk.length - 1}`;
      const sent = await client.request('PATCH', location, {
        body: chunk,
        headers: { 'Content-Range': range },
      });
      expect([202, 500]).toContain(sent.status);
    }
  }
  throw new Error('the blob could not be pushed');
}

async function pushAll(client: OciClient, location: string): Promise<void> {
  await pushInChunks(client, LAYER_BYTES, location);
  await client.pushBlob(CONFIG_BYTES);
  await client.pushManifest(MANIFEST, 'v1');
}

/** What the registry has: the digest of the layer's bytes, and the manifest. */
async function readBack(client: OciClient): Promise<unknown> {
  const layer = await client.request('GET', `blobs/${digestOf(LAYER_BYTES)}`);
  const manifest = await client.request('GET', 'manifests/v1');
  return [digestOf(new Uint8Array(await layer.arrayBuffer())), await manifest.json()];
}

const WHOLE = [digestOf(LAYER_BYTES), MANIFEST];

async function kill({ process }: TestRegistry): Promise<void> {
  const exit = once(process, 'exit');
  process.kill('SIGKILL');
  await exit;
}

/** What is sent before the kill, without waiting for its answer where it does not say so. */
const MOMENTS: Record<string, (client: OciClient, location: string) => Promise<unknown>> = {
  'a chunk has begun': async (client, location) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 3 * MiB) return resolve();
        controller.enqueue(LAYER_BYTES.subarray(sent, (sent += MiB)));
      },
    });
    client.request('PATCH', location, { body }).catch(() => undefined);
    await promise;
  },
  'a chunk was answered': (client, location) =>
    client.request('PATCH', location, { body: LAYER_BYTES.subarray(0, CHUNK) }),
  'the blob is being finished': async (client, location) => {
    await client.request('PATCH', location, { body: LAYER_BYTES });
    client.request('PUT', withDigest(location, digestOf(LAYER_BYTES))).catch(() => undefined);
  },
  'the blob in parts is being finished': async (client, location) => {
    await client.request('PATCH', location, { body: streamed(LAYER_BYTES) });
    client.request('PUT', withDigest(location, digestOf(LAYER_BYTES))).catch(() => undefined);
  },
  'the manifest is being written': async (client, location) => {
    await pushInChunks(client, LAYER_BYTES, location);
    await client.pushBlob(CONFIG_BYTES);
    client.putManifest(MANIFEST, 'v1').catch(() => undefined);
  },
};

test.each(Object.entries(MOMENTS))('workerd killed when %s', async (_, moment) => {
  const first = await startRegistry({ storage });
  const before = new OciClient(first.url, 'a/model');
  const location = await before.startUpload();
  await moment(before, location);
  await kill(first);

  const second = await startRegistry({ storage });
  try {
    const client = new OciClient(second.url, 'a/model');
    const found = await client.request('GET', `blobs/${digestOf(LAYER_BYTES)}`);
    const bytes = new Uint8Array(await found.arrayBuffer());
    // It is there whole, or not at all.
    expect([digestOf(LAYER_BYTES), 404]).toContain(found.status === 200 ? digestOf(bytes) : found.status);
    const isOpen = (await client.request('GET', location)).status === 204;
    await pushAll(client, isOpen ? location : await client.startUpload());
    expect(await readBack(client)).toEqual(WHOLE);
  } finally {
    await second.stop();
  }
});

test.each([
  ['two fail', { FAULT_EVERY: '10' }],
  ['one never answers', { FAULT_HANG: '10', STORAGE_PATIENCE: '0.5' }],
])('of every ten calls of R2 %s: what is pushed is whole', async (_, faults) => {
  await using registry = await startFaultyRegistry(storage, faults);
  const client = new OciClient(registry.url, 'a/model');
  await pushAll(client, await client.startUpload());
  expect(await readBack(client)).toEqual(WHOLE);
});

test('parts that R2 has put together can be finished again, although the tail cannot be sent twice', async () => {
  await using registry = await startFaultyRegistry(storage, { FAULT_BODIES: '1' });
  const client = new OciClient(registry.url, 'a/model');
  const location = await client.startUpload();
  await client.request('PATCH', location, { body: streamed(LAYER_BYTES) });
  // Not the algorithm that the upload was begun with: the bytes are read back, which breaks off.
  const digest = digestOf(LAYER_BYTES, 'sha512');
  expect((await client.request('PUT', withDigest(location, digest))).status).toBe(500);
  expect((await client.request('PUT', withDigest(location, digest))).status).toBe(201);
  const read = await client.request('GET', `blobs/${digest}`);
  expect(digestOf(new Uint8Array(await read.arrayBuffer()), 'sha512')).toBe(digest);
});

async function serves(client: OciClient, bytes: Buffer): Promise<boolean> {
  const read = await client.request('GET', `blobs/${digestOf(bytes)}`);
  return read.status === 200 && bytes.equals(await read.bytes());
}

/** A blob in one request of known length. */
const IN_ONE_REQUEST: Record<string, (client: OciClient, body: Buffer<ArrayBuffer>) => Promise<Response>> = {
  PUT: async (client, body) =>
    client.request('PUT', withDigest(await client.startUpload(), digestOf(body)), { body }),
  POST: (client, body) => client.request('POST', withDigest('blobs/uploads/', digestOf(body)), { body }),
};

test.each(Object.entries(IN_ONE_REQUEST))(
  'a %s that R2 refuses in its middle fails, and is well the next time',
  async (_, send) => {
    await using registry = await startFaultyRegistry(storage, { FAULT_STREAMS: '1' });
    const client = new OciClient(registry.url, 'a/model');
    expect((await send(client, LAYER_BYTES)).status).toBe(500);
    expect((await client.request('HEAD', `blobs/${digestOf(LAYER_BYTES)}`)).status).toBe(404);
    expect((await send(client, LAYER_BYTES)).status).toBe(201);
    expect(await serves(client, LAYER_BYTES)).toBe(true);
  },
);

test('of every ten calls of R2 two fail: clients that start each blob again end well', async () => {
  await using registry = await startFaultyRegistry(storage, { FAULT_EVERY: '10' });
  const client = new OciClient(registry.url, 'a/model');
  const send = {
    ...IN_ONE_REQUEST,
    // As docker push does.
    async PATCH(_: OciClient, bytes: Buffer<ArrayBuffer>) {
      const location = await client.startUpload();
      const sent = await client.request('PATCH', location, { body: streamed(bytes) });
      return sent.ok ? client.request('PUT', withDigest(location, digestOf(bytes))) : sent;
    },
  };
  for (const [index, push] of Object.values(send).entries()) {
    const bytes = someBytes(CHUNK, 2 + index);
    let status = 0;
    for (let attempt = 0; status !== 201 && attempt < 20; attempt++) {
      ({ status } = await push(client, bytes));
      expect([201, 500]).toContain(status);
    }
    expect(await serves(client, bytes)).toBe(true);
  }
});
