/**
 * A service account's key signs an assertion, which is exchanged for an access token.
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';

import { z } from 'zod';

import { UserError } from '../errors.ts';
import { SCOPE, type TokenSource } from './access-token.ts';
import { exchange } from './token-endpoint.ts';

export const ServiceAccountKey = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.string().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccountKey = z.infer<typeof ServiceAccountKey>;

/** Seconds that an assertion is good for; Google takes no longer one. */
const LIFETIME = 3600;

const Answer = z.object({ access_token: z.string().min(1), expires_in: z.number().default(LIFETIME) });

/** @throws UserError where the private key is none */
export function serviceAccountTokens(key: ServiceAccountKey, uri: URL): TokenSource {
  const privateKey = readPrivateKey(key);
  return async (request) => {
    const asked = Date.now();
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signAssertion(key, privateKey, uri),
    });
    const { access_token: value, expires_in } = await exchange(
      {
        request: { url: uri, body },
        wanted: `access token for the key of ${key.client_email}`,
        hint: () =>
          `Check that the key is still listed: gcloud iam service-accounts keys list --iam-account ${key.client_email}`,
      },
      Answer,
      request,
    );
    return { value, expiresAt: asked + expires_in * 1000 };
  };
}

function readPrivateKey({ private_key, client_email }: ServiceAccountKey): KeyObject {
  try {
    return createPrivateKey(private_key);
  } catch (cause) {
    throw new UserError(`The private_key in the key of ${client_email} cannot be read.`, {
      hint: 'Use the key’s file as Google gave it, whole and with its line breaks.',
      cause,
    });
  }
}

/** A JWT by RS256 (RFC 7519, RFC 7523). */
function signAssertion(
  { client_email, private_key_id }: ServiceAccountKey,
  privateKey: KeyObject,
  audience: URL,
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = {
    alg: 'RS256',
    typ: 'JWT',
    ...(private_key_id === undefined ? {} : { kid: private_key_id }),
  };
  const claims = { iss: client_email, scope: SCOPE, aud: audience.href, iat: now, exp: now + LIFETIME };
  const signed = [header, claims].map((part) => base64Url(JSON.stringify(part))).join('.');
  return `${signed}.${base64Url(sign('sha256', Buffer.from(signed), privateKey))}`;
}

function base64Url(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url');
}
