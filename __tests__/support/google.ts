/**
 * A stand-in for GitHub's OIDC tokens and Google's Security Token Service, IAM credentials and OAuth endpoints: it
 * takes what their protocols want, word for word, and says no to everything else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { exportPKCS8, generateKeyPair, jwtVerify, type CryptoKey } from 'jose';

import { bodyOf } from './registry-stand-in.ts';

export const PROVIDER = 'projects/123/locations/global/workloadIdentityPools/github/providers/actions';
export const ACCOUNT = 'publisher@project.iam.gserviceaccount.com';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

export interface GoogleStandIn extends AsyncDisposable {
  url: string;
  /** What a job of GitHub's, and a machine whose gcloud was told where Google is, have in their environment. */
  env: Record<string, string>;
  /** Every secret that it gave out. */
  secrets: string[];
  /** Access tokens that a registry may take. */
  isGood: (accessToken: string) => boolean;
  /** The ways that were asked, in their order. */
  asked: string[];
  /** Answers the next requests of this way with a status and a body, as often as there are any. */
  refuse: (way: string, status: number, json: object) => void;
  /** The JSON of a service account's key. */
  key: object;
  /** What google-github-actions/auth writes. */
  githubCredentials: (options?: { impersonates?: boolean }) => object;
}

interface State {
  secrets: string[];
  jobTokens: Map<string, string>;
  federated: Map<string, number>;
  good: Map<string, number>;
  publicKey: CryptoKey;
  origin: string;
  lifetime: number;
}

// Made once: it takes its time.
const keys = generateKeyPair('RS256', { extractable: true });

/** @param lifetime of the access tokens, in seconds */
export async function startGoogle(lifetime = 3600): Promise<GoogleStandIn> {
  const { privateKey, publicKey } = await keys;
  const state: State = {
    secrets: [],
    jobTokens: new Map(),
    federated: new Map(),
    good: new Map(),
    publicKey,
    origin: '',
    lifetime,
  };
  const asked: string[] = [];
  const refusals = new Map<string, { status: number; json: object }[]>();
  const server = createServer((request, response) => {
    const way = wayOf(request);
    asked.push(way);
    const refusal = refusals.get(way)?.shift();
    const done = refusal
      ? send(response, refusal.status, refusal.json)
      : WAYS[way]?.(state, request, response);
    Promise.resolve(done).catch((error: unknown) => send(response, 400, { error: String(error) }));
    if (!refusal && !WAYS[way]) send(response, 404, { error: way });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.origin = url;
  return {
    url,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/oidc?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-job',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: `${url}/`,
    },
    secrets: state.secrets,
    asked,
    isGood: (token) => (state.good.get(token) ?? 0) > Date.now(),
    refuse: (way, status, json) => void refusals.set(way, [...(refusals.get(way) ?? []), { status, json }]),
    key: {
      type: 'service_account',
      client_email: ACCOUNT,
      private_key_id: 'key-1',
      private_key: await exportPKCS8(privateKey),
      token_uri: `${url}/token`,
    },
    githubCredentials: ({ impersonates = false } = {}) => ({
      universe_domain: 'googleapis.com',
      type: 'external_account',
      audience: `//iam.googleapis.com/${PROVIDER}`,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/v1/token`,
      credential_source: {
        url: `${url}/oidc?api-version=2.0&audience=${encodeURIComponent(`https://iam.googleapis.com/${PROVIDER}`)}`,
        headers: { Authorization: 'Bearer the-job' },
        format: { type: 'json', subject_token_field_name: 'value' },
      },
      ...(impersonates && {
        service_account_impersonation_url: `${url}/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`,
      }),
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function wayOf({ method = '', url = '' }: IncomingMessage): string {
  const { pathname } = new URL(url, 'http://x');
  if (pathname.endsWith(':generateAccessToken')) return 'POST generateAccessToken';
  return `${method} ${pathname}`;
}

type Way = (state: State, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const WAYS: Record<string, Way> = {
  'GET /oidc': (state, request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    expectThat(request.headers.authorization === 'Bearer the-job', 'the job is unknown');
    const value = secret(state, 'job');
    state.jobTokens.set(value, searchParams.get('audience') ?? '');
    send(response, 200, { value });
  },
  'POST /v1/token': async (state, request, response) => {
    const form = Object.fromEntries(new URLSearchParams((await bodyOf(request)).toString()));
    const { subject_token: token = '', ...rest } = form;
    expectThat(JSON.stringify(rest) === JSON.stringify(TOKEN_EXCHANGE), JSON.stringify(rest));
    expectThat(state.jobTokens.get(token) === `https:${TOKEN_EXCHANGE.audience}`, 'invalid_grant');
    const value = secret(state, 'federated');
    state.federated.set(value, Date.now() + state.lifetime * 1000);
    state.good.set(value, Date.now() + state.lifetime * 1000);
    const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
    send(response, 200, {
      access_token: value,
      issued_token_type,
      token_type: 'Bearer',
      expires_in: state.lifetime,
    });
  },
  'POST generateAccessToken': async (state, request, response) => {
    const [, account] =
      /^\/v1\/projects\/-\/serviceAccounts\/(.+):generateAccessToken$/.exec(request.url ?? '') ?? [];
    expectThat(account === ACCOUNT, `${account}`);
    const federated = (request.headers.authorization ?? '').replace('Bearer ', '');
    expectThat((state.federated.get(federated) ?? 0) > Date.now(), 'not federated');
    expectThat(request.headers['content-type'] === 'application/json', 'no JSON');
    const body = (await bodyOf(request)).toString();
    expectThat(body === JSON.stringify({ scope: [SCOPE], lifetime: '3600s' }), body);
    send(response, 200, {
      accessToken: giveAccess(state),
      expireTime: new Date(Date.now() + state.lifetime * 1000).toISOString().replace(/\.\d+Z/, 'Z'),
    });
  },
  'POST /token': async (state, request, response) => {
    const form = new URLSearchParams((await bodyOf(request)).toString());
    expectThat(form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'grant_type');
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', state.publicKey, {
      issuer: ACCOUNT,
      audience: `${state.origin}/token`,
      currentDate: new Date(Date.now()),
    });
    expectThat(payload['scope'] === SCOPE && protectedHeader.kid === 'key-1', 'scope, kid');
    send(response, 200, {
      access_token: giveAccess(state),
      expires_in: state.lifetime,
      token_type: 'Bearer',
    });
  },
};

const TOKEN_EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  audience: `//iam.googleapis.com/${PROVIDER}`,
  scope: SCOPE,
  requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
};

function giveAccess(state: State): string {
  const value = secret(state, 'ya29');
  state.good.set(value, Date.now() + state.lifetime * 1000);
  return value;
}

function secret({ secrets }: State, kind: string): string {
  const value = `${kind}.secret-${secrets.length + 1}`;
  secrets.push(value);
  return value;
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

function send(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
