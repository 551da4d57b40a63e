/** Pulling blobs and manifests (distribution specification, "Pull"; RFC 9110 for ranges and conditions). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  codeOf,
  digestOf,
  IMAGE,
  locationOf,
  OciClient,
  streamed,
  withDigest,
} from '../support/oci-client.ts';
import { someBytes, startRegistry, type TestRegistry } from '../support/worker.ts';

const MiB = 1024 * 1024;
let registry: TestRegistry;
let client: OciClient;
beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'pull');
});
afterAll(() => registry.stop());

test('GET /v2/ answers that a registry is here', async () => {
  const response = await client.request('GET', '/v2/');
  expect(response.status).toBe(200);
  expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
});

test('GET / and /healthz answer', async () => {
  expect((await client.request('GET', '/')).status).toBe(200);
  expect(await (await client.request('GET', '/healthz')).text()).toBe('ok\n');
});

describe('a blob', () => {
  const bytes = someBytes(3000);
  const digest = digestOf(bytes);
  const path = `blobs/${digest}`;
  beforeAll(async () => {
    await client.pushBlob(bytes);
  });

  test('is answered with what caches and clients need', async () => {
    for (const method of ['GET', 'HEAD']) {
      const response = await client.request(method, path);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'accept-ranges': 'bytes',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-length': '3000',
        'content-type': 'application/octet-stream',
        'docker-content-digest': digest,
        etag: `"${digest}"`,
      });
      expect((await response.arrayBuffer()).byteLength).toBe(method === 'GET' ? 3000 : 0);
    }
  });

  test.each([
    ['bytes=500-1499', 500, 1500],
    ['bytes=500-', 500, 3000],
    ['bytes=-500', 2500, 3000],
    ['bytes=-5000', 0, 3000],
    ['bytes=2000-5000', 2000, 3000],
    ['bytes=0-0', 0, 1],
    ['bytes=0-1', 0, 2],
    ['bytes=2999-2999', 2999, 3000],
    ['Bytes=10-19', 10, 20],
    ['bytes=9000-9001, 5-6', 5, 7],
  ])('is answered in part to Range: %s', async (range, from, to) => {
    const response = await client.request('GET', path, { headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': String(to - from),
      'content-range': `bytes ${from}-${to - 1}/3000`,
      'content-type': 'application/octet-stream',
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
  });

  test.each(['bytes=3000-', 'bytes=3000-3001', 'bytes=500-0', 'bytes=-0', 'bytes=9000-9001,8000-'])(
    'has nothing at Range: %s',
    async (range) => {
      const response = await client.request('GET', path, { headers: { Range: range } });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe('bytes */3000');
      expect(await codeOf(response)).toBe('RANGE_INVALID');
    },
  );

  test.each(['bytes', 'bytes=', 'bytes=a-b', 'bytes=1-2-3', 'lines=1-2', 'bytes=-', 'bytes=1-2,x'])(
    'is answered whole to Range: %s, which is no range',
    async (range) => {
      const response = await client.request('GET', path, { headers: { Range: range } });
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBe(3000);
    },
  );

  test.each(['bytes=0-,0-,0-', 'bytes=0-2999,-1'])(
    'is answered whole to Range: %s, which asks for more than there is of it',
    async (range) => {
      const response = await client.request('GET', path, { headers: { Range: range } });
      expect([response.status, response.headers.get('content-range')]).toEqual([200, null]);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    },
  );

  test.each(['bytes=0-1', 'bytes=3000-'])('is told of whole by HEAD with Range: %s', async (range) => {
    const { status, headers } = await client.request('HEAD', path, { headers: { Range: range } });
    expect([status, headers.get('content-length')]).toEqual([200, '3000']);
    expect(headers.get('content-range')).toBeNull();
  });

  test('is answered in several parts', async () => {
    const response = await client.request('GET', path, {
      headers: { Range: 'bytes=0-9, 100-109,-5, 7000-7001', 'Accept-Encoding': 'identity' },
    });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBeNull();
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(
      response.headers.get('content-type') ?? '',
    )?.[1];
    const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
    expect(response.headers.get('content-length')).toBe(String(body.length));
    const part = (from: number, to: number): string =>
      `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${from}-${to}/3000\r\n\r\n` +
      `${bytes.subarray(from, to + 1).toString('latin1')}\r\n`;
    expect(body).toBe(`${part(0, 9)}${part(100, 109)}${part(2995, 2999)}--${boundary}--\r\n`);
  });

  test('refuses more ranges than it serves with 400, so that clients ask for them one by one', async () => {
    const ranges = Array.from({ length: 300 }, (_, index) => `${index * 2}-${index * 2}`).join(',');
    const response = await client.request('GET', path, { headers: { Range: `bytes=${ranges}` } });
    expect([response.status, await codeOf(response)]).toEqual([400, 'RANGE_INVALID']);
  });

  test.each([
    [{ 'If-None-Match': `"${digest}"` }, 304],
    [{ 'If-None-Match': `W/"${digest}", "x"` }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-Range': `"${digest}"`, Range: 'bytes=0-1' }, 206],
    [{ 'If-Range': '"x"', Range: 'bytes=0-1' }, 200],
  ])('under the condition %j answers %d', async (headers, status) => {
    const response = await client.request('GET', path, { headers });
    expect(response.status).toBe(status);
    await response.arrayBuffer();
  });

  test('in parts of R2 is read across their bounds', async () => {
    const large = someBytes(12 * MiB, 8);
    const patched = await client.request('PATCH', await client.startUpload(), { body: streamed(large) });
    await client.request('PUT', withDigest(locationOf(patched), digestOf(large)));
    for (const [from, to] of [
      [5 * MiB - 10, 5 * MiB + 10],
      [MiB, 11 * MiB],
    ] as const) {
      const response = await client.request('GET', `blobs/${digestOf(large)}`, {
        headers: { Range: `bytes=${from}-${to - 1}` },
      });
      expect(Buffer.from(await response.arrayBuffer()).equals(large.subarray(from, to))).toBe(true);
    }
  });

  test('comes as it is however slowly two take it at once', async () => {
    const large = someBytes(14 * MiB + 5, 3);
    await client.pushBlob(large);
    const largePath = `blobs/${digestOf(large)}`;
    const [whole, part] = await Promise.all([
      client.request('GET', largePath),
      client.request('GET', largePath, { headers: { Range: `bytes=7-${14 * MiB}` } }),
    ]);
    // What the sockets hold is full by then, and the rest waits in the Worker.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(digestOf(new Uint8Array(await part.arrayBuffer()))).toBe(
      digestOf(large.subarray(7, 14 * MiB + 1)),
    );
    expect(digestOf(new Uint8Array(await whole.arrayBuffer()))).toBe(digestOf(large));
  });

  test('is not found elsewhere', async () => {
    const elsewhere = new OciClient(registry.url, 'pull/elsewhere');
    for (const method of ['GET', 'HEAD']) expect((await elsewhere.request(method, path)).status).toBe(404);
    expect(await codeOf(await elsewhere.request('GET', path))).toBe('BLOB_UNKNOWN');
  });

  test.each([
    'sha256:0',
    'abc',
    'sha256',
    'md5:900150983cd24fb0d6963f7d28e17f72',
    `sha256:${'Z'.repeat(64)}`,
  ])('by the digest "%s" is refused', async (wrong) => {
    const response = await client.request('GET', `blobs/${wrong}`);
    expect([response.status, await codeOf(response)]).toEqual([400, 'DIGEST_INVALID']);
  });
});

