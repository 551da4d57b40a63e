/** Uploads whose bytes are in R2, and that R2 failed or their client left before they were part of a repository. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { askForCollection, collect, collectionEnd, startCollector } from '../support/collection.ts';
import { startFaultyRegistry } from '../support/faulty-registry.ts';
import { codeOf, digestOf, OciClient, withDigest } from '../support/oci-client.ts';
import { someBytes, type TestRegistry } from '../support/worker.ts';

const BYTES = someBytes(6 * 1024 * 1024, 1);
const DIGEST = digestOf(BYTES);

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'uploads-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

/** @param keys that R2 does not write. @returns the upload's place, from the root */
async function failToFinish(keys: string): Promise<string> {
  await using registry = await startFaultyRegistry(storage, { FAULT_PUTS: keys, UPLOAD_EXPIRY: '3600' });
  const client = new OciClient(registry.url, 'a/model');
  const location = await client.startUpload();
  const answer = await client.request('PUT', withDigest(location, DIGEST), { body: BYTES });
  expect(answer.status).toBe(500);
  expect((await client.request('HEAD', `blobs/${DIGEST}`)).status).toBe(404);
  return location;
}

async function withRegistry(
  variables: Record<string, string>,
  run: (registry: TestRegistry, client: OciClient) => Promise<void>,
): Promise<void> {
  const registry = await startCollector(variables, { storage });
  try {
    await run(registry, new OciClient(registry.url, 'a/model'));
  } finally {
    await registry.stop();
  }
}

async function expectWhole(client: OciClient): Promise<void> {
  const read = await client.request('GET', `blobs/${DIGEST}`);
  expect([read.status, digestOf(new Uint8Array(await read.arrayBuffer()))]).toEqual([200, DIGEST]);
}

test('before their digest names them: the next attempt finishes it', async () => {
  const location = await failToFinish('blobs/');
  await withRegistry({}, async (_, client) => {
    expect((await client.request('PUT', withDigest(location, DIGEST))).status).toBe(201);
    await expectWhole(client);
  });
});

test('before they were in the repository: nothing can be added, and the next attempt finishes it', async () => {
  const location = await failToFinish('repositories/');
  await withRegistry({}, async (_, client) => {
    const more = await client.request('PATCH', location, { body: 'more' });
    expect([more.status, await codeOf(more)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    expect((await client.request('PUT', withDigest(location, DIGEST))).status).toBe(201);
    await expectWhole(client);
  });
});

/** @returns the upload's place, from the root */
async function leaveUnfinished(): Promise<string> {
  let location = '';
  await withRegistry({}, async (_, client) => {
    location = await client.startUpload();
    expect((await client.request('PATCH', location, { body: BYTES })).status).toBe(202);
  });
  return location;
}

test.each([
  ['verified', () => failToFinish('blobs/')],
  ['sent in one piece', leaveUnfinished],
])('whose bytes, %s, were collected meanwhile, it is unknown, and a new one succeeds', async (_, begin) => {
  const location = await begin();
  await withRegistry({ UPLOAD_EXPIRY: '0' }, async (registry, client) => {
    expect((await collect(registry)).counts.remove).toMatchObject({ data: 1, bytes: BYTES.length });
    const finished = await client.request('PUT', withDigest(location, DIGEST));
    expect([finished.status, await codeOf(finished)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    expect((await client.request('GET', location)).status).toBe(404);
  });
  await withRegistry({}, async (_registry, client) => {
    await client.pushBlob(BYTES);
    await expectWhole(client);
  });
});

test('that is asked for nothing but an empty or misplaced chunk, it expires all the same', async () => {
  const location = await leaveUnfinished();
  await withRegistry({ UPLOAD_EXPIRY: '0' }, async (_, client) => {
    expect((await client.request('PATCH', location)).status).toBe(202);
    const headers = { 'Content-Range': '0-3' };
    expect((await client.request('PATCH', location, { headers, body: 'more' })).status).toBe(416);
    // An alarm that was set anew by these settings would have rung by now.
    expect((await client.request('GET', location)).status).toBe(204);
  });
});

test('that is given up when its blob is condemned, it leaves the bytes to who pardons the blob', async () => {
  const location = await failToFinish('repositories/');
  await withRegistry({ GC_DELAY: '3600' }, async (registry) => {
    await askForCollection(registry);
    await collectionEnd(registry, { states: ['waiting', 'failed'] });
  });
  await withRegistry({ GC_WINDOW: '3600', GC_DELAY: '3600' }, async (_, client) => {
    expect((await client.request('DELETE', location)).status).toBe(204);
    await client.pushBlob(BYTES);
    await expectWhole(client);
  });
});
