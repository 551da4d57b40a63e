/** GitHub's OIDC tokens, true and forged, before the real workerd. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { basic, bearer, operatorToken, SECRET } from '../../support/access.ts';
import { codeOf, OciClient } from '../../support/oci-client.ts';
import { claimsOf, forge, startOidcIssuer, type Claims, type OidcIssuer } from '../../support/oidc-issuer.ts';
import { startRegistry, type TestRegistry } from '../../support/worker.ts';

const RULES = [
  { repository_id: '42', ref: 'refs/heads/main', names: ['acme/**'], actions: ['push'] },
  { repository_id: '42', ref: 'refs/heads/main', names: ['acme/old-*'], actions: ['delete'] },
  { repository_id: '42', event_name: 'workflow_run', names: ['runs/**'], actions: ['push'] },
];

let issuer: OidcIssuer;
let registry: TestRegistry;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  registry = await startRegistry({ variables: variablesFor(issuer) });
});
afterAll(async () => {
  await registry.stop();
  await issuer.stop();
});

function variablesFor({ url }: OidcIssuer): Record<string, string> {
  return {
    WRITE_ACCESS: 'token',
    TOKEN_SECRET: SECRET,
    OPERATOR_TOKENS: JSON.stringify([operatorToken('pusher')]),
    ACCESS_RULES: JSON.stringify(RULES),
    OIDC_ISSUER: url,
    OIDC_AUDIENCE: 'registry.example',
  };
}

function push(token: string, repository = 'acme/x', { url } = registry): Promise<Response> {
  return fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers: bearer(token) });
}

const REFUSED = { status: 401, code: 'UNAUTHORIZED', login: 401 };

async function answersTo(token: string): Promise<typeof REFUSED> {
  const response = await push(token);
  const login = await fetch(`${registry.url}/token`, { headers: basic(token) });
  await login.body?.cancel();
  return { status: response.status, code: (await codeOf(response)) ?? '', login: login.status };
}

test('a workflow that a rule allows writes with its own token, as a bearer’s or as a password', async () => {
  const token = await issuer.token();
  expect((await push(token)).status).toBe(202);
  const client = new OciClient(registry.url, 'acme/x', basic(token));
  const { digest } = await client.pushImage('a layer', 'latest');
  expect((await client.request('GET', `manifests/${digest}`)).status).toBe(200);
});

test('and with one of the registry’s, which lasts for a large push', async () => {
  const scope = 'repository:acme/x:pull,push';
  const response = await fetch(`${registry.url}/token?scope=${scope}`, {
    headers: basic(await issuer.token()),
  });
  expect(response.status).toBe(200);
  const { token, expires_in } = (await response.json()) as { token: string; expires_in: number };
  expect(expires_in).toBe(3600);
  expect((await push(token)).status).toBe(202);
  expect((await push(token, 'acme/y')).status).toBe(401);
});

test('no rule lets it write elsewhere or do anything else', async () => {
  const token = await issuer.token();
  for (const repository of ['other/x', 'acme', 'acmeacme/x', 'runs/x']) {
    const response = await push(token, repository);
    expect([repository, response.status, await codeOf(response)]).toEqual([repository, 403, 'DENIED']);
  }
  const remove = async (name: string): Promise<number> =>
    (await fetch(`${registry.url}/v2/${name}/manifests/x`, { method: 'DELETE', headers: bearer(token) }))
      .status;
  expect([await remove('acme/x'), await remove('acme/old-x')]).toEqual([403, 404]);
});

test('an event that is not usual needs a rule that names it, and gets what that rule says', async () => {
  const token = await issuer.token({ event_name: 'workflow_run' });
  expect((await push(token, 'runs/x')).status).toBe(202);
  expect((await push(token, 'acme/x')).status).toBe(403);
});

describe('a token is refused', () => {
  const cases: [string, Claims][] = [
    ['that has expired', { expiresIn: -60 }],
    ['that has no end', { exp: undefined }],
    [
      'that is from the day before yesterday, however long it says it lasts',
      { issuedIn: -172_800, nbf: undefined },
    ],
    ['that begins later', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['that was issued in the future', { issuedIn: 600, nbf: undefined }],
    ['of another issuer', { iss: 'https://token.actions.githubusercontent.com' }],
    ['of an issuer whose name begins the same', { iss: 'http://127.0.0.1' }],
    ['for another audience', { aud: 'https://github.com/acme' }],
    ['for no audience', { aud: undefined }],
    ['of another repository', { repository_id: '43' }],
    [
      'of a repository that has only the name',
      { repository_id: '43', sub: 'repo:acme/models:ref:refs/heads/main' },
    ],
    ['without a repository_id', { repository_id: undefined }],
    ['whose repository_id is a number', { repository_id: 42 }],
    ['of another ref', { ref: 'refs/heads/feature' }],
    ['of a pull request', { event_name: 'pull_request', ref: 'refs/pull/1/merge' }],
    ['of a stranger’s code under a trusted ref', { event_name: 'pull_request_target' }],
    ['of an issue comment', { event_name: 'issue_comment' }],
    ['without an event', { event_name: undefined }],
  ];
  test.each(cases)('%s', async (_, claims) => {
    expect(await answersTo(await issuer.token(claims))).toEqual(REFUSED);
  });

  test('with the algorithm "none"', async () => {
    for (const alg of ['none', 'None', 'NONE', ''])
      expect(await answersTo(forge({ alg, typ: 'JWT' }, claimsOf(issuer.url)))).toEqual(REFUSED);
  });

  test('signed with the public key as if it were a secret', async () => {
    const secret = new TextEncoder().encode(await issuer.publicKey());
    for (const kid of ['key-0', undefined]) {
      const header = { alg: 'HS256', ...(kid === undefined ? {} : { kid }) };
      expect(
        await answersTo(await new SignJWT(claimsOf(issuer.url)).setProtectedHeader(header).sign(secret)),
      ).toEqual(REFUSED);
    }
  });

  test.each(['RS512', 'PS256', 'ES256'])('signed with another key and %s', async (alg) => {
    const { privateKey } = await generateKeyPair(alg);
    const header = { alg, kid: 'key-0' };
    expect(
      await answersTo(await new SignJWT(claimsOf(issuer.url)).setProtectedHeader(header).sign(privateKey)),
    ).toEqual(REFUSED);
  });

  test('that brings its own key', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const header = {
      alg: 'RS256',
      kid: 'key-0',
      jku: `${issuer.url}/.well-known/other`,
      jwk: { kty: 'RSA' },
    };
    expect(
      await answersTo(await new SignJWT(claimsOf(issuer.url)).setProtectedHeader(header).sign(privateKey)),
    ).toEqual(REFUSED);
  });

  test('that was changed after it was signed', async () => {
    const [header, , signature] = (await issuer.token({ repository_id: '43' })).split('.');
    const payload = Buffer.from(JSON.stringify(claimsOf(issuer.url))).toString('base64url');
    expect(await answersTo(`${header}.${payload}.${signature}`)).toEqual(REFUSED);
    expect(await answersTo(`${header}.${payload}.`)).toEqual(REFUSED);
    expect(await answersTo(`${header}.${payload}`)).toEqual(REFUSED);
  });

  test.each(['..', 'e30.e30.e30', 'a.b.c', 'x'.repeat(10_000), 'eyJhbGciOiJSUzI1NiJ9.bnVsbA.x'])(
    'that is none: %#',
    async (garbage) => {
      expect(await answersTo(garbage)).toEqual(REFUSED);
    },
  );

  test('that is huge', async () => {
    const response = await push(await issuer.token({ padding: 'x'.repeat(20_000) })).catch(() => undefined);
    expect([401, 431]).toContain(response?.status);
  });
});

test('what is told of a refusal is what its owner can put right', async () => {
  const response = await push(await issuer.token({ ref: 'refs/heads/feature' }));
  expect(await response.text()).toContain(
    'no rule of this registry allows the workflow: repository_id 42, event_name push, ref refs/heads/feature',
  );
});

describe('with an issuer of its own', () => {
  let own: OidcIssuer;
  let fresh: TestRegistry;
  beforeAll(async () => {
    own = await startOidcIssuer();
    fresh = await startRegistry({ variables: variablesFor(own) });
  });
  afterAll(async () => {
    await fresh.stop();
    await own.stop();
  });

  /** Until the answer is no longer this one. */
  async function pushWhile(status: number, token: string): Promise<number> {
    for (;;) {
      const response = await push(token, 'acme/x', fresh);
      await response.body?.cancel();
      if (response.status !== status) return response.status;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }

  test('whose keys cannot be had, it says so, and the next attempt succeeds', async () => {
    own.answer(500);
    const token = await own.token();
    const response = await push(token, 'acme/x', fresh);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    own.answer(200);
    expect(await pushWhile(503, token)).toBe(202);
  });

  test('that has a new key, tokens of it are soon taken, and those of the old one no more', async () => {
    const old = await own.token();
    expect((await push(old, 'acme/x', fresh)).status).toBe(202);
    await own.rotate();
    expect(await pushWhile(401, await own.token())).toBe(202);
    expect((await push(old, 'acme/x', fresh)).status).toBe(401);
  });

  test('that many ask at once who never asked before, its keys are fetched once', async () => {
    const cold = await startOidcIssuer();
    const another = await startRegistry({ variables: variablesFor(cold) });
    const token = await cold.token();
    const answers = await Promise.all(Array.from({ length: 30 }, () => push(token, 'acme/x', another)));
    await another.stop();
    await cold.stop();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(cold.fetches()).toBe(1);
  });

  test('the keys are fetched once for many tokens, and not for each made-up one', async () => {
    expect(await pushWhile(401, await own.token())).toBe(202);
    const before = own.fetches();
    for (let number = 0; number < 30; number += 1) {
      expect((await push(await own.token(), 'acme/x', fresh)).status).toBe(202);
    }
    expect(own.fetches()).toBe(before);
    const { privateKey } = await generateKeyPair('RS256');
    const madeUp = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        new SignJWT(claimsOf(own.url))
          .setProtectedHeader({ alg: 'RS256', kid: `made up ${number}` })
          .sign(privateKey),
      ),
    );
    const begun = performance.now();
    const answers = await Promise.all(madeUp.map((token) => push(token, 'acme/x', fresh)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    // One, and one more for each second that it took.
    const seconds = Math.ceil((performance.now() - begun) / 1000);
    expect(own.fetches()).toBeLessThanOrEqual(before + 1 + seconds);
    expect((await push(await own.token(), 'acme/x', fresh)).status).toBe(202);
  });
});

test('without an audience no token is taken', async () => {
  const { OIDC_AUDIENCE: _, ...variables } = variablesFor(issuer);
  const careless = await startRegistry({ variables });
  try {
    const response = await push(await issuer.token(), 'acme/x', careless);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('OIDC_AUDIENCE is missing');
    expect((await push('pusher', 'acme/x', careless)).status).toBe(202);
  } finally {
    await careless.stop();
  }
});

test('without rules no workflow writes', async () => {
  const closed = await startRegistry({ variables: { ...variablesFor(issuer), ACCESS_RULES: '' } });
  try {
    expect((await push(await issuer.token(), 'acme/x', closed)).status).toBe(401);
  } finally {
    await closed.stop();
  }
});
