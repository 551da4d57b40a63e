/** What the operator sees: a line for each request, numbers of pulls, and whether the registry is well. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Digest } from '../../src/oci/digest.ts';
import { createApp } from '../../worker/src/app.ts';
import type { PullEvents } from '../../worker/src/observation/pulls.ts';
import { linkBlob, publishBlob } from '../../worker/src/storage/blobs.ts';
import { basic, operatorToken, SECRET } from '../support/access.ts';
import { fakeBucket, type FakeBucket } from '../support/fake-bucket.ts';
import { digestOf } from '../support/oci-client.ts';
import { someBytes, startRegistry } from '../support/worker.ts';

const app = createApp();
const bytes = someBytes(1000);
const digest = digestOf(bytes) as Digest;
const path = `/v2/a/b/blobs/${digest}`;
const settings = {
  REQUEST_LOG: 'on',
  WRITE_ACCESS: 'token',
  TOKEN_SECRET: SECRET,
  OPERATOR_TOKENS: [operatorToken('hush-hush')],
};
let bucket: FakeBucket;
let log: jest.Spied<typeof console.log>;
beforeEach(async () => {
  bucket = fakeBucket();
  log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await bucket.put('data/1', bytes);
  const store = bucket as unknown as Parameters<typeof publishBlob>[0];
  const pointer = await publishBlob(store, digest, { data: 'data/1', size: bytes.length });
  await linkBlob(store, 'a/b', digest, pointer);
});
afterEach(() => log.mockRestore());

async function ask(asked: string, init: RequestInit = {}, more: object = {}): Promise<Response> {
  return app.request(asked, init, { BUCKET: bucket, ...settings, ...more });
}

function lines(): unknown[] {
  return log.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
}

function recorder(): PullEvents & { points: unknown[] } {
  const points: unknown[] = [];
  return { points, writeDataPoint: (point) => void points.push(point) };
}

describe('the log', () => {
  test('has a line for a request, with the id that the client is told', async () => {
    const response = await ask(path, { headers: { Range: 'bytes=0-99' } });
    expect(lines()).toEqual([
      {
        id: response.headers.get('x-request-id'),
        method: 'GET',
        route: '/v2/:name/blobs/:digest',
        repository: 'a/b',
        reference: digest,
        digest,
        status: 206,
        bytes: 100,
        received: 0,
        duration: expect.any(Number),
      },
    ]);
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  test('takes over the id that Cloudflare gave', async () => {
    const response = await ask('/v2/', { headers: { 'CF-Ray': '9f2c-FRA' } });
    expect(response.headers.get('x-request-id')).toBe('9f2c-FRA');
    expect(lines()).toMatchObject([{ id: '9f2c-FRA', route: '/v2/', status: 401 }]);
  });

  test.each([
    ['GET', '/v2/a/b/manifests/latest', '/v2/:name/manifests/:reference', 'a/b', 404],
    ['HEAD', '/v2/a/b/manifests/latest', '/v2/:name/manifests/:reference', 'a/b', 404],
    ['GET', '/v2/a/b/tags/list?n=1', '/v2/:name/tags/list', 'a/b', 200],
    ['POST', '/v2/a/b/blobs/uploads/', '/v2/:name/blobs/uploads/', 'a/b', 401],
    ['GET', '/v2/A/manifests/latest', '/v2/:name/manifests/:reference', 'A', 400],
    ['GET', '/a/b/-/files/v1/c/-/files/d', '/:name/-/files/:reference/:path', 'a/b', 404],
    ['GET', '/api/models/a/b', '/api/models/:name', 'a/b', 404],
    ['GET', '/api/models/a/b/compare/v1...v2', '/api/models/:name/compare/:range', 'a/b', 404],
    ['GET', '/nothing', '', undefined, 404],
    ['GET', '/healthz', '/healthz', undefined, 200],
  ])('%s %s', async (method, asked, route, repository, status) => {
    await ask(asked, { method });
    const [line] = lines() as { repository?: string }[];
    expect(line).toMatchObject({ method, route, status });
    expect(line?.repository).toBe(repository);
  });

  test('holds no token, no password and no query', async () => {
    await ask('/v2/', { headers: basic('hush-hush') });
    await ask('/token?account=me&service=localhost&secret=hush-hush', { headers: basic('hush-hush') });
    await ask('/v2/a/b/blobs/uploads/?digest=x&_state=hush-hush', {
      method: 'POST',
      headers: { Authorization: 'Bearer hush-hush' },
    });
    expect(log.mock.calls).toHaveLength(3);
    expect(JSON.stringify(log.mock.calls)).not.toMatch(/hush|account|_state/);
  });

  test('has a line for an error of ours, too', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    bucket.fail({ method: 'head', times: 100 });
    expect((await ask(path)).headers.get('x-request-id')).not.toBeNull();
    expect(lines()).toMatchObject([{ status: 500, repository: 'a/b' }]);
    error.mockRestore();
  });

  test('has no line where it is off', async () => {
    await ask(path, {}, { REQUEST_LOG: 'off' });
    expect(log).not.toHaveBeenCalled();
  });

  test('is written by the real workerd', async () => {
    const registry = await startRegistry({ variables: { REQUEST_LOG: 'on' } });
    const response = await fetch(`${registry.url}/v2/x/manifests/latest`);
    await registry.stop();
    const line = registry
      .log()
      .split('\n')
      .find((text) => text.includes('/manifests/'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      id: response.headers.get('x-request-id'),
      status: 404,
      reference: 'latest',
    });
  });
});

describe('pulls', () => {
  test('are counted by repository, with the bytes', async () => {
    const PULLS = recorder();
    await ask(path, { headers: { Range: 'bytes=0-99' } }, { PULLS });
    await ask(path, {}, { PULLS });
    const point = { indexes: ['a/b'], blobs: ['blob', 'a/b', digest, digest] };
    expect(PULLS.points).toEqual([
      { ...point, doubles: [100] },
      { ...point, doubles: [1000] },
    ]);
  });

  test.each([
    ['HEAD', path],
    ['GET', '/v2/a/b/blobs/sha256:0'],
    ['GET', '/v2/a/b/manifests/latest'],
    ['GET', '/v2/'],
  ])('are no %s %s', async (method, asked) => {
    const PULLS = recorder();
    await ask(asked, { method }, { PULLS });
    expect(PULLS.points).toEqual([]);
  });
});

test('/healthz says when R2 does not answer', async () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await ask('/healthz')).status).toBe(200);
  bucket.fail({ method: 'head', times: 100 });
  const response = await ask('/healthz');
  expect([response.status, await response.text()]).toEqual([503, 'R2 does not answer\n']);
  expect(response.headers.get('cache-control')).toBe('no-store');
  error.mockRestore();
});
