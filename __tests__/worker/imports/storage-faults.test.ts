/** Imports while R2 fails now and then, before or after it has done what it was asked. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addImage, importSettings, MiB, runImport } from '../../support/imports.ts';
import { digestOf, OciClient } from '../../support/oci-client.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes } from '../../support/worker.ts';

let upstream: RegistryStandIn;
let storage: string;
let child: ChildProcess;
beforeEach(async () => {
  upstream = await startRegistryStandIn();
  storage = await mkdtemp(path.join(tmpdir(), 'faults-'));
});
afterEach(async () => {
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
  await upstream[Symbol.asyncDispose]();
  await rm(storage, { recursive: true, force: true });
});

/** @returns the registry's address; of each `every` calls of R2 two fail */
async function start(every: number): Promise<string> {
  const settings = importSettings({ [upstream.host]: {} }, { FAULT_EVERY: String(every) });
  const script = path.join(import.meta.dirname, '../../support/faulty-serve.ts');
  child = spawn(process.execPath, [script, JSON.stringify({ storage, settings })], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [line] = (await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line')) as [string];
  return (JSON.parse(line) as { url: string }).url;
}

test.each([10, 20])('two of each %d calls: the image is there, whole', async (every) => {
  const layers = [someBytes(12 * MiB, 1), someBytes(6 * MiB, 2), someBytes(MiB, 3), Buffer.alloc(0)];
  const image = addImage(upstream, layers);
  const url = await start(every);
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
