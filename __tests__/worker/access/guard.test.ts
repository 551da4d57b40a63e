/** Which door each route has, asked of the app directly. */
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createApp } from '../../../worker/src/app.ts';
import type { Settings } from '../../../worker/src/settings.ts';
import { linkBlob, publishBlob } from '../../../worker/src/storage/blobs.ts';
import { writeManifest } from '../../../worker/src/storage/manifests.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { basic, bearer, operatorToken, SECRET } from '../../support/access.ts';
import { fakeBucket, type FakeBucket } from '../../support/fake-bucket.ts';
import { codeOf, digestOf } from '../../support/oci-client.ts';

const app = createApp();
const digest = digestOf('x') as Digest;
let bucket: FakeBucket;
beforeEach(() => {
  bucket = fakeBucket();
});

const done = (): Promise<unknown> => Promise.resolve({ ok: true, offset: 0 });
const upload = { start: done, status: done, append: done, finish: done, cancel: done };

function ask(path: string, settings: Settings, init: RequestInit = {}): Promise<Response> {
  const uploads = { newUniqueId: () => 'new', idFromString: (id: string) => id, get: () => upload };
  return Promise.resolve(app.request(path, init, { BUCKET: bucket, UPLOADS: uploads, ...settings }));
}

const READS = [
  ['GET', `/v2/acme/x/blobs/${digest}`],
  ['HEAD', `/v2/acme/x/blobs/${digest}`],
  ['GET', '/v2/acme/x/manifests/latest'],
  ['HEAD', '/v2/acme/x/manifests/latest'],
  ['GET', '/v2/acme/x/tags/list'],
  ['GET', `/v2/acme/x/referrers/${digest}`],
] as const;
const PUSHES = [
  ['POST', '/v2/acme/x/blobs/uploads/'],
  ['GET', '/v2/acme/x/blobs/uploads/1'],
  ['PATCH', '/v2/acme/x/blobs/uploads/1'],
  ['PUT', '/v2/acme/x/blobs/uploads/1'],
  ['DELETE', '/v2/acme/x/blobs/uploads/1'],
  ['PUT', '/v2/acme/x/manifests/latest'],
] as const;
const DELETES = [
  ['DELETE', `/v2/acme/x/blobs/${digest}`],
  ['DELETE', '/v2/acme/x/manifests/latest'],
] as const;

const tokens: Settings = {
  WRITE_ACCESS: 'token',
  TOKEN_SECRET: SECRET,
  OPERATOR_TOKENS: [
    operatorToken('pusher'),
    operatorToken('deleter', { actions: ['delete'] }),
    operatorToken('reader', { actions: ['pull'] }),
    operatorToken('stranger', { names: ['other/**'], actions: ['pull', 'push', 'delete', 'import'] }),
    operatorToken('old', { expires: '2020-01-01' }),
    operatorToken('sécret:x'),
  ],
};
const secluded: Settings = { ...tokens, READ_ACCESS: 'private' };

test('every route below /v2/ that can change something refuses those who prove nothing', async () => {
  const routes = app.routes.filter(({ method, path }) => path.startsWith('/v2/:name') && method !== 'GET');
  expect(routes.length).toBeGreaterThan(6);
  for (const { method, path } of routes) {
    const asked = path.replace(':name{.+}', 'acme/x').replace(':digest', digest).replace(/:\w+/, '1');
    const response = await ask(asked, tokens, { method });
    expect([method, path, response.status]).toEqual([method, path, 401]);
  }
});

test('in a private registry, so does every route below /v2/ at all', async () => {
  for (const { method, path } of app.routes.filter((route) => route.path.startsWith('/v2/'))) {
    const asked = path.replace(':name{.+}', 'acme/x').replace(':digest', digest).replace(/:\w+/, '1');
    const response = await ask(asked, secluded, { method });
    expect([method, path, response.status]).toEqual([method, path, 401]);
  }
});