describe('an empty blob', () => {
  test('is answered, and has no ranges', async () => {
    const digest = await client.pushBlob(Buffer.alloc(0));
    const whole = await client.request('GET', `blobs/${digest}`);
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '0']);
    const part = await client.request('GET', `blobs/${digest}`, { headers: { Range: 'bytes=0-1' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([416, 'bytes */0']);
  });
});

describe('a manifest', () => {
  test.each(['sha256', 'sha512'])('is answered by tag and by %s digest, byte for byte', async (algorithm) => {
    const { manifest } = await client.pushImage('layer', `by-${algorithm}`);
    const text = JSON.stringify(manifest);
    const digest = digestOf(text, algorithm);
    await client.pushManifest(manifest, digest);
    for (const reference of [digest, ...(algorithm === 'sha256' ? ['by-sha256'] : [])]) {
      const response = await client.request('GET', `manifests/${reference}`);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': reference === digest ? 'public, max-age=31536000, immutable' : 'no-cache',
        'content-length': String(text.length),
        'content-type': IMAGE,
        'docker-content-digest': digest,
        etag: `"${digest}"`,
      });
      expect(await response.text()).toBe(text);
      const head = await client.request('HEAD', `manifests/${reference}`);
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(text.length)]);
      const same = await client.request('GET', `manifests/${reference}`, {
        headers: { 'If-None-Match': `"${digest}"` },
      });
      expect(same.status).toBe(304);
    }
  });

  test('that is not there is unknown', async () => {
    for (const reference of ['nothing', digestOf('nothing')]) {
      const response = await client.request('GET', `manifests/${reference}`);
      expect([response.status, await codeOf(response)]).toEqual([404, 'MANIFEST_UNKNOWN']);
      expect((await client.request('HEAD', `manifests/${reference}`)).status).toBe(404);
    }
  });

  test.each([
    ['.hidden', 'TAG_INVALID'],
    ['a'.repeat(129), 'TAG_INVALID'],
    ['sp%20ace', 'TAG_INVALID'],
    ['sha256:abc', 'DIGEST_INVALID'],
    ['md5:abc', 'DIGEST_INVALID'],
  ])('by the reference "%s" is refused', async (reference, code) => {
    const response = await client.request('GET', `manifests/${reference}`);
    expect([response.status, await codeOf(response)]).toEqual([400, code]);
  });
});

test.each([
  ['GET', '/v2/pull/nothing/here'],
  ['PUT', '/v2/pull/nothing/here'],
  ['OPTIONS', '/v2/_nothing'],
  ['DELETE', '/api'],
  ['POST', '/search/x'],
])('%s %s is answered with 404: nothing is there', async (method, path) => {
  const response = await client.request(method, path);
  expect([response.status, await codeOf(response)]).toEqual([404, 'NAME_UNKNOWN']);
});

// RFC 9110, section 15.5.6
test.each([
  ['PUT', '/v2/', 'GET, HEAD'],
  ['PUT', '/v2/pull/tags/list', 'GET, HEAD'],
  ['POST', '/v2/pull/manifests/latest', 'GET, HEAD, PUT, DELETE'],
  ['DELETE', '/v2/pull/manifests/latest/_import', 'GET, HEAD, POST'],
  ['OPTIONS', '/token', 'GET, HEAD, POST'],
  ['GET', '/api/_rebuild', 'POST'],
  ['HEAD', '/v2/pull/_repository', 'DELETE'],
  ['PROPFIND', '/', 'GET, HEAD'],
  ['PUT', '/pull', 'GET, HEAD'],
])('%s %s is answered with 405 and what is allowed: %s', async (method, path, allowed) => {
  const response = await client.request(method, path);
  expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
});
