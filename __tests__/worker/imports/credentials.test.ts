/** How the Worker proves itself to upstreams, and where it does not. */
import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { addImage, runImport, startImporter } from '../../support/imports.ts';
import {
  bodyOf,
  sendError,
  startRegistryStandIn,
  type RegistryStandIn,
} from '../../support/registry-stand-in.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const DOWNLOADS = '/artifacts-downloads/namespaces/project/repositories/models/downloads/';
const PASSWORD = 'user:pässword';
const BASIC = `Basic ${Buffer.from(PASSWORD).toString('base64')}`;
const GOOGLE = `Basic ${Buffer.from('oauth2accesstoken:ya29.x').toString('base64')}`;

/** Gives tokens: `GET /token` to those who may have one, and Google's at `POST /google`. */
let tokens: Server;
let tokenHost: string;
const tokenRequests: { url: string; authorization: string | undefined; body: string }[] = [];
let wanted: string | undefined;

/** A registry for each way of proving oneself; what each wants in `Authorization`, and how it says so. */
const upstreams: Record<string, RegistryStandIn> = {};
const LOCKS: Record<string, { accepts: string; challenge: () => string }> = {
  basic: { accepts: BASIC, challenge: () => 'Basic realm="registry"' },
  bearer: { accepts: 'Bearer good', challenge: () => bearer(`http://${tokenHost}/token`) },
  anonymous: { accepts: 'Bearer good', challenge: () => bearer(`http://${tokenHost}/token`) },
  google: { accepts: GOOGLE, challenge: () => 'Basic realm="registry", Bearer' },
  strangers: { accepts: 'Bearer good', challenge: () => bearer('http://127.0.0.1:9/token') },
  unset: { accepts: BASIC, challenge: () => 'Basic realm="registry"' },
  malformed: { accepts: BASIC, challenge: () => 'Basic realm="registry"' },
  brokenKey: { accepts: GOOGLE, challenge: () => 'Basic realm="registry"' },
};
let registry: TestRegistry;

function bearer(realm: string): string {
  return `Bearer realm="${realm}",service="registry",scope="repository:a/model:pull"`;
}

beforeAll(async () => {
  tokens = createServer((request, response) => void giveToken(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    tokens.once('listening', resolve);
  });
  tokenHost = `127.0.0.1:${(tokens.address() as AddressInfo).port}`;
  for (const [name, { accepts, challenge }] of Object.entries(LOCKS)) {
    upstreams[name] = await startRegistryStandIn((request, response) => {
      const { url = '', headers } = request;
      if (url.startsWith(DOWNLOADS)) {
        request.url = url.replace(DOWNLOADS, '/v2/a/model/blobs/');
        return false;
      }
      if (headers.authorization === accepts) return name === 'google' && redirectDownload(url, response);
      sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge() });
      return true;
    });
  }
  const tokenHosts = [tokenHost];
  registry = await startImporter(
    {
      [hostOf('basic')]: { kind: 'basic', secret: 'PASSWORD', prefix: 'a' },
      [hostOf('bearer')]: { kind: 'basic', secret: 'PASSWORD', tokenHosts },
      [hostOf('anonymous')]: { tokenHosts },
      [hostOf('google')]: { kind: 'artifact-registry', secret: 'GOOGLE_KEY' },
      [hostOf('strangers')]: { kind: 'basic', secret: 'PASSWORD', tokenHosts },
      [hostOf('unset')]: { kind: 'basic', secret: 'NOT_SET' },
      [hostOf('malformed')]: { kind: 'basic', secret: 'NO_COLON' },
      [hostOf('brokenKey')]: { kind: 'artifact-registry', secret: 'PASSWORD' },
    },
    {
      variables: {
        PASSWORD,
        NO_COLON: 'hidden-secret',
        GOOGLE_KEY: JSON.stringify({
          type: 'service_account',
          client_email: 'importer@project.iam.gserviceaccount.example',
          private_key_id: 'key-1',
          private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
          token_uri: `http://${tokenHost}/google`,
        }),
      },
    },
  );
});
afterAll(async () => {
  await registry.stop();
  for (const upstream of Object.values(upstreams)) await upstream[Symbol.asyncDispose]();
  tokens.closeAllConnections();
  tokens.close();
});
afterEach(() => {
  tokenRequests.length = 0;
});

async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '', headers } = request;
  tokenRequests.push({ url, authorization: headers.authorization, body: (await bodyOf(request)).toString() });
  if (url.startsWith('/google')) return sendJson(response, { access_token: 'ya29.x', expires_in: 3599 });
  if (headers.authorization !== wanted) return sendError(response, 401, 'UNAUTHORIZED');
  sendJson(response, { token: 'good', expires_in: 300 });
}

/** As Artifact Registry does: to its own host, where the address is all the proof that is wanted. */
function redirectDownload(url: string, response: ServerResponse): boolean {
  const [, digest] = /\/blobs\/(.+)$/.exec(url) ?? [];
  if (digest === undefined) return false;
  response.writeHead(302, { location: DOWNLOADS + digest, 'content-length': 0 }).end();
  return true;
}