describe('where writing needs proof', () => {
  test.each(READS)('%s %s needs none, nor looks at what is presented', async (method, path) => {
    for (const headers of [{}, basic('wrong'), { Authorization: 'garbage' }]) {
      const { status } = await ask(path, tokens, { method, headers });
      expect([200, 404]).toContain(status);
    }
  });

  test.each([...PUSHES, ...DELETES])('%s %s challenges without it', async (method, path) => {
    const response = await ask(path, tokens, { method });
    expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHORIZED']);
    const action = DELETES.some((route) => route[0] === method && route[1] === path) ? 'delete' : 'push';
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="http://localhost/token",service="localhost",scope="repository:acme/x:pull,${action}"`,
    );
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  });

  test.each(PUSHES)('%s %s is for those who may push there', async (method, path) => {
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await ask(path, tokens, { method, headers })).status;
    expect([401, 403]).not.toContain(await statusWith(basic('pusher')));
    expect([401, 403]).not.toContain(await statusWith(bearer('pusher')));
    expect(await statusWith(basic('deleter'))).toBe(403);
    expect(await statusWith(basic('reader'))).toBe(403);
    expect(await statusWith(basic('stranger'))).toBe(403);
    expect(await statusWith(basic('old'))).toBe(401);
  });

  test.each(DELETES)('%s %s is for those who may delete there', async (method, path) => {
    const statusWith = async (password: string): Promise<number> =>
      (await ask(path, tokens, { method, headers: basic(password) })).status;
    expect([401, 403]).not.toContain(await statusWith('deleter'));
    expect(await statusWith('pusher')).toBe(403);
    expect(await statusWith('stranger')).toBe(403);
  });

  test('a name that is none is refused before anything else', async () => {
    const response = await ask('/v2/Acme"/blobs/uploads/', tokens, { method: 'POST' });
    expect([response.status, await codeOf(response)]).toEqual([400, 'NAME_INVALID']);
  });

  test('GET /v2/ challenges, and takes any true token', async () => {
    const response = await ask('/v2/', tokens);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="http://localhost/token",service="localhost"',
    );
    for (const password of ['pusher', 'reader', 'stranger', 'sécret:x']) {
      expect((await ask('/v2/', tokens, { headers: basic(password) })).status).toBe(200);
    }
  });

  test.each([
    'Basic',
    'Basic !',
    'Basic YQ==',
    `Basic ${btoa('pusher:')}`,
    `Basic ${btoa('pusher:Pusher')}`,
    'Bearer',
    'Bearer x',
    'Bearer pusher x',
    'Digest pusher',
    'pusher',
    `Bearer ${'x'.repeat(20_000)}`,
    `Basic ${btoa(`a:${'x'.repeat(16_000)}`)}`,
  ])('the header %# is refused', async (Authorization) => {
    const response = await ask('/v2/', tokens, { headers: { Authorization } });
    expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHORIZED']);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('a proxy that speaks https sends clients to https', async () => {
    const response = await ask('/v2/', tokens, { headers: { 'X-Forwarded-Proto': 'https' } });
    expect(response.headers.get('www-authenticate')).toContain('realm="https://localhost/token"');
  });

  test('and nobody has a token, nobody writes', async () => {
    const settings = { WRITE_ACCESS: 'token', TOKEN_SECRET: SECRET };
    for (const headers of [basic(''), basic('undefined'), bearer('x')]) {
      expect((await ask('/v2/', settings, { headers })).status).toBe(401);
    }
  });
});

/** An answer about one repository as it would be about the other. */
function same(answer: unknown): string {
  return JSON.stringify(answer).replaceAll('acme/missing', 'acme/x');
}

async function mount(password: string, query: string): Promise<number> {
  const path = `/v2/${password === 'stranger' ? 'other' : 'acme'}/y/blobs/uploads/?mount=${digest}${query}`;
  return (await ask(path, secluded, { method: 'POST', headers: basic(password) })).status;
}

describe('where reading needs proof as well', () => {
  beforeEach(async () => {
    await bucket.put('data/1', 'x');
    await linkBlob(bucket, 'acme/x', digest, await publishBlob(bucket, digest, { data: 'data/1', size: 1 }));
  });

  test.each(READS)('%s %s is the same for what exists and what does not', async (method, path) => {
    const told = async (asked: string, headers = {}): Promise<unknown> => {
      const response = await ask(asked, secluded, { method, headers });
      return [response.status, response.headers.get('www-authenticate'), await response.text()];
    };
    const missing = path.replace('acme/x', 'acme/missing');
    expect(same(await told(path))).toBe(same(await told(missing)));
    expect(same(await told(path, basic('stranger')))).toBe(same(await told(missing, basic('stranger'))));
    expect((await ask(path, secluded, { method })).status).toBe(401);
    expect((await ask(path, secluded, { method, headers: basic('stranger') })).status).toBe(403);
    for (const password of ['reader', 'pusher', 'deleter']) {
      const { status } = await ask(path, secluded, { method, headers: basic(password) });
      expect([200, 404]).toContain(status);
    }
  });

  test.each(['GET', 'HEAD'])('what %s gets by digest is kept by nobody in between', async (method) => {
    const manifest = { digest, mediaType: 'application/yaml', bytes: new Uint8Array(1) };
    await writeManifest(bucket, 'acme/x', manifest);
    for (const path of [`/v2/acme/x/blobs/${digest}`, `/v2/acme/x/manifests/${digest}`]) {
      for (const condition of [{}, { 'If-None-Match': `"${digest}"` }]) {
        const response = await ask(path, secluded, { method, headers: { ...basic('reader'), ...condition } });
        expect(response.status).toBe('If-None-Match' in condition ? 304 : 200);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'cache-control': 'private, max-age=31536000, immutable',
          vary: 'Authorization',
        });
      }
    }
  });

  test('a blob is mounted only from where it may be read', async () => {
    expect(await mount('pusher', '&from=acme/x')).toBe(201);
    expect(await mount('stranger', '&from=acme/x')).toBe(202);
    expect(await mount('pusher', '')).toBe(202); // from anywhere is not from where it may be read
    expect(await mount('stranger', '')).toBe(202);
  });

  test.each(['Public', 'no', ''])('which is also so for a value that nobody knows: %j', async (value) => {
    const settings = { ...tokens, READ_ACCESS: value };
    expect((await ask('/v2/acme/x/tags/list', settings)).status).toBe(401);
  });

  test('also where nobody writes or anybody does', async () => {
    for (const WRITE_ACCESS of ['none', 'open']) {
      const settings = { ...secluded, WRITE_ACCESS };
      expect((await ask('/v2/', settings)).status).toBe(401);
      expect((await ask('/v2/acme/x/tags/list', settings)).status).toBe(401);
      expect((await ask('/v2/acme/x/tags/list', settings, { headers: basic('reader') })).status).toBe(200);
      const push = await ask('/v2/acme/x/blobs/uploads/', settings, { method: 'POST' });
      expect([401, 403]).toContain(push.status);
    }
  });
});

test.each([{ WRITE_ACCESS: 'none' }, {}, { WRITE_ACCESS: 'opne' }])(
  'where nobody may write (%j), pushes are denied and pulls are not asked for proof',
  async (settings) => {
    for (const headers of [{}, basic('pusher')]) {
      const path = '/v2/acme/x/blobs/uploads/';
      const response = await ask(path, { ...tokens, WRITE_ACCESS: undefined, ...settings } as Settings, {
        method: 'POST',
        headers,
      });
      expect([response.status, await codeOf(response)]).toEqual([403, 'DENIED']);
    }
    expect((await ask('/v2/', settings)).status).toBe(200);
  },
);

test('where writing is open, nobody is asked', async () => {
  const settings = { WRITE_ACCESS: 'open' };
  expect((await ask('/v2/', settings)).status).toBe(200);
  expect((await ask('/v2/a/blobs/uploads/', settings, { method: 'POST' })).status).toBe(202);
});

test.each([
  [{ OPERATOR_TOKENS: '[{"name":"x"}]' }, 'OPERATOR_TOKENS[0].sha256 is missing'],
  [{ ACCESS_RULES: 'x' }, 'ACCESS_RULES is not JSON'],
  [{ OIDC_ISSUER: 'http://issuer.example' }, 'OIDC_ISSUER is not an https address'],
])('settings that are wrong (%j) let nobody in, and say what is wrong', async (wrong, message) => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const response = await ask('/v2/', { ...tokens, ...wrong }, { headers: basic('pusher') });
  expect(response.status).toBe(500);
  expect(await response.text()).toContain(`the registry is not set up right: ${message}`);
  expect(error).toHaveBeenCalledTimes(1);
  expect((await ask('/v2/acme/x/tags/list', { ...tokens, ...wrong })).status).toBe(404);
  error.mockRestore();
});

async function statusFrom(origin: string, method: string, path: string): Promise<number> {
  return (await ask(path, { WRITE_ACCESS: 'open' }, { method, headers: { Origin: origin } })).status;
}

describe('a page in a browser', () => {
  test.each(['https://evil.example', 'http://localhost:1234', 'http://localhost.evil.example', 'null', ''])(
    'of %j reads, and writes nothing, also where nobody is asked for proof',
    async (origin) => {
      for (const [method, path] of PUSHES) expect(await statusFrom(origin, method, path)).toBe(403);
      expect(await statusFrom(origin, 'GET', '/v2/acme/x/tags/list')).toBe(404);
    },
  );

  test('of the registry itself may', async () => {
    expect(await statusFrom('http://localhost', 'POST', '/v2/acme/x/blobs/uploads/')).toBe(202);
  });
});
