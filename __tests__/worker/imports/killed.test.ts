/** workerd is killed in the middle of an import, and started again over the same storage. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startFaultyRegistry } from '../../support/faulty-registry.ts';
import {
  addImage,
  askForImport,
  importEnd,
  importSettings,
  MiB,
  startImporter,
  type UpstreamImage,
} from '../../support/imports.ts';
import { digestOf, OciClient } from '../../support/oci-client.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

let upstream: RegistryStandIn;
let storage: string;
/** What is done to the n-th request for a part of the blob. */
let onPart: (count: number) => Promise<void> | void = () => undefined;
let parts: string[] = [];
/** Sees each other request first. @returns whether it answers it, or nobody does */
let onOther: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> | boolean = () => false;
let started: TestRegistry[] = [];

beforeAll(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'imports-'));
  upstream = await startRegistryStandIn(async (request, response) => {
    const { range } = request.headers;
    if (range === undefined) return onOther(request, response);
    parts.push(range);
    await onPart(parts.length);
    return false;
  });
});
afterAll(async () => {
  await upstream[Symbol.asyncDispose]();
  await rm(storage, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(started.map((registry) => registry.stop()));
  started = [];
  onOther = () => false;
});

async function start(): Promise<TestRegistry> {
  const registry = await startImporter({ [upstream.host]: {} }, { storage });
  started.push(registry);
  return registry;
}

async function kill({ process: child }: TestRegistry): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test.each([1, 3, 5])('while part %d of 5 is fetched: it goes on there', async (at) => {
  const bytes = someBytes(22 * MiB, at);
  const image = addImage(upstream, [bytes]);
  const to = `killed/at-${at}:v1`;
  parts = [];
  const { promise: isThere, resolve: reached } = Promise.withResolvers<void>();
  onPart = async (count) => {
    if (count !== at) return;
    reached();
    await new Promise(() => undefined); // never answered
  };
  const first = await start();
  await askForImport(first, to, { registry: upstream.host, repository: 'a/model', digest: image.digest });
  await isThere;
  await kill(first);
  onPart = () => undefined;
  const before = new Set(parts.slice(0, at - 1));

  const second = await start();
  const record = await importEnd(second, to);
  expect(record).toMatchObject({ state: 'done', generation: 1 });
  // Nobody asked again, and what was there was not fetched again.
  expect(parts.slice(at).filter((range) => before.has(range))).toEqual([]);
  expect(new Set(parts).size).toBe(5);
  const client = new OciClient(second.url, `killed/at-${at}`);
  const served = await client.request('GET', `blobs/${image.layers[0]}`);
  expect(digestOf(new Uint8Array(await served.arrayBuffer()))).toBe(digestOf(bytes));
  expect(record.bytes.done).toBe(record.bytes.total);
});

test('again and again: it ends all the same', async () => {
  const image = addImage(upstream, [someBytes(22 * MiB, 9)]);
  const to = 'killed/often:v1';
  for (let kills = 0; kills < 4; kills++) {
    parts = [];
    const { promise: isThere, resolve: reached } = Promise.withResolvers<void>();
    onPart = async (count) => {
      if (count === 1) return;
      reached();
      await new Promise(() => undefined);
    };
    const registry = await start();
    const source = { registry: upstream.host, repository: 'a/model', digest: image.digest };
    if (kills === 0) await askForImport(registry, to, source);
    await isThere;
    await kill(registry);
  }
  onPart = () => undefined;
  const registry = await start();
  expect(await importEnd(registry, to)).toMatchObject({ state: 'done', generation: 1 });
});

/** How a request is held: `false` where it is another one. */
type Hold = (request: IncomingMessage, response: ServerResponse, image: UpstreamImage) => boolean;

/** What is asked of the upstream when workerd is killed, and how often the layer is fetched in all. */
const MOMENTS: [string, { fetches: number; hold: Hold }][] = [
  [
    'in the middle of a blob of one part',
    {
      fetches: 2,
      hold: ({ url = '' }, response, { layers: [layer = ''] }) => {
        if (!url.endsWith(layer)) return false;
        const bytes = upstream.blobs.get(layer) as Buffer;
        response
          .writeHead(200, { 'content-length': bytes.length })
          .write(bytes.subarray(0, bytes.length / 2));
        return true;
      },
    },
  ],
  [
    'while a manifest is fetched the second time',
    {
      fetches: 1,
      hold: ({ url = '' }, _, { manifest }) =>
        url.endsWith(manifest) && upstream.seen.filter((seen) => seen.url === url).length === 2,
    },
  ],
];

test.each(MOMENTS)('%s: it is fetched again', async (name, { fetches, hold }) => {
  const bytes = someBytes(4 * MiB, name.length);
  const image = addImage(upstream, [bytes]);
  const repository = `killed/${name.replaceAll(' ', '-')}`;
  const { promise: isThere, resolve: reached } = Promise.withResolvers<void>();
  onOther = (request, response) => {
    const isHeld = hold(request, response, image);
    if (isHeld) reached();
    return isHeld;
  };
  const first = await start();
  const source = { registry: upstream.host, repository: 'a/model', digest: image.digest };
  await askForImport(first, `${repository}:v1`, source);
  await isThere;
  await kill(first);
  onOther = () => false;

  const second = await start();
  expect(await importEnd(second, `${repository}:v1`)).toMatchObject({ state: 'done', generation: 1 });
  const client = new OciClient(second.url, repository);
  const tag = await client.request('HEAD', 'manifests/v1');
  expect(tag.headers.get('docker-content-digest')).toBe(image.digest);
  const served = await client.request('GET', `blobs/${image.layers[0]}`);
  expect(digestOf(new Uint8Array(await served.arrayBuffer()))).toBe(digestOf(bytes));
  expect((await client.request('HEAD', `manifests/${image.manifest}`)).status).toBe(200);
  expect(upstream.seen.filter(({ url }) => url.endsWith(`${image.layers[0]}`))).toHaveLength(fetches);
});

test('while what R2 has completed is not known yet: the blob is taken as it is', async () => {
  const bytes = someBytes(11 * MiB, 10);
  const image = addImage(upstream, [bytes]);
  const to = 'killed/completing:v1';
  parts = [];
  {
    const settings = importSettings({ [upstream.host]: {} });
    await using silent = await startFaultyRegistry(storage, { ...settings, FAULT_COMPLETE: 'on' });
    await askForImport(silent, to, { registry: upstream.host, repository: 'a/model', digest: image.digest });
    while ((await (await fetch(`${silent.url}/completed`)).text()) !== '1') await setTimeout(50);
  }
  const registry = await start();
  expect(await importEnd(registry, to)).toMatchObject({ state: 'done', generation: 1 });
  const client = new OciClient(registry.url, 'killed/completing');
  const served = await client.request('GET', `blobs/${image.layers[0]}`);
  expect(digestOf(new Uint8Array(await served.arrayBuffer()))).toBe(digestOf(bytes));
  expect(parts).toHaveLength(3);
});
