/** What the layer index says of a layer counts only where the registry confirms it. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { BuildJob, PlannedLayer } from '../../src/builders/builder.ts';
import { findInRegistry, type FoundLayer } from '../../src/builders/known-layers.ts';
import { openLayerIndex, type LayerRecord } from '../../src/image/layer-index.ts';
import { impatient } from '../support/registry-client.ts';
import {
  digest,
  type Intercept,
  type RegistryStandIn,
  sendError,
  startRegistryStandIn,
} from '../support/registry-stand-in.ts';
import { memorySource } from '../support/stream-fakes.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.ts';

const bytes = Buffer.from('a layer');
const layer: PlannedLayer = {
  files: [{ path: 'a', size: bytes.length, oid: digest(bytes) }],
  key: 'a'.repeat(64),
  size: bytes.length,
  title: 'a',
};
const NAME = 'owner/model';

let registry: RegistryStandIn;
let folder: TemporaryFolder;
let intercept: Intercept;

beforeEach(async () => {
  intercept = () => false;
  registry = await startRegistryStandIn((request, response) => intercept(request, response));
  folder = await temporaryFolder();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const record = (change: Partial<LayerRecord> = {}): LayerRecord => ({
  key: layer.key,
  registry: registry.host,
  repository: NAME,
  descriptor: { mediaType: 'layer', digest: digest(bytes), size: bytes.length, annotations: { a: 'b' } },
  diffId: digest(Buffer.from('its tar')),
  ...change,
});

/** Another repository of the same registry, and a blob of its own. */
function elsewhere(content: Buffer, repository = 'owner/other'): LayerRecord {
  return record({ repository, descriptor: { ...record().descriptor, digest: digest(content) } });
}

async function find(...records: readonly LayerRecord[]): Promise<FoundLayer | undefined> {
  const index = await openLayerIndex(join(folder.path, 'layers.jsonl'));
  for (const known of records) await index.add(known);
  const job: BuildJob = {
    source: memorySource({}),
    repository: impatient(registry.host).repository(NAME),
    repositoryName: NAME,
    registry: registry.host,
    layers: [layer],
    published: new Map(),
    signal: new AbortController().signal,
    progress: {
      moved: () => undefined,
      waiting: () => undefined,
      done: () => undefined,
      log: () => undefined,
    },
  };
  return findInRegistry(index, layer, job);
}

/** `METHOD path?query` of what the registry was asked, without the host's part that is always the same. */
const asked = (): string[] => registry.seen.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
const head = (content = bytes): string => `HEAD /v2/${NAME}/blobs/${digest(content)}`;
const mount = (from: string, content = bytes): string =>
  `POST /v2/${NAME}/blobs/uploads/?mount=${digest(content)}&from=${from}`;

test('a layer that nobody noted: the registry is not asked', async () => {
  registry.blobs.set(digest(bytes), bytes);
  expect(await find(record({ key: 'b'.repeat(64) }))).toBeUndefined();
  expect(asked()).toEqual([]);
});

test('a layer that the repository has is found, and asked for once', async () => {
  registry.blobs.set(digest(bytes), bytes);
  const { descriptor, diffId } = record();
  expect(await find(record(), record({ repository: 'owner/other' }))).toEqual({
    descriptor,
    diffId,
    origin: 'found',
  });
  expect(asked()).toEqual([head()]);
});

test('a layer that the repository no longer has is not trusted', async () => {
  expect(await find(record())).toBeUndefined();
  expect(asked()).toEqual([head()]);
});

test('a blob of another size is not the layer', async () => {
  registry.blobs.set(digest(bytes), Buffer.from('a longer layer'));
  expect(await find(record())).toBeUndefined();
  expect(asked()).toEqual([head()]);
});

test('a layer that is gone here and there in another repository is mounted', async () => {
  intercept = absentHere;
  registry.blobs.set(digest(bytes), bytes);
  expect(await find(record(), elsewhere(bytes))).toMatchObject({ origin: 'mounted' });
  expect(asked()).toEqual([head(), mount('owner/other')]);
});

test('a layer that no repository gives is made again, once each was asked', async () => {
  const gone = Buffer.from('the layer as it was made once');
  expect(await find(record(), elsewhere(gone, 'owner/third'), elsewhere(bytes))).toBeUndefined();
  // An upload that was opened in place of a mount is given up.
  expect(asked().filter((request) => !request.startsWith('DELETE '))).toEqual([
    head(),
    head(gone),
    mount('owner/other'),
    mount('owner/third', gone),
  ]);
  expect(registry.uploads.size).toBe(0);

  intercept = absentHere;
  registry.blobs.set(digest(gone), gone);
  expect(await find()).toMatchObject({ origin: 'mounted', descriptor: { digest: digest(gone) } });
});

test('a mount that is not allowed is no failure', async () => {
  intercept = (request, response) => {
    if (request.method !== 'POST') return false;
    sendError(response, 403, 'DENIED');
    return true;
  };
  expect(await find(elsewhere(bytes))).toBeUndefined();
  expect(asked()).toEqual([head(), mount('owner/other')]);
});

test('nothing is mounted from another registry', async () => {
  expect(await find(record({ registry: 'registry.invalid', repository: 'owner/other' }))).toBeUndefined();
  expect(asked()).toEqual([head()]);
});

/** The stand-in keeps one set of blobs; so it is that of another repository. */
const absentHere: Intercept = (request, response) => {
  if (request.method !== 'HEAD') return false;
  response.writeHead(404).end();
  return true;
};
