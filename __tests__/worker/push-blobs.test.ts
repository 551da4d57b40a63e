/** Pushing blobs (distribution specification, "Pushing blobs"), against the real workerd. */
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, digestOf, locationOf, OciClient, streamed, withDigest } from '../support/oci-client.ts';
import { someBytes, startRegistry, type TestRegistry } from '../support/worker.ts';

let registry: TestRegistry;
let client: OciClient;
beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'push/blobs');
});
afterAll(() => registry.stop());

/** Whether the repository serves exactly these bytes. */
async function serves(bytes: Uint8Array, digest: string, repository = client): Promise<boolean> {
  const response = await repository.request('GET', `blobs/${digest}`);
  return response.status === 200 && Buffer.from(await response.arrayBuffer()).equals(bytes);
}

/** Another repository of the same registry. */
function mounted(): OciClient {
  return new OciClient(registry.url, 'push/mounted');
}

const MiB = 1024 * 1024;
/** Around R2's part of 5 MiB, and the bounds of what is kept between requests. */
const SIZES = [0, 1, MiB, 5 * MiB - 1, 5 * MiB, 5 * MiB + 1, 10 * MiB, 16 * MiB + 7];

describe.each(['sha256', 'sha512'])('a blob of %s', (algorithm) => {
  test.each(SIZES)('of %d bytes in one PUT', async (size) => {
    const bytes = someBytes(size, 1);
    expect(await serves(bytes, await client.pushBlob(bytes, algorithm))).toBe(true);
  });

  test.each(SIZES)('of %d bytes in one POST', async (size) => {
    const bytes = someBytes(size, 2);
    const digest = digestOf(bytes, algorithm);
    const response = await client.request('POST', `blobs/uploads/?digest=${digest}`, { body: bytes });
    expect(response.status).toBe(201);
    expect(locationOf(response)).toBe(`/v2/push/blobs/blobs/${digest}`);
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(await serves(bytes, digest)).toBe(true);
  });

  test.each(SIZES)('of %d bytes streamed without a length, the algorithm named at the end', async (size) => {
    const bytes = someBytes(size, 3);
    const digest = digestOf(bytes, algorithm);
    const patched = await client.request('PATCH', await client.startUpload(), { body: streamed(bytes) });
    expect(patched.status).toBe(202);
    expect(patched.headers.get('range')).toBe(`0-${Math.max(0, size - 1)}`);
    const response = await client.request('PUT', withDigest(locationOf(patched), digest));
    expect(response.status).toBe(201);
    expect(await serves(bytes, digest)).toBe(true);
  });

  test('in a body of known length, the algorithm named at the end', async () => {
    const bytes = someBytes(6 * MiB, 4);
    const digest = digestOf(bytes, algorithm);
    const patched = await client.request('PATCH', await client.startUpload(), { body: bytes });
    const response = await client.request('PUT', withDigest(locationOf(patched), digest));
    expect(response.status).toBe(201);
    expect(await serves(bytes, digest)).toBe(true);
  });

  test.each([
    ['in one chunk', [7 * MiB]],
    ['in chunks of a few bytes', [3, 5, 1, 70]],
    ['in chunks that share no size with the parts', [3 * MiB + 1, 6 * MiB - 5, 11, 4 * MiB]],
    ['in chunks of a part', [5 * MiB, 5 * MiB, 5 * MiB]],
  ])('%s with Content-Range, the last one in the PUT', async (_, sizes) => {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const bytes = someBytes(total, sizes.length);
    const digest = digestOf(bytes, algorithm);
    let location = await client.startUpload(`?digest-algorithm=${algorithm}`);
    let at = 0;
    for (const size of sizes.slice(0, -1)) {
      const response = await client.request('PATCH', location, {
        headers: { 'Content-Range': `${at}-${at + size - 1}` },
        body: bytes.subarray(at, at + size),
      });
      at += size;
      expect(response.status).toBe(202);
      expect(response.headers.get('range')).toBe(`0-${at - 1}`);
      location = locationOf(response);
    }
    const response = await client.request('PUT', withDigest(location, digest), {
      headers: { 'Content-Range': `${at}-${total - 1}` },
      body: bytes.subarray(at),
    });
    expect(response.status).toBe(201);
    expect(await serves(bytes, digest)).toBe(true);
  });
});

