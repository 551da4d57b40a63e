/**
 * Token services: `GET realm?service=…&scope=…` with a password, or OAuth's refresh grant with an identity token.
 * @see https://distribution.github.io/distribution/spec/auth/token/ and …/auth/oauth/
 */
import { HttpError } from '../http/http-error.ts';
import { isTransient } from '../http/transient.ts';
import type { Challenge } from './challenge.ts';
import { basicAuthorization, type Credentials } from './credentials.ts';
import { type Endpoint, isAllowed } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { readBody, readExcerpt, type Transport } from './transport.ts';

export interface TokenService {
  realm: URL;
  service: string | undefined;
}

export interface Token {
  value: string;
  /** When to fetch another, in milliseconds since the epoch: well before it expires. */
  renewAt: number;
}

export interface TokenRequest {
  host: string;
  service: TokenService;
  scopes: readonly string[];
  credentials: Credentials | undefined;
}

const patience = 30;
const maxAnswer = 1024 * 1024;

/** @throws RegistryError when the registry names none, or one that a password can't be sent to. */
export function tokenService({ parameters }: Challenge, endpoint: Endpoint): TokenService {
  const named = parameters.get('realm') ?? '';
  const realm = URL.parse(named);
  if (!realm || !isAllowed(realm, endpoint)) {
    throw new RegistryError(
      `${endpoint.host} wants a token from "${named}", which is not an https address: nothing was sent there.`,
      { retryable: false, hint: 'Have the registry name its token service (realm) with https://.' },
    );
  }
  return { realm, service: parameters.get('service') };
}

/**
 * @throws RegistryError when the service refuses or answers nonsense
 * @throws HttpError, or the connection's error, when it may answer in a while
 */
export async function fetchToken(request: TokenRequest, transport: Transport): Promise<Token> {
  const started = Date.now();
  const { method, url, headers, body } = describe(request);
  const answer = await transport.exchange({ method, url, headers, patience, ...(body ? { body } : {}) });
  if (answer.status !== 200) {
    const said = await readExcerpt(answer, 4096);
    const error = new HttpError({ method, url, status: answer.status, headers: answer.headers, body: said });
    throw isTransient(error) ? error : refusal(request, error);
  }
  const bytes = await readBody(answer, maxAnswer);
  return parseToken(new TextDecoder().decode(bytes), started) ?? nonsense(request);
}

interface Described {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: Uint8Array;
}

function describe({ service: { realm, service }, scopes, credentials }: TokenRequest): Described {
  const named = service === undefined ? {} : { service };
  if (credentials?.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      ...named,
      client_id: 'ai-action',
      scope: scopes.join(' '),
      refresh_token: credentials.token,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: new TextEncoder().encode(form.toString()) };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (!credentials) return { method: 'GET', url, headers: {} };
  url.searchParams.set('account', credentials.username);
  return { method: 'GET', url, headers: { authorization: basicAuthorization(credentials) } };
}

/** A lifetime of 60 s where none is told, as the specification says; the last quarter of it, at most a minute, is kept in reserve. */
function parseToken(text: string, started: number): Token | undefined {
  let answer: { token?: unknown; access_token?: unknown; expires_in?: unknown } | null;
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return undefined;
  }
  const value = answer?.token ?? answer?.access_token;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  const told = answer?.expires_in;
  const lifetime = typeof told === 'number' && told > 0 ? told : 60;
  return { value, renewAt: started + (lifetime - Math.min(lifetime / 4, 60)) * 1000 };
}

function refusal({ host, credentials, scopes }: TokenRequest, error: HttpError): RegistryError {
  const who =
    credentials?.kind === 'password' ? `user "${credentials.username}"` : 'the saved identity token';
  const message = credentials
    ? `${host} does not accept ${who}: ${error.message}`
    : `${host} gives no token without signing in (${scopes.join(' ')}): ${error.message}`;
  return new RegistryError(message, {
    retryable: false,
    status: error.status,
    hint: `Sign in with "docker login ${host}".`,
    cause: error,
  });
}

function nonsense({ host, service }: TokenRequest): never {
  throw new RegistryError(
    `The token service of ${host}, ${service.realm.origin}${service.realm.pathname}, answered without a token.`,
    { retryable: false, hint: 'Check that the address leads to the registry and not to a sign-in page.' },
  );
}
