/** The job's OIDC token, from a stand-in for the endpoint of GitHub's runner. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';

import { fetchOidcToken, oidcRequestOf, type OidcRequest } from '../../src/github/oidc.ts';
import { startOidcIssuer } from '../support/oidc-issuer.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** The endpoint that answers so. */
async function endpoint(listener: RequestListener): Promise<OidcRequest> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/token?x=1`), token: 'of the job' };
}

test('a job that may have tokens gets one for the audience, which is masked', async () => {
  const issuer = await startOidcIssuer();
  const request = oidcRequestOf(issuer.environment);
  if (request === undefined) throw new Error('no request');
  const masked: string[] = [];
  const token = await fetchOidcToken(request, 'registry.example:8443/a b', {
    mask: (secret) => masked.push(secret),
  });
  expect(decodeJwt(token).aud).toBe('registry.example:8443/a b');
  expect(masked).toEqual([token]);
  // A second one is another: they don't live long.
  await fetchOidcToken(request, 'b');
  expect(issuer.audiences).toEqual(['registry.example:8443/a b', 'b']);
  await issuer.stop();
});

test.each([
  ['a laptop', {}],
  ['a job without the permission', { GITHUB_ACTIONS: 'true' }],
  ['half of it', { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://a.example/?x=1' }],
  ['an address that is none', { ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' }],
])('%s has none', (_, env) => {
  expect(oidcRequestOf(env)).toBeUndefined();
});

test('what fails now and then is asked again', async () => {
  let asked = 0;
  const request = await endpoint((_, response) => {
    response.writeHead((asked += 1) === 1 ? 503 : 200, { 'retry-after': '0' }).end('{"value": "a.b.c"}');
  });
  expect(await fetchOidcToken(request, 'a')).toBe('a.b.c');
  expect(asked).toBe(2);
});

test('a refusal is told, without what was sent', async () => {
  const request = await endpoint((_, response) => response.writeHead(403).end('no'));
  const refused = fetchOidcToken(request, 'registry.example');
  await expect(refused).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/no OIDC token for registry\.example.*403/),
    hint: expect.stringContaining('id-token: write'),
  });
  await expect(refused).rejects.not.toThrow(/of the job/);
});

test.each(['<html>', '{}', 'null', '{"value": "a\\nb"}'])('the answer %s is no token', async (body) => {
  const request = await endpoint((_, response) => response.end(body));
  await expect(fetchOidcToken(request, 'registry.example')).rejects.toMatchObject({
    message: expect.stringContaining('answered without an OIDC token'),
  });
});
