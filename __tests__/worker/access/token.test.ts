/** `/token` in the real workerd: what is given for what, and what the tokens open. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { basic, bearer, operatorToken, SECRET } from '../../support/access.ts';
import { codeOf, OciClient } from '../../support/oci-client.ts';
import { forge } from '../../support/oidc-issuer.ts';
import { startRegistry, type TestRegistry } from '../../support/worker.ts';

const soon = new Date(Date.now() + 100_000).toISOString();
const OPERATOR_TOKENS = JSON.stringify([
  operatorToken('pusher'),
  operatorToken('keeper', {
    names: ['**'],
    actions: ['pull', 'push', 'delete', 'import', 'catalog', 'operate'],
  }),
  operatorToken('soon over', { expires: soon }),
  operatorToken('over', { expires: '2020-01-01' }),
]);

let open: TestRegistry;
let secluded: TestRegistry;
beforeAll(async () => {
  const variables = { WRITE_ACCESS: 'token', TOKEN_SECRET: SECRET, OPERATOR_TOKENS };
  open = await startRegistry({ variables });
  secluded = await startRegistry({ variables: { ...variables, READ_ACCESS: 'private' } });
});
afterAll(async () => {
  await open.stop();
  await secluded.stop();
});

interface Answer {
  token: string;
  access_token: string;
  expires_in: number;
  issued_at: string;
  scope: string;
}

interface Asked {
  scopes?: string[];
  password?: string;
  registry?: TestRegistry;
}

function ask({ scopes = [], password, registry = open }: Asked): Promise<Response> {
  const query = new URLSearchParams({ service: 'x' });
  for (const scope of scopes) query.append('scope', scope);
  const headers = password === undefined ? {} : basic(password);
  return fetch(`${registry.url}/token?${query.toString()}`, { headers });
}

async function tokenFor(asked: Asked): Promise<string> {
  const response = await ask(asked);
  expect(response.status).toBe(200);
  return ((await response.json()) as Answer).token;
}

function post(form: Record<string, string>, headers = {}): Promise<Response> {
  return fetch(`${open.url}/token`, { method: 'POST', body: new URLSearchParams(form), headers });
}

function push(token: string): Promise<Response> {
  return fetch(`${open.url}/v2/acme/x/blobs/uploads/`, { method: 'POST', headers: bearer(token) });
}

const access = (token: string): unknown => decodeJwt(token)['access'];

test('a token says what it is and how long it lasts, and is not kept by caches', async () => {
  const response = await ask({ password: 'pusher', scopes: ['repository:acme/x:pull,push'] });
  expect(response.headers.get('cache-control')).toBe('no-store');
  const answer = (await response.json()) as Answer;
  expect(answer).toEqual({
    token: expect.any(String),
    access_token: answer.token,
    scope: 'repository:acme/x:pull,push',
    expires_in: 300,
    issued_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  const { iat = 0, exp, aud, sub } = decodeJwt(answer.token);
  expect({ exp, aud, sub }).toEqual({ exp: iat + 300, aud: new URL(open.url).host, sub: 'token of pusher' });
});

describe('the token has what was asked for and allowed:', () => {
  const all = ['pull', 'push', 'delete', 'import'];
  test.each([
    ['pusher', 'repository:acme/x:pull,push', [['acme/x', ['pull', 'push']]]],
    ['pusher', 'repository:acme/x:*', [['acme/x', ['pull', 'push']]]],
    ['pusher', 'repository:other/x:pull,push', []],
    ['pusher', 'repository:acme/x:delete', []],
    ['pusher', 'repository:acme/x:', []],
    ['pusher', 'registry:catalog:*', []],
    ['pusher', 'repository:acme/**:push', []],
    ['pusher', 'repository:**:push', []],
    [
      'pusher',
      'repository:acme/x:push repository:acme/y:pull',
      [
        ['acme/x', ['push']],
        ['acme/y', ['pull']],
      ],
    ],
    ['pusher', 'nonsense', []],
    ['pusher', '::: repository:: :', []],
    ['keeper', 'repository:other/x:*', [['other/x', all]]],
    [
      'keeper',
      'registry:catalog:* registry:operate:* registry:other:*',
      [
        ['catalog', ['*']],
        ['operate', ['*']],
      ],
    ],
    [undefined, 'repository:acme/x:pull,push', [['acme/x', ['pull']]]],
    [undefined, 'repository:acme/x:*', [['acme/x', ['pull']]]],
    [undefined, 'registry:catalog:*', []],
  ])('%s asks for %s', async (password, scope, expected) => {
    const token = await tokenFor({ scopes: [scope], ...(password === undefined ? {} : { password }) });
    expect(
      (access(token) as { name: string; actions: string[] }[]).map(({ name, actions }) => [name, actions]),
    ).toEqual(expected);
  });
});

test('what it has is told, for it may be less than was asked for', async () => {
  const scopes = ['repository:acme/x:pull,push,delete', 'repository:other/x:push', 'registry:catalog:*'];
  const scopeFor = async (password: string): Promise<string> =>
    ((await (await ask({ password, scopes })).json()) as Answer).scope;
  expect(await scopeFor('pusher')).toBe('repository:acme/x:pull,push');
  expect(await scopeFor('keeper')).toBe(scopes.join(' '));
});

test('it opens that and nothing else', async () => {
  const token = await tokenFor({ password: 'keeper', scopes: ['repository:acme/x:pull,push'] });
  const client = new OciClient(open.url, 'acme/x', bearer(token));
  const { digest } = await client.pushImage('a layer', 'latest');
  expect((await client.request('GET', '/v2/')).status).toBe(200);
  expect((await fetch(`${open.url}/v2/acme/x/manifests/${digest}`)).status).toBe(200);

  for (const refused of [
    await client.request('DELETE', `manifests/${digest}`),
    await client.request('POST', '/v2/acme/y/blobs/uploads/'),
    await client.request('POST', '/v2/acme/x/y/blobs/uploads/'),
  ]) {
    expect(refused.status).toBe(401); // and not 403: the client may ask for another
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  }
});

test('an anonymous one pulls, and pushes nothing', async () => {
  const token = await tokenFor({ scopes: ['repository:acme/x:pull,push'] });
  const response = await fetch(`${open.url}/v2/acme/x/blobs/uploads/`, {
    method: 'POST',
    headers: bearer(token),
  });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain('anonymous may not push acme/x: sign in with `docker login`');
});

test.each(['wrong', '', 'over', 'token of pusher'])(
  'the password "%s" is refused at once',
  async (password) => {
    const response = await ask({ password });
    expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHORIZED']);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
  },
);

test('a token ends with what it was given for', async () => {
  const answer = (await (await ask({ password: 'soon over' })).json()) as Answer;
  expect(answer.expires_in).toBeLessThanOrEqual(100);
  expect(answer.expires_in).toBeGreaterThan(0);
});

test('a token is no password: none renews itself', async () => {
  const token = await tokenFor({ password: 'pusher' });
  expect((await ask({ password: token })).status).toBe(401);
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
  expect((await fetch(`${open.url}/token`, { method: 'POST', body: form })).status).toBe(401);
});

describe('a form', () => {
  const scope = 'repository:acme/x:push';

  test.each([
    [{ grant_type: 'password', username: 'me', password: 'pusher', service: 'x' }, {}],
    [{ grant_type: 'refresh_token', refresh_token: 'pusher', client_id: 'x' }, {}],
    [{ grant_type: 'password' }, basic('pusher')],
  ])('%j gets a token', async (form, headers) => {
    const response = await post({ ...(form as Record<string, string>), scope }, headers);
    expect(response.status).toBe(200);
    const answer = (await response.json()) as Answer;
    expect(access(answer.access_token)).toEqual([{ type: 'repository', name: 'acme/x', actions: ['push'] }]);
  });

  test('with a wrong password gets none', async () => {
    expect((await post({ grant_type: 'password', password: 'wrong', scope })).status).toBe(401);
  });

  test('that has no end is cut off', async () => {
    expect((await post({ password: 'x'.repeat(1_000_000) })).status).toBe(413);
  });

  test('has 32 KiB at most, in bytes', async () => {
    const body = `scope=${'é'.repeat(20_000)}`;
    const answer = await fetch(`${open.url}/token`, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('32768 bytes')]);
  });
});

test.each([
  ['32 scopes', Array.from({ length: 33 }, (_, index) => `repository:acme/x${index}:pull`)],
  ['4096 characters of scopes', [`repository:${'a'.repeat(5000)}:pull`]],
])('a token has at most %s', async (limit, scopes) => {
  const response = await ask({ scopes });
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining(`at most ${limit}`),
  ]);
});

test('a token with as many scopes as there can be still fits into a request', async () => {
  const scopes = Array.from(
    { length: 32 },
    (_, index) => `repository:acme/${'a'.repeat(90)}${index}:pull,push`,
  );
  const token = await tokenFor({ password: 'pusher', scopes });
  expect((access(token) as unknown[]).length).toBe(32);
  const path = `/v2/acme/${'a'.repeat(90)}31/blobs/uploads/`;
  const response = await fetch(open.url + path, { method: 'POST', headers: bearer(token) });
  expect(response.status).toBe(202);
});

describe('a token is refused that', () => {
  const now = Math.floor(Date.now() / 1000);
  const payload = (): Record<string, unknown> => ({
    iss: 'ai-action-registry',
    aud: new URL(open.url).host,
    sub: 'me',
    iat: now,
    exp: now + 300,
    access: [{ type: 'repository', name: 'acme/x', actions: ['push'] }],
  });
  const sign = (claims: object, alg = 'HS256', secret = SECRET): Promise<string> => {
    const all = Object.entries({ ...payload(), ...claims }).filter(([, value]) => value !== undefined);
    return new SignJWT(Object.fromEntries(all))
      .setProtectedHeader({ alg })
      .sign(new TextEncoder().encode(secret));
  };

  test('differs from the right one in nothing but', async () => {
    expect((await push(await sign({}))).status).toBe(202);
  });

  test.each([
    ['has another secret', () => sign({}, 'HS256', `${SECRET}!`)],
    ['has another algorithm', () => sign({}, 'HS512', SECRET.repeat(2))],
    ['has expired', () => sign({ exp: now - 1 })],
    ['has no end', () => sign({ exp: undefined })],
    ['is for another host', () => sign({ aud: 'other.example' })],
    ['has no audience', () => sign({ aud: undefined })],
    ['has no access', () => sign({ access: undefined })],
    ['begins later', () => sign({ nbf: now + 1000 })],
    ['has the algorithm "none"', () => Promise.resolve(forge({ alg: 'none' }, payload()))],
    ['has no signature', () => Promise.resolve(forge({ alg: 'HS256' }, payload()))],
    [
      'has a signature of nothing',
      () => Promise.resolve(forge({ alg: 'HS256' }, payload(), new Uint8Array(32))),
    ],
    [
      'has critical extensions',
      () => Promise.resolve(forge({ alg: 'HS256', crit: ['x'], x: 1 }, payload(), 'x')),
    ],
  ])('%s', async (_, make) => {
    const response = await push(await make());
    expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHORIZED']);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

describe('a private registry', () => {
  test('gives nothing to those who don’t say who they are', async () => {
    expect((await ask({ registry: secluded, scopes: ['repository:acme/x:pull'] })).status).toBe(401);
  });

  test('is read with a token that may pull', async () => {
    const registry = secluded;
    const pushing = await tokenFor({ registry, password: 'keeper', scopes: ['repository:acme/x:push'] });
    await new OciClient(registry.url, 'acme/x', bearer(pushing)).pushImage('a layer', 'latest');
    const token = await tokenFor({ registry, password: 'keeper', scopes: ['repository:acme/x:pull'] });
    const url = `${registry.url}/v2/acme/x/manifests/latest`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: bearer(token) })).status).toBe(200);
    expect((await fetch(url, { headers: basic('pusher') })).status).toBe(200);
    expect(
      (await fetch(`${registry.url}/v2/acme/y/manifests/latest`, { headers: bearer(token) })).status,
    ).toBe(401);
  });
});

test('without a secret to sign with, there are no tokens, and it says why', async () => {
  const registry = await startRegistry({ variables: { WRITE_ACCESS: 'token', TOKEN_SECRET: 'short' } });
  try {
    const response = await ask({ registry });
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('TOKEN_SECRET has less than 32 characters');
  } finally {
    await registry.stop();
  }
});
