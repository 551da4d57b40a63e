/** Blobs between repositories: by the cheapest way there is, verified, and sent again where sending breaks. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { copyBlob, type CopyOrigin } from '../../src/registry/copy-blob.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { noise } from '../support/layer-bytes.ts';
import {
  digest,
  startRegistryStandIn,
  type Intercept,
  type RegistryStandIn,
} from '../support/registry-stand-in.ts';

const BLOB = noise(300_000);
const DESCRIPTOR = { digest: digest(BLOB), size: BLOB.length };

let intercept: { from: Intercept; to: Intercept };
let servers: { from: RegistryStandIn; to: RegistryStandIn };
let registries: { from: Registry; to: Registry };

beforeEach(async () => {
  intercept = { from: () => false, to: () => false };
  const from = await startRegistryStandIn((request, response) => intercept.from(request, response));
  const to = await startRegistryStandIn((request, response) => intercept.to(request, response));
  servers = { from, to };
  from.blobs.set(DESCRIPTOR.digest, Buffer.from(BLOB));
  const patience = { retry: { backOff: { base: 0, cap: 0 } } };
  registries = {
    from: openRegistry({ host: from.host, patience }),
    to: openRegistry({ host: to.host, patience }),
  };
});
afterEach(async () => {
  for (const side of ['from', 'to'] as const) {
    await registries[side].close();
    await servers[side][Symbol.asyncDispose]();
  }
});

async function copy(onBytes: (bytes: number) => void = () => undefined): Promise<CopyOrigin> {
  const [from, to] = [registries.from.repository('base'), registries.to.repository('model')];
  const { signal } = new AbortController();
  return copyBlob({ descriptor: DESCRIPTOR, from, to, signal, onBytes });
}

test('what is there is not read', async () => {
  servers.to.blobs.set(DESCRIPTOR.digest, Buffer.from(BLOB));
  expect(await copy()).toBe('found');
  expect(servers.from.seen).toEqual([]);
});

test('within a registry it is mounted', async () => {
  let asked = 0;
  // The one repository has it, and the other does not.
  intercept.from = ({ method, url = '' }, response) => {
    if (method !== 'HEAD' || !url.startsWith('/v2/model/')) return false;
    asked += 1;
    response.writeHead(404).end();
    return true;
  };
  const [from, to] = ['base', 'model'].map((name) => registries.from.repository(name));
  if (from === undefined || to === undefined) throw new Error('no repositories');
  const { signal } = new AbortController();
  expect(await copyBlob({ descriptor: DESCRIPTOR, from, to, signal })).toBe('mounted');
  expect(asked).toBe(1);
  expect(servers.from.seen.map(({ method }) => method)).toEqual(['HEAD', 'POST']);
});

test('elsewhere it is sent, and every byte is told', async () => {
  let told = 0;
  expect(await copy((bytes) => (told += bytes))).toBe('pushed');
  expect(servers.to.blobs.get(DESCRIPTOR.digest)).toEqual(Buffer.from(BLOB));
  expect(told).toBe(BLOB.length);
});

test('sent again from its beginning where sending breaks, and told so', async () => {
  let broken = 0;
  intercept.to = ({ method }, response) => {
    if (method !== 'PATCH' || broken > 0) return false;
    broken += 1;
    response.destroy();
    return true;
  };
  const told: number[] = [];
  expect(await copy((bytes) => told.push(bytes))).toBe('pushed');
  expect(broken).toBe(1);
  expect(told.reduce((sum, bytes) => sum + bytes, 0)).toBe(BLOB.length);
  expect(servers.to.blobs.get(DESCRIPTOR.digest)).toEqual(Buffer.from(BLOB));
});

test('goes on where reading breaks', async () => {
  let broken = 0;
  intercept.from = ({ method }, response) => {
    if (method !== 'GET' || broken > 0) return false;
    broken += 1;
    response.writeHead(200, { 'content-length': BLOB.length });
    response.write(BLOB.subarray(0, 100_000), () => response.destroy());
    return true;
  };
  expect(await copy()).toBe('pushed');
  expect(servers.to.blobs.get(DESCRIPTOR.digest)).toEqual(Buffer.from(BLOB));
});

test('bytes of another digest are not stored', async () => {
  servers.from.blobs.set(DESCRIPTOR.digest, Buffer.alloc(BLOB.length));
  await expect(copy()).rejects.toThrow('the bytes have another digest');
  expect([...servers.to.blobs]).toEqual([]);
  expect([...servers.to.uploads]).toEqual([]);
});