test('a body of known length can be followed by more', async () => {
  const bytes = someBytes(13 * MiB, 9);
  const first = await client.request('PATCH', await client.startUpload(), {
    body: bytes.subarray(0, 6 * MiB),
  });
  const second = await client.request('PATCH', locationOf(first), {
    body: streamed(bytes.subarray(6 * MiB, 12 * MiB)),
  });
  expect(second.headers.get('range')).toBe(`0-${12 * MiB - 1}`);
  const digest = digestOf(bytes);
  const response = await client.request('PUT', withDigest(locationOf(second), digest), {
    body: bytes.subarray(12 * MiB),
  });
  expect(response.status).toBe(201);
  expect(await serves(bytes, digest)).toBe(true);
});

describe('an upload in progress', () => {
  test('tells where it stands', async () => {
    const location = await client.startUpload();
    await client.request('PATCH', location, { headers: { 'Content-Range': '0-9' }, body: someBytes(10) });
    const response = await client.request('GET', location);
    expect(response.status).toBe(204);
    expect(response.headers.get('range')).toBe('0-9');
    expect(locationOf(response)).toBe(location);
  });

  test.each([
    ['that leaves a gap', '11-20', 10],
    ['that comes again', '0-9', 10],
    ['that overlaps', '5-14', 10],
  ])('refuses a chunk %s, and goes on', async (_, range, size) => {
    const location = await client.startUpload();
    const bytes = someBytes(20);
    const first = { headers: { 'Content-Range': '0-9' }, body: bytes.subarray(0, 10) };
    expect((await client.request('PATCH', location, first)).status).toBe(202);
    const response = await client.request('PATCH', location, {
      headers: { 'Content-Range': range },
      body: someBytes(size),
    });
    expect(response.status).toBe(416);
    expect(response.headers.get('range')).toBe('0-9');
    expect(await codeOf(response)).toBe('BLOB_UPLOAD_INVALID');
    const second = { headers: { 'Content-Range': '10-19' }, body: bytes.subarray(10) };
    expect((await client.request('PATCH', location, second)).status).toBe(202);
    const put = await client.request('PUT', withDigest(location, digestOf(bytes)));
    expect(put.status).toBe(201);
  });

  test.each(['x', '5', '9-0', '-5', '0-9-12', 'bytes 0-'])(
    'refuses the Content-Range "%s"',
    async (range) => {
      const response = await client.request('PATCH', await client.startUpload(), {
        headers: { 'Content-Range': range },
        body: someBytes(10),
      });
      expect(response.status).toBe(400);
    },
  );

  test('refuses a chunk that ends before it begins', async () => {
    const location = await client.startUpload();
    await client.request('PATCH', location, { body: someBytes(5) });
    const headers = { 'Content-Range': '5-4' };
    const response = await client.request('PATCH', location, { headers, body: streamed(someBytes(5)) });
    expect([response.status, await codeOf(response)]).toEqual([400, 'BLOB_UPLOAD_INVALID']);
  });

  test('refuses a chunk that is not as long as its Content-Range says', async () => {
    for (const size of [8, 12]) {
      const location = await client.startUpload();
      const headers = { 'Content-Range': '0-9' };
      const known = await client.request('PATCH', location, { headers, body: someBytes(size) });
      expect([known.status, await codeOf(known)]).toEqual([400, 'SIZE_INVALID']);
      const unknown = await client.request('PATCH', location, { headers, body: streamed(someBytes(size)) });
      expect([unknown.status, await codeOf(unknown)]).toEqual([400, 'SIZE_INVALID']);
    }
  });

  test('keeps what arrived before the connection broke', async () => {
    const location = await client.startUpload();
    const bytes = someBytes(12 * MiB);
    const abort = new AbortController();
    let at = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (at >= 7 * MiB) {
          // Long enough for what was sent to be taken in; then the line is cut.
          await new Promise((resolve) => setTimeout(resolve, 3000));
          abort.abort();
          return;
        }
        controller.enqueue(bytes.subarray(at, (at += MiB)));
      },
    });
    await expect(client.request('PATCH', location, { body, signal: abort.signal })).rejects.toThrow('abort');
    const status = await client.request('GET', location);
    const offset = Number(status.headers.get('range')?.split('-')[1]) + 1;
    expect(offset).toBeGreaterThan(6 * MiB); // more than the part that was full
    const rest = await client.request('PATCH', location, {
      headers: { 'Content-Range': `${offset}-${bytes.length - 1}` },
      body: bytes.subarray(offset),
    });
    expect(rest.status).toBe(202);
    const digest = digestOf(bytes);
    expect((await client.request('PUT', withDigest(location, digest))).status).toBe(201);
    expect(await serves(bytes, digest)).toBe(true);
  });

  test('is at its beginning when a body of known length broke off, and takes it again', async () => {
    const location = await client.startUpload();
    const bytes = someBytes(12 * MiB, 5);
    const broken = request(registry.url + location, {
      method: 'PATCH',
      headers: { 'Content-Length': bytes.length },
    });
    await new Promise((resolve) => broken.write(bytes.subarray(0, 7 * MiB), resolve));
    broken.destroy();
    await expect(once(broken, 'close')).rejects.toThrow('socket hang up');
    const status = await client.request('GET', location);
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-0']);
    const digest = digestOf(bytes);
    const put = await client.request('PUT', withDigest(location, digest), { body: bytes });
    expect(put.status).toBe(201);
    expect(await serves(bytes, digest)).toBe(true);
  });

  test('is gone when it was cancelled', async () => {
    const location = await client.startUpload();
    await client.request('PATCH', location, { body: streamed(someBytes(6 * MiB)) });
    expect((await client.request('DELETE', location)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const response = await client.request(method, location, method === 'PATCH' ? { body: 'x' } : {});
      expect([response.status, await codeOf(response)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    }
  });

  test('is gone when it was finished', async () => {
    const location = await client.startUpload();
    const finish = withDigest(location, digestOf('abc'));
    expect((await client.request('PUT', finish, { body: 'abc' })).status).toBe(201);
    expect((await client.request('GET', location)).status).toBe(404);
  });

  test('belongs to its repository', async () => {
    const location = await client.startUpload();
    const other = location.replace('push/blobs', 'push/other');
    const response = await client.request('PUT', withDigest(other, digestOf('abc')), { body: 'abc' });
    expect([response.status, await codeOf(response)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
  });

  test.each(['0', 'x'.repeat(64), '0'.repeat(64), 'not-an-id', '%20', 'a'.repeat(3000)])(
    'is not found by the id "%s"',
    async (id) => {
      const response = await client.request('PATCH', `blobs/uploads/${id}`, { body: 'abc' });
      expect([response.status, await codeOf(response)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    },
  );
});

describe('a wrong digest', () => {
  const wrong = digestOf('something else');

  test.each([
    [
      'in one PUT',
      async () => client.request('PUT', withDigest(await client.startUpload(), wrong), { body: 'abc' }),
    ],
    ['in one POST', () => client.request('POST', `blobs/uploads/?digest=${wrong}`, { body: 'abc' })],
    [
      'after a stream',
      async () => {
        const patched = await client.request('PATCH', await client.startUpload(), {
          body: streamed(someBytes(6 * MiB)),
        });
        return client.request('PUT', withDigest(locationOf(patched), wrong));
      },
    ],
    [
      'after a body of known length',
      async () => {
        const patched = await client.request('PATCH', await client.startUpload(), {
          body: someBytes(6 * MiB),
        });
        return client.request('PUT', withDigest(locationOf(patched), wrong));
      },
    ],
    [
      'of the other algorithm',
      async () => {
        const patched = await client.request('PATCH', await client.startUpload(), {
          body: streamed(someBytes(6 * MiB)),
        });
        return client.request('PUT', withDigest(locationOf(patched), digestOf('abc', 'sha512')));
      },
    ],
  ])('%s is refused, and nothing is served', async (_, push) => {
    const response = await push();
    expect([response.status, await codeOf(response)]).toEqual([400, 'DIGEST_INVALID']);
    expect((await client.request('GET', `blobs/${wrong}`)).status).toBe(404);
  });

  test.each([
    '',
    'sha256:abc',
    'md5:900150983cd24fb0d6963f7d28e17f72',
    `sha256:${'A'.repeat(64)}`,
    'x',
    'sha256',
  ])('that is none, "%s", is refused', async (digest) => {
    const put = await client.request('PUT', withDigest(await client.startUpload(), digest), { body: 'abc' });
    expect([put.status, await codeOf(put)]).toEqual([400, 'DIGEST_INVALID']);
    const post = await client.request('POST', `blobs/uploads/?digest=${digest}`, { body: 'abc' });
    expect([post.status, await codeOf(post)]).toEqual([400, 'DIGEST_INVALID']);
  });

  test('of an algorithm that is not here is refused at the start', async () => {
    const response = await client.request('POST', 'blobs/uploads/?digest-algorithm=md5');
    expect([response.status, await codeOf(response)]).toEqual([400, 'DIGEST_INVALID']);
  });
});

describe('mounting', () => {
  test.each(['&from=push/blobs', ''])('takes a blob over with "%s"', async (from) => {
    const bytes = someBytes(1000, from.length + 50);
    const digest = await client.pushBlob(bytes);
    const response = await mounted().request('POST', `blobs/uploads/?mount=${digest}${from}`);
    expect(response.status).toBe(201);
    expect(locationOf(response)).toBe(`/v2/push/mounted/blobs/${digest}`);
    expect(await serves(bytes, digest, mounted())).toBe(true);
  });

  test.each(['&from=push/empty', ''])(
    'begins an upload where there is no such blob with "%s"',
    async (from) => {
      const response = await mounted().request('POST', `blobs/uploads/?mount=${digestOf('nowhere')}${from}`);
      expect(response.status).toBe(202);
      expect(locationOf(response)).toContain('/v2/push/mounted/blobs/uploads/');
    },
  );

  test('refuses what is no digest or no name', async () => {
    const digest = await mounted().request('POST', 'blobs/uploads/?mount=abc');
    expect([digest.status, await codeOf(digest)]).toEqual([400, 'DIGEST_INVALID']);
    const name = await mounted().request('POST', `blobs/uploads/?mount=${digestOf('a')}&from=A/b`);
    expect([name.status, await codeOf(name)]).toEqual([400, 'NAME_INVALID']);
  });
});

test.each(['A/b', 'a//b', '_a/b', 'a/_uploads', 'a..b', `a/${'b'.repeat(300)}`, 'a%2F..%2Fb'])(
  'the repository name "%s" is refused',
  async (name) => {
    const response = await client.request('POST', `/v2/${name}/blobs/uploads/`);
    expect([response.status, await codeOf(response)]).toEqual([400, 'NAME_INVALID']);
  },
);

test('the same blob pushed by many at once is one blob', async () => {
  const bytes = someBytes(5 * MiB + 3, 77);
  const digests = await Promise.all(Array.from({ length: 6 }, () => client.pushBlob(bytes)));
  expect(await serves(bytes, digests[0] ?? '')).toBe(true);
});

test('more uploads at once than memory is shared among come through', async () => {
  // 16 buffers of 5 MiB against a budget of 40 MiB.
  const blobs = Array.from({ length: 16 }, (_, index) => someBytes(6 * MiB, 100 + index));
  const served = await Promise.all(
    blobs.map(async (bytes) => {
      const patched = await client.request('PATCH', await client.startUpload(), { body: streamed(bytes) });
      await client.request('PUT', withDigest(locationOf(patched), digestOf(bytes)));
      return serves(bytes, digestOf(bytes));
    }),
  );
  expect(served).toEqual(blobs.map(() => true));
});
