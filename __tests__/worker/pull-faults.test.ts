/** Reads while R2 breaks off in the middle of what it gives. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startFaultyRegistry } from '../support/faulty-registry.ts';
import { OciClient } from '../support/oci-client.ts';
import { someBytes } from '../support/worker.ts';

const BYTES = someBytes(6_000_001);

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'pull-faults-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

/** What comes of a body until it ends or breaks. */
async function received(response: Response): Promise<{ bytes: Buffer; error?: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of response.body ?? []) pieces.push(piece);
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  return { bytes: Buffer.concat(pieces) };
}

test('of a whole blob: the connection breaks, and the rest can be asked for', async () => {
  await using registry = await startFaultyRegistry(storage, { FAULT_BODIES: '1' });
  const client = new OciClient(registry.url, 'a/model');
  const digest = await client.pushBlob(BYTES);
  const { bytes, error } = await received(await client.request('GET', `blobs/${digest}`));
  expect(error).toBeDefined();
  expect(bytes.equals(BYTES.subarray(0, bytes.length))).toBe(true);
  const range = `bytes=${bytes.length}-`;
  const rest = await received(await client.request('GET', `blobs/${digest}`, { headers: { range } }));
  expect(Buffer.concat([bytes, rest.bytes]).equals(BYTES)).toBe(true);
});

test('of a range, again and again: the reader sees nothing of it', async () => {
  await using registry = await startFaultyRegistry(storage, { FAULT_BODIES: '3' });
  const client = new OciClient(registry.url, 'a/model');
  const digest = await client.pushBlob(BYTES);
  const headers = { range: 'bytes=5-5999990' };
  const { bytes, error } = await received(await client.request('GET', `blobs/${digest}`, { headers }));
  expect(error).toBeUndefined();
  expect(bytes.equals(BYTES.subarray(5, 5_999_991))).toBe(true);
});

test.each([
  ['a small range', { range: 'bytes=5-99' }, BYTES.subarray(5, 100)],
  ['a small blob', {}, BYTES.subarray(0, 1000)],
])('of %s, again and again: the reader sees nothing of it', async (_what, headers, wanted) => {
  await using registry = await startFaultyRegistry(storage, { FAULT_SMALL_BODIES: '3' });
  const client = new OciClient(registry.url, 'a/model');
  const digest = await client.pushBlob('range' in headers ? BYTES : BYTES.subarray(0, 1000));
  const { bytes, error } = await received(await client.request('GET', `blobs/${digest}`, { headers }));
  expect(error).toBeUndefined();
  expect(bytes.equals(wanted)).toBe(true);
});

test('of a small range every time: the answer says that it went wrong', async () => {
  await using registry = await startFaultyRegistry(storage, { FAULT_SMALL_BODIES: '4' });
  const client = new OciClient(registry.url, 'a/model');
  const digest = await client.pushBlob(BYTES);
  const headers = { range: 'bytes=5-99' };
  expect((await client.request('GET', `blobs/${digest}`, { headers })).status).toBe(500);
  expect((await client.request('GET', `blobs/${digest}`, { headers })).status).toBe(206);
});
