/** Hosts that limit how large a request's body may be: they get chunks (distribution specification, "Pushing a blob in chunks"). */
import { describe, expect, test } from '@jest/globals';

import { BodyLimit } from '../../src/registry/body-limit.ts';
import type { Repository } from '../../src/registry/registry.ts';
import { errorOf, impatient } from '../support/registry-client.ts';
import {
  digest,
  type Intercept,
  type RegistryStandIn,
  sendError,
  startRegistryStandIn,
} from '../support/registry-stand-in.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.alloc(20 * MiB, 'all of a layer ');
const whole = digest(bytes);

async function push(repository: Repository): Promise<void> {
  const upload = await repository.startUpload(bytes.length);
  for (let at = 0; at < bytes.length; at += 3_000_000) {
    await upload.write([bytes.subarray(at, at + 10), bytes.subarray(at + 10, at + 3_000_000)]);
  }
  await upload.commit(whole);
}

/** Answers 413 to larger bodies. */
function above(most: number): Intercept {
  return (request, response) => {
    if (Number(request.headers['content-length'] ?? 0) <= most) return false;
    sendError(response, 413, 'TOO_LARGE');
    return true;
  };
}

/** Says in its answers to POST what it takes. */
function announcing(headers: Record<string, string>): Intercept {
  return (request, response) => {
    if (request.method === 'POST') {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    return false;
  };
}

/** `Content-Range`, or the length of a body without it, of each PATCH and PUT. */
function bodies({ seen }: RegistryStandIn): string[] {
  return seen
    .filter(({ method, headers }) => method === 'PATCH' || Number(headers['content-length']) > 0)
    .map(({ headers }) => `${headers['content-range'] ?? headers['content-length']}`);
}

describe('a host that announces its limit', () => {
  test('gets chunks of that size, in order, and is asked for nothing larger', async () => {
    await using registry = await startRegistryStandIn(announcing({ 'oci-chunk-max-length': '8000000' }));
    await push(impatient(registry.host).repository('a/b'));
    expect(registry.blobs.get(whole)?.equals(bytes)).toBe(true);
    expect(bodies(registry)).toEqual(['0-7999999', '8000000-15999999', '16000000-20971519']);
  });

  test('gets what is small enough in one body', async () => {
    await using registry = await startRegistryStandIn(
      announcing({ 'oci-chunk-max-length': `${bytes.length}` }),
    );
    await push(impatient(registry.host).repository('a/b'));
    expect(bodies(registry)).toEqual([`${bytes.length}`]);
  });

  test('gets no smaller chunks than it wants', async () => {
    const lengths = { 'oci-chunk-max-length': '1000', 'oci-chunk-min-length': '10000000' };
    await using registry = await startRegistryStandIn(announcing(lengths));
    await push(impatient(registry.host).repository('a/b'));
    expect(bodies(registry)).toEqual(['0-9999999', '10000000-19999999', '20000000-20971519']);
  });

  test.each(['0', '-1', '1e3', 'many', ''])('as "%s" has none', async (value) => {
    await using registry = await startRegistryStandIn(announcing({ 'oci-chunk-max-length': value }));
    await push(impatient(registry.host).repository('a/b'));
    expect(bodies(registry)).toEqual([`${bytes.length}`]);
  });
});

describe('a host that answers 413', () => {
  test('gets the blob again in chunks, and every other one in its repositories', async () => {
    await using registry = await startRegistryStandIn(above(10 * MiB));
    const client = impatient(registry.host);
    const repository = client.repository('a/b');
    expect(await errorOf(push(repository))).toMatchObject({ status: 413, retryable: true });
    await push(repository);
    const chunks = ['0-8388607', '8388608-16777215', '16777216-20971519'];
    expect(bodies(registry)).toEqual([`${bytes.length}`, ...chunks]);
    registry.seen.length = 0;
    await push(client.repository('c'));
    expect(bodies(registry)).toEqual(chunks);
  });

  test('gets a blob that is in memory in chunks', async () => {
    await using registry = await startRegistryStandIn(above(2 * MiB));
    await impatient(registry.host).repository('a/b').putBlob(whole, bytes);
    expect(registry.blobs.get(whole)?.equals(bytes)).toBe(true);
    expect(bodies(registry).slice(0, 3)).toEqual([`${bytes.length}`, '0-8388607', '0-1048575']);
  });

  test('to everything is given up, with what to do', async () => {
    await using registry = await startRegistryStandIn(above(1000));
    const error = await errorOf(impatient(registry.host).repository('a/b').putBlob(whole, bytes));
    expect(error).toMatchObject({ status: 413, retryable: false });
    expect(error.hint).toContain("raise its limit on the size of a request's body");
  });

  test('does not concern another host', async () => {
    await using small = await startRegistryStandIn(above(MiB));
    await using other = await startRegistryStandIn();
    await impatient(small.host).repository('a/b').putBlob(whole, bytes);
    await push(impatient(other.host).repository('a/b'));
    expect(bodies(other)).toEqual([`${bytes.length}`]);
  });
});

test('413 behind a chunk that was taken is of the blob: it is not sent again, and no smaller chunks are', async () => {
  await using registry = await startRegistryStandIn((request, response) => {
    if (request.method === 'POST') response.setHeader('oci-chunk-max-length', '8000000');
    if (!request.url?.includes('/large/') || !request.headers['content-range']?.startsWith('8000000-'))
      return false;
    sendError(response, 413, 'SIZE_INVALID');
    return true;
  });
  const client = impatient(registry.host);
  const error = await errorOf(push(client.repository('large')));
  expect(error).toMatchObject({ status: 413, retryable: false });
  registry.seen.length = 0;
  await push(client.repository('other'));
  expect(bodies(registry)).toEqual(['0-7999999', '8000000-15999999', '16000000-20971519']);
});

test('a chunk that the registry takes no part in says which bytes it was of', async () => {
  await using registry = await startRegistryStandIn((request, response) => {
    if (request.headers['content-range'] === undefined) return above(10 * MiB)(request, response);
    sendError(response, 416, 'UNSUPPORTED');
    return true;
  });
  const repository = impatient(registry.host).repository('a/b');
  const error = await errorOf(repository.putBlob(whole, bytes));
  expect(error).toMatchObject({ status: 416, retryable: false });
  expect(error.message).toContain('upload bytes 0-8388607 of a blob of 20971520 bytes');
});

test('bodies that were refused at the same time count once', () => {
  const limit = new BodyLimit();
  expect([limit.refused(100 * MiB), limit.refused(90 * MiB), limit.bytes]).toEqual([true, true, 64 * MiB]);
  expect([limit.refused(64 * MiB), limit.bytes]).toEqual([true, 8 * MiB]);
  expect(limit.refused(100 * MiB)).toBe(true);
  expect(limit.bytes).toBe(8 * MiB);
});
