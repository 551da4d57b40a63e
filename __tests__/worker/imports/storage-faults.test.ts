/** Imports while R2 fails now and then or never answers, before or after it has done what it was asked. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
/** Answers to requests for blobs that are under way. */
let open: Set<ServerResponse>;
beforeEach(async () => {
  open = new Set();
  upstream = await startRegistryStandIn(async (request, response) => sendSlowly(request, response));
  storage = await mkdtemp(path.join(tmpdir(), 'faults-'));
});
afterEach(async () => {
  await upstream[Symbol.asyncDispose]();
  await rm(storage, { recursive: true, force: true });
});

/** A layer of some size takes a while, so that R2 fails while the Worker waits for more of it. */
async function sendSlowly(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const bytes = upstream.blobs.get(url.slice(url.lastIndexOf('/') + 1));
  if (bytes?.length !== SLOW) return false;
  open.add(response);
  response.on('close', () => open.delete(response));
  const [, first = '0', last = `${SLOW - 1}`] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const part = bytes.subarray(Number(first), Number(last) + 1);
  const range = headers.range === undefined ? {} : { 'content-range': `bytes ${first}-${last}/${SLOW}` };
  response.writeHead(headers.range === undefined ? 200 : 206, { 'content-length': part.length, ...range });
  for (let at = 0; at < part.length && !response.destroyed; at += STEP) {
    response.write(part.subarray(at, at + STEP));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  response.end();
  return true;
}

const SLOW = 6 * MiB + 1;
const STEP = 200_000;

test.each([
  ['one part', 7 * MiB, ['whole', 'whole', 'whole']],
  ['several parts', 5 * MiB, ['0-5242879', '0-5242879', '0-5242879', '5242880-6291456']],
])(
  'in the middle of a blob of %s: the attempt is over with it, and the next one succeeds',
  async (_, size, asked) => {
    const layer = someBytes(SLOW, 9);
    const image = addImage(upstream, [layer]);
    const settings = importSettings({ [upstream.host]: {} }, { IMPORT_PART_SIZE: `${size}` });
    await using registry = await startFaultyRegistry(storage, { ...settings, FAULT_STREAMS: '2' });
    const { url } = registry;
    const source = { registry: upstream.host, repository: 'a/model', digest: image.digest };
    expect(await runImport({ url }, 'with/faults:v1', source)).toMatchObject({ state: 'done' });
    const requests = upstream.seen.filter((request) => request.url.endsWith(`/blobs/${image.layers[0]}`));
    expect(requests.map(({ headers }) => headers.range?.slice('bytes='.length) ?? 'whole')).toEqual(asked);
    expect(open.size).toBe(0);
  },
);

test.each([
  ['two of each 10 calls fail', { FAULT_EVERY: '10' }],
  ['two of each 20 calls fail', { FAULT_EVERY: '20' }],
  ['one of each 10 calls never answers', { FAULT_HANG: '10', STORAGE_PATIENCE: '0.5' }],
])('%s: the image is there, whole', async (_, faults) => {
  const layers = [someBytes(12 * MiB, 1), someBytes(6 * MiB, 2), someBytes(MiB, 3), Buffer.alloc(0)];
  const image = addImage(upstream, layers);
  const settings = { ...importSettings({ [upstream.host]: {} }), ...faults };
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