function sendJson(response: ServerResponse, json: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function hostOf(name: string): string {
  return (upstreams[name] as RegistryStandIn).host;
}

/** A part of a JWT. */
function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

let seed = 0;
/** Imports a new image from one of the upstreams. */
async function importFrom(name: string) {
  const image = addImage(upstreams[name] as RegistryStandIn, [someBytes(1000, ++seed)]);
  const source = { registry: hostOf(name), repository: 'a/model', digest: image.digest };
  return runImport(registry, `from/${name.toLowerCase()}:v1`, source);
}

test('a user and a password', async () => {
  expect(await importFrom('basic')).toMatchObject({ state: 'done' });
});

test('a token for a user and a password, which is used as long as it is good', async () => {
  wanted = BASIC;
  expect(await importFrom('bearer')).toMatchObject({ state: 'done' });
  expect(tokenRequests).toEqual([
    { url: '/token?service=registry&scope=repository%3Aa%2Fmodel%3Apull', authorization: BASIC, body: '' },
  ]);
});

test('a token for nobody', async () => {
  wanted = undefined;
  expect(await importFrom('anonymous')).toMatchObject({ state: 'done' });
  expect(tokenRequests.length).toBeGreaterThan(0);
});

test('a token that is refused to nobody ends the import', async () => {
  wanted = 'somebody';
  const anonymous = await startRegistryStandIn((_request, response) => {
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': bearer(`http://${tokenHost}/token`) });
    return true;
  });
  await using _closed = anonymous;
  const other = await startImporter({ [anonymous.host]: { tokenHosts: [tokenHost] } });
  const image = addImage(anonymous, [someBytes(10)]);
  const source = { registry: anonymous.host, repository: 'a/model', digest: image.digest };
  const record = await runImport(other, 'a:v1', source);
  await other.stop();
  expect(record.error?.message).toMatch(/answers 401/);
  expect(record.error?.hint).toMatch(/kind with a secret/);
});

test('a service account’s key, by an assertion that it signs', async () => {
  expect(await importFrom('google')).toMatchObject({ state: 'done' });
  const form = new URLSearchParams(tokenRequests[0]?.body);
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  expect(decode(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  expect(decode(claims)).toMatchObject({
    iss: 'importer@project.iam.gserviceaccount.example',
    aud: `http://${tokenHost}/google`,
    scope: expect.stringContaining('cloud-platform'),
  });
  const signed = Buffer.from(`${header}.${claims}`);
  expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  // Artifact Registry sends blobs on to itself, where it wants no other proof than the address.
  const downloads = (upstreams['google'] as RegistryStandIn).seen.filter(({ url }) =>
    url.startsWith(DOWNLOADS),
  );
  expect(downloads.length).toBeGreaterThan(0);
  for (const { headers } of downloads) expect(headers).not.toHaveProperty('authorization');
});

describe('the import fails, and nothing is sent', () => {
  test.each([
    ['strangers', /wants a token from "http:\/\/127\.0\.0\.1:9"/, /tokenHosts/],
    ['unset', /NOT_SET .* is not set/, /wrangler secret put NOT_SET/],
    ['malformed', /not of the form user:password/, /wrangler secret put NO_COLON/],
    ['brokenKey', /not the JSON of a service account key/, /wrangler secret put PASSWORD/],
  ])('%s', async (name, message, hint) => {
    const record = await importFrom(name);
    expect(record.state).toBe('failed');
    expect(record.error?.message).toMatch(message);
    expect(record.error?.hint).toMatch(hint);
    expect(tokenRequests).toEqual([]);
    const { seen } = upstreams[name] as RegistryStandIn;
    expect(seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(JSON.stringify(record)).not.toMatch(/hidden-secret|pässword/);
  });
});

test('a redirect of blobs is followed without the password', async () => {
  const store = await startRegistryStandIn();
  await using _closed = store;
  const { blobs } = upstreams['basic'] as RegistryStandIn;
  const redirecting = await startRegistryStandIn(({ headers, url = '' }, response) => {
    if (headers.authorization !== BASIC) {
      sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="registry"' });
      return true;
    }
    if (!url.includes('/blobs/')) return false;
    response.writeHead(302, { location: `http://${store.host}${url}` }).end();
    return true;
  });
  await using _closedToo = redirecting;
  const image = addImage({ blobs: store.blobs, manifests: redirecting.manifests }, [someBytes(50)]);
  const other = await startImporter(
    { [redirecting.host]: { kind: 'basic', secret: 'PASSWORD' } },
    { variables: { PASSWORD } },
  );
  const source = { registry: redirecting.host, repository: 'a/model', digest: image.digest };
  const record = await runImport(other, 'a:v1', source);
  await other.stop();
  expect(record).toMatchObject({ state: 'done' });
  expect(blobs.has(image.config)).toBe(true);
  expect(store.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
});

test('a repository beside the allowed ones is refused', async () => {
  const source = { registry: hostOf('basic'), repository: 'ab/model', reference: 'v1' };
  await expect(runImport(registry, 'a:v1', source)).rejects.toThrow('403');
});
