/** Signing in to Google Cloud, each way against a stand-in of Google's endpoints, and with it to Artifact Registry. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { UserError, UsageError } from '../../src/errors.ts';
import { fetchOidcToken, oidcRequestOf } from '../../src/github/oidc.ts';
import { renewing } from '../../src/google/access-token.ts';
import { accessTokenCredentials } from '../../src/google/credentials.ts';
import { findSignIn, type SignInOptions } from '../../src/google/sign-in.ts';
import { ACCOUNT, PROVIDER, startGoogle, type GoogleStandIn } from '../support/google.ts';
import { impatient } from '../support/registry-client.ts';
import { digest, sendError, startRegistryStandIn } from '../support/registry-stand-in.ts';
import { temporaryFolder } from '../support/temporary.ts';

let google: GoogleStandIn;
let masked: string[];
beforeEach(async () => {
  google = await startGoogle();
  masked = [];
});
afterEach(async () => google[Symbol.asyncDispose]());

/** Gives access tokens as a command would. */
async function signIn(
  options: SignInOptions,
  env: Record<string, string> = google.env,
): Promise<() => Promise<string>> {
  const oidc = oidcRequestOf(env);
  const source = await findSignIn(options, {
    env,
    oidcToken: async (audience, request) => {
      if (!oidc) throw new UserError('no id-token');
      return fetchOidcToken(oidc, audience, request);
    },
  });
  if (!source) throw new Error('nothing to sign in by');
  return renewing(source, { mask: (secret) => void masked.push(secret) });
}

/** A file that google-github-actions/auth, or a person, left behind. */
async function withFile<T>(content: object | string, use: (path: string) => Promise<T>): Promise<T> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'gha-creds-1.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return await use(path);
}

async function errorOf(running: Promise<unknown>): Promise<UserError> {
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UserError) return error;
  throw new Error('This was to end with a UserError.', { cause: error });
}

const FEDERATED = ['GET /oidc', 'POST /v1/token'];

describe('a job signs in', () => {
  test('by a workload identity provider, as itself', async () => {
    const token = await signIn({ workloadIdentityProvider: PROVIDER });
    expect(google.isGood(await token())).toBe(true);
    expect(google.asked).toEqual(FEDERATED);
  });

  test('by a workload identity provider, as a service account', async () => {
    const token = await signIn({ workloadIdentityProvider: PROVIDER, serviceAccount: ACCOUNT });
    expect(await token()).toMatch(/^ya29/);
    expect(google.asked).toEqual([...FEDERATED, 'POST generateAccessToken']);
  });

  test.each([
    ['as itself', false],
    ['as a service account', true],
  ])('by what google-github-actions/auth left, %s', async (_what, impersonates) => {
    await withFile(google.githubCredentials({ impersonates }), async (path) => {
      const token = await signIn({}, { GOOGLE_APPLICATION_CREDENTIALS: path });
      expect(google.isGood(await token())).toBe(true);
    });
    expect(google.asked).toEqual([...FEDERATED, ...(impersonates ? ['POST generateAccessToken'] : [])]);
  });

  test('by a service account’s key: as JSON, in base64, and as a file', async () => {
    const text = JSON.stringify(google.key, null, 2);
    await withFile(text, async (path) => {
      for (const serviceAccountKey of [text, Buffer.from(text).toString('base64'), path]) {
        const token = await signIn({ serviceAccountKey });
        expect(google.isGood(await token())).toBe(true);
      }
      const token = await signIn({}, { GOOGLE_APPLICATION_CREDENTIALS: path });
      expect(google.isGood(await token())).toBe(true);
    });
  });

  test('and every secret on the way is masked', async () => {
    const token = await signIn({ workloadIdentityProvider: PROVIDER, serviceAccount: ACCOUNT });
    await token();
    expect(masked).toEqual(expect.arrayContaining(google.secrets));
    expect(google.secrets).toHaveLength(3);
  });

  test('while Google is busy', async () => {
    google.refuse('POST /v1/token', 503, {});
    const token = await signIn({ workloadIdentityProvider: PROVIDER });
    expect(google.isGood(await token())).toBe(true);
  });
});

test('a token is fetched once for many, and another before it ends', async () => {
  const token = await signIn({ workloadIdentityProvider: PROVIDER });
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now');
  try {
    const fetchesAt: number[] = [];
    for (const minutes of [0, 54, 56, 100]) {
      clock.mockReturnValue(now + minutes * 60_000);
      const tokens = await Promise.all(Array.from({ length: 5 }, () => token()));
      expect(new Set(tokens).size).toBe(1);
      expect(google.isGood(tokens[0] ?? '')).toBe(true);
      fetchesAt.push(google.asked.length / FEDERATED.length);
    }
    expect(fetchesAt).toEqual([1, 1, 2, 2]);
  } finally {
    clock.mockRestore();
  }
});

