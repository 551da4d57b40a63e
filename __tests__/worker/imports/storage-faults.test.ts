/** Imports while R2 fails now and then, before or after it has done what it was asked. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startFaultyRegistry } from '../../support/faulty-registry.ts';
import { addImage, importSettings, MiB, runImport } from '../../support/imports.ts';
import { digestOf, OciClient } from '../../support/oci-client.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes } from '../../support/worker.ts';

let upstream: RegistryStandIn;
let storage: string;
beforeEach(async () => {
  upstream = await startRegistryStandIn();
  storage = await mkdtemp(path.join(tmpdir(), 'faults-'));
});
afterEach(async () => {
  await upstream[Symbol.asyncDispose]();
  await rm(storage, { recursive: true, force: true });
});

test.each([10, 20])('two of each %d calls: the image is there, whole', async (every) => {
  const layers = [someBytes(12 * MiB, 1), someBytes(6 * MiB, 2), someBytes(MiB, 3), Buffer.alloc(0)];
  const image = addImage(upstream, layers);
  const settings = { ...importSettings({ [upstream.host]: {} }), FAULT_EVERY: String(every) };
  await using registry = await startFaultyRegistry(storage, settings);
  const { url } = registry;
  const source = { registry: upstream.host, repository: 'a/model', digest: image.digest };
  const record = await runImport({ url }, 'with/faults:v1', source);
  expect(record).toMatchObject({ state: 'done', generation: 1 });
  const client = new OciClient(url, 'with/faults');
  const tag = await client.request('HEAD', 'manifests/v1');
  expect(tag.headers.get('docker-content-digest')).toBe(image.digest);
  for (const digest of image.layers) {
    const response = await client.request('GET', `blobs/${digest}`);
    expect(digestOf(new Uint8Array(await response.arrayBuffer()))).toBe(digest);
  }
});
