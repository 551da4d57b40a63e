/** A stand-in for GitHub's OIDC issuer: keys over HTTP, and tokens with any claims. Also the forgeries of it. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

export interface OidcIssuer {
  /** As in http://127.0.0.1:41234 */
  url: string;
  /** A token as GitHub would make it for a push to the main branch, with what the claims say otherwise. */
  token: (claims?: Claims) => Promise<string>;
  /** What GitHub's runner sets for a job that may have such tokens. */
  environment: { ACTIONS_ID_TOKEN_REQUEST_URL: string; ACTIONS_ID_TOKEN_REQUEST_TOKEN: string };
  /** What jobs asked for tokens for. */
  audiences: string[];
  /** Has another key from now on; the old one is gone. */
  rotate: () => Promise<void>;
  /** The public key, in the form that people paste. */
  publicKey: () => Promise<string>;
  /** Answers with this status from now on. */
  answer: (status: number) => void;
  /** How often the keys were fetched. */
  fetches: () => number;
  stop: () => Promise<void>;
}

export interface Claims extends Record<string, unknown> {
  /** Seconds from now. */
  expiresIn?: number;
  issuedIn?: number;
}

export const AUDIENCE = 'registry.example';
const REQUEST_TOKEN = 'the token of the job';

export async function startOidcIssuer(): Promise<OidcIssuer> {
  let number = 0;
  let key = await makeKey(`key-${number}`);
  let status = 200;
  let fetches = 0;
  const audiences: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/request?') === true) {
      const { searchParams } = new URL(request.url, 'http://issuer');
      const isJob = request.headers.authorization === `Bearer ${REQUEST_TOKEN}`;
      if (!isJob || searchParams.get('api-version') !== '2.0') return response.writeHead(401).end();
      const aud = searchParams.get('audience') ?? '';
      audiences.push(aud);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      return void token({ aud }).then((value) =>
        response.end(JSON.stringify({ count: value.length, value })),
      );
    }
    if (request.url !== '/.well-known/jwks') return response.writeHead(404).end();
    fetches += 1;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    return response.end(JSON.stringify({ keys: [key.jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref(); // a test file that fails in between ends all the same
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  async function token(claims: Claims = {}): Promise<string> {
    const header = { alg: 'RS256', typ: 'JWT', kid: key.kid };
    return new SignJWT(claimsOf(url, claims)).setProtectedHeader(header).sign(key.privateKey);
  }
  return {
    url,
    token,
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/request?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    audiences,
    rotate: async () => {
      key = await makeKey(`key-${(number += 1)}`);
    },
    publicKey: () => exportSPKI(key.publicKey),
    answer: (next) => {
      status = next;
    },
    fetches: () => fetches,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @see https://docs.github.com/en/actions/reference/security/oidc */
export function claimsOf(issuer: string, claims: Claims = {}): Record<string, unknown> {
  const { expiresIn = 300, issuedIn = 0, ...others } = claims;
  const now = Math.floor(Date.now() / 1000);
  const all: Record<string, unknown> = {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'repo:acme/models:ref:refs/heads/main',
    iat: now + issuedIn,
    nbf: now + issuedIn,
    exp: now + expiresIn,
    repository: 'acme/models',
    repository_id: '42',
    ref: 'refs/heads/main',
    event_name: 'push',
    workflow_ref: 'acme/models/.github/workflows/publish.yml@refs/heads/main',
    ...others,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

interface Key {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: object;
}

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
  };
}

/** A JWT of any header and payload with any signature. */
export function forge(header: object, payload: object, signature: Uint8Array | string = ''): string {
  return `${part(header)}.${part(payload)}.${Buffer.from(signature).toString('base64url')}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
