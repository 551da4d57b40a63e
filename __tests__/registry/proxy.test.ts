import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { impatient } from '../support/registry-client.ts';
import { digest, type RegistryStandIn, startRegistryStandIn } from '../support/registry-stand-in.ts';

const names = ['HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];
const before = names.map((name) => process.env[name]);
let proxy: RegistryStandIn;

beforeEach(async () => {
  for (const name of names) delete process.env[name];
  proxy = await startRegistryStandIn();
  process.env['HTTP_PROXY'] = `http://${proxy.host}`;
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const [at, name] of names.entries()) {
    const value = before[at];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const bytes = Buffer.from('a blob');

test('a registry elsewhere is reached through the proxy of the environment', async () => {
  const client = impatient('registry.invalid:5000', { insecure: true });
  await client.repository('a/b').putBlob(digest(bytes), bytes);
  const upload = await client.repository('a/b').startUpload(bytes.length);
  await upload.write([bytes]);
  await upload.commit(digest(bytes));
  expect(proxy.blobs.has(digest(bytes))).toBe(true);
  expect(proxy.seen.every(({ url }) => url.startsWith('http://registry.invalid:5000/v2/a/b/'))).toBe(true);
});

test('a registry that the environment excludes is not', async () => {
  await using registry = await startRegistryStandIn();
  registry.blobs.set(digest(bytes), bytes);
  process.env['NO_PROXY'] = '0.0.0.0';
  const client = impatient(registry.host.replace('127.0.0.1', '0.0.0.0'), { insecure: true });
  await expect(client.repository('a/b').hasBlob(digest(bytes))).resolves.toBe(bytes.length);
  expect(proxy.seen).toHaveLength(0);
});

test('a registry on this machine is not', async () => {
  await using registry = await startRegistryStandIn();
  registry.blobs.set(digest(bytes), bytes);
  await expect(impatient(registry.host).repository('a/b').hasBlob(digest(bytes))).resolves.toBe(bytes.length);
  expect(proxy.seen).toHaveLength(0);
});
