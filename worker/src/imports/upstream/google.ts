/**
 * An access token for a service account's key, made here: a signed assertion is exchanged for it.
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
import { ImportFailure } from '../failure.ts';
import { isSafe, type Upstream } from './allow-list.ts';
import { readJson, send } from './http.ts';

const TOKEN_URI = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform.read-only';
const LIFETIME_S = 3600;

interface Key {
  client_email: string;
  private_key: string;
  private_key_id?: string;
  token_uri?: string;
}

export interface AccessToken {
  value: string;
  /** Seconds. */
  lifetime: number;
}

/** @param secret the service account's key as JSON, or that in base64 */
export async function serviceAccountToken(secret: string, upstream: Upstream): Promise<AccessToken> {
  const key = parseKey(secret, upstream);
  const uri = new URL(key.token_uri ?? TOKEN_URI);
  if (!isSafe(uri, upstream)) throw unusable(upstream, 'its token_uri is not https');
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: await sign(key, uri, upstream),
  });
  const response = await send(uri, { method: 'POST', body });
  const answer = await readJson(response);
  if (response.status === 400 || response.status === 401) {
    const said = textOf(answer['error_description']) ?? textOf(answer['error']) ?? `${response.status}`;
    throw unusable(upstream, `${uri.host} says: ${said.slice(0, 200)}`);
  }
  const value = textOf(answer['access_token']);
  if (!response.ok || value === undefined) {
    throw new Error(`${uri.host} answered ${response.status} and no access token`);
  }
  const { expires_in: lifetime } = answer;
  return { value, lifetime: typeof lifetime === 'number' ? lifetime : LIFETIME_S };
}

function parseKey(secret: string, upstream: Upstream): Key {
  try {
    const text = secret.trimStart().startsWith('{') ? secret : atob(secret);
    const key = JSON.parse(text) as Partial<Key>;
    if (textOf(key.client_email) && textOf(key.private_key)) return key as Key;
  } catch {
    // The same as a key that lacks something; its text is no one's to see.
  }
  throw unusable(upstream, 'it is not the JSON of a service account key');
}

/** A JWT by RS256 (RFC 7519, RFC 7523). */
async function sign(key: Key, audience: URL, upstream: Upstream): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const kid = key.private_key_id;
  const header = { alg: 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) };
  const claims = { iss: key.client_email, scope: SCOPE, aud: audience.href, iat: now, exp: now + LIFETIME_S };
  const signed = [header, claims].map((part) => base64Url(JSON.stringify(part))).join('.');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  try {
    const der = bytesOf(atob(key.private_key.replace(/-----[^-]+-----|\s/g, '')));
    const imported = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    const signature = await crypto.subtle.sign(algorithm.name, imported, new TextEncoder().encode(signed));
    return `${signed}.${base64Url(String.fromCharCode(...new Uint8Array(signature)))}`;
  } catch {
    throw unusable(upstream, 'its private_key is not a key in PKCS #8');
  }
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function base64Url(binary: string): string {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unusable({ host, secret }: Upstream, why: string): ImportFailure {
  return new ImportFailure(
    `The secret ${secret} does not sign in to ${host}: ${why}.`,
    `The operator sets it anew: npx wrangler secret put ${secret}`,
  );
}