test('Artifact Registry is shown a new token whenever it wants one, in the middle of a push too', async () => {
  let registryToken = 0;
  await using registry = await startRegistryStandIn(({ headers, url = '' }, response) => {
    const authorization = headers.authorization ?? '';
    if (url.startsWith('/v2/token')) {
      const [user, password = ''] = Buffer.from(authorization.replace('Basic ', ''), 'base64')
        .toString()
        .split(':');
      const isGood = user === 'oauth2accesstoken' && google.isGood(password);
      if (!isGood) sendError(response, 401, 'UNAUTHORIZED');
      else response.end(JSON.stringify({ token: `registry-${(registryToken += 1)}`, expires_in: 300 }));
      return true;
    }
    if (authorization === `Bearer registry-${registryToken}`) return false;
    const realm = `http://${headers.host}/v2/token`;
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': `Bearer realm="${realm}",service="x"` });
    return true;
  });
  const credentials = accessTokenCredentials(await signIn({ workloadIdentityProvider: PROVIDER }));
  const repository = impatient(registry.host, { credentials }).repository('project/models/a');
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now');
  try {
    for (const hours of [0, 2]) {
      clock.mockReturnValue(now + hours * 3_600_000);
      const bytes = Buffer.from(`a blob after ${hours} hours`);
      await repository.putBlob(digest(bytes), bytes);
      expect(registry.blobs.has(digest(bytes))).toBe(true);
    }
  } finally {
    clock.mockRestore();
  }
  expect(google.asked).toEqual([...FEDERATED, ...FEDERATED]);
});

describe('a refusal says what to do', () => {
  test.each([
    ['POST /v1/token', 400, { error: 'invalid_target', error_description: 'The target service is unknown.' }],
    [
      'POST /v1/token',
      403,
      { error: 'unauthorized_client', error_description: 'The given credential is rejected.' },
    ],
  ])('%s with %i', async (way, status, json) => {
    google.refuse(way, status, json);
    const token = await signIn({ workloadIdentityProvider: PROVIDER });
    const error = await errorOf(token());
    expect(error.message).toBe(
      `Google gives no access token by the workload identity provider ${PROVIDER}: ` +
        `127.0.0.1:${new URL(google.url).port} answered ${status}: ${json.error_description}`,
    );
    expect(error.hint).toMatch(/attribute condition/);
    // And the next who asks is not given the failure of this one.
    expect(google.isGood(await token())).toBe(true);
  });

  test('of a service account that may not be used', async () => {
    const message =
      "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
    google.refuse('POST generateAccessToken', 403, {
      error: { code: 403, message, status: 'PERMISSION_DENIED' },
    });
    const token = await signIn({ workloadIdentityProvider: PROVIDER, serviceAccount: ACCOUNT });
    const error = await errorOf(token());
    expect(error.message).toContain(`no access token for ${ACCOUNT}`);
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(/roles\/iam\.workloadIdentityUser/);
  });

  test('of a key that was deleted', async () => {
    google.refuse('POST /token', 400, {
      error: 'invalid_grant',
      error_description: 'Invalid JWT Signature.',
    });
    const token = await signIn({ serviceAccountKey: JSON.stringify(google.key) });
    const error = await errorOf(token());
    expect(error.message).toMatch(/the key of publisher@.*Invalid JWT Signature\.$/);
    expect(error.hint).toMatch(/gcloud iam service-accounts keys list/);
  });

  test('of an answer that has no token', async () => {
    google.refuse('POST /v1/token', 200, { token: 'x' });
    const token = await signIn({ workloadIdentityProvider: PROVIDER });
    expect((await errorOf(token())).message).toMatch(/answered without a token\.$/);
  });
});

describe('what was given is wrong', () => {
  test.each<[string, SignInOptions, RegExp]>([
    ['a short name of a provider', { workloadIdentityProvider: 'github' }, /is not a provider's full name/],
    ['a provider and a key', { workloadIdentityProvider: PROVIDER, serviceAccountKey: '{}' }, /are two ways/],
    ['an account alone', { serviceAccount: ACCOUNT }, /needs --workload-identity-provider/],
    [
      'an account without a domain',
      { workloadIdentityProvider: PROVIDER, serviceAccount: 'publisher' },
      /is not the e-mail address/,
    ],
  ])('%s', async (_what, options, message) => {
    const error = await errorOf(signIn(options));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(google.asked).toEqual([]);
  });

  test.each([
    ['cut off', '"private_key": "secret-text"'],
    ['empty', '{}'],
    ['another’s', '{"type":"authorized_user","refresh_token":"secret-text"}'],
    ['without a key', '{"type":"service_account","client_email":"secret-text"}'],
    [
      'of a broken key',
      '{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----\\nsecret-text"}',
    ],
    [
      'for a place without TLS',
      '{"type":"service_account","client_email":"a@b","private_key":"secret-text","token_uri":"http://evil.example"}',
    ],
  ])('a key that is %s is never shown', async (_what, serviceAccountKey) => {
    const error = await errorOf(signIn({ serviceAccountKey }));
    expect(`${error.message} ${error.hint} ${error.stack} ${String(error.cause)}`).not.toContain(
      'secret-text',
    );
    expect(error.hint).toBeTruthy();
  });

  test('a file that is not there, and one that is nobody’s', async () => {
    const missing = await errorOf(signIn({}, { GOOGLE_APPLICATION_CREDENTIALS: '/no/such/file' }));
    expect(missing.message).toMatch(/GOOGLE_APPLICATION_CREDENTIALS, \/no\/such\/file, cannot be read/);
    await withFile('hello', async (path) => {
      const broken = await errorOf(signIn({}, { GOOGLE_APPLICATION_CREDENTIALS: path }));
      expect(broken.message).toMatch(/gha-creds-1\.json, is not JSON\.$/);
    });
  });

  test('a person’s sign-in by gcloud is left to docker’s helper', async () => {
    await withFile({ type: 'authorized_user', refresh_token: 'x' }, async (path) => {
      await expect(
        findSignIn(
          {},
          {
            env: { GOOGLE_APPLICATION_CREDENTIALS: path },
            oidcToken: async () => Promise.reject(new Error()),
          },
        ),
      ).resolves.toBeUndefined();
    });
  });
});
