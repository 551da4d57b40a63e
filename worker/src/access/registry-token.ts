/**
 * The short-lived tokens that `/token` gives, signed with a secret of the registry's.
 * @see https://distribution.github.io/distribution/spec/auth/jwt/
 */
import { errors, jwtVerify, SignJWT } from 'jose';
import { SettingsError } from '../settings.ts';
import { CredentialError } from './credential.ts';
import type { Scope } from './scopes.ts';

export interface RegistryToken {
  /** Who it was given to. */
  subject: string;
  access: readonly Scope[];
}

/** What signs tokens, and the host that they are good for. */
export interface Signing {
  secret: string | undefined;
  host: string;
}

export const REGISTRY_ISSUER = 'ai-action-registry';
const ALGORITHM = 'HS256';
/** Characters: HS256 wants 256 bits (RFC 7518, 3.2). */
const MIN_SECRET = 32;

/** @param lifetime seconds */
export function signRegistryToken(token: RegistryToken, lifetime: number, signing: Signing): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ access: token.access })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(REGISTRY_ISSUER)
    .setAudience(signing.host)
    .setSubject(token.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(keyOf(signing));
}

/** @throws CredentialError where it is not one of ours, for this host, and of now */
export async function verifyRegistryToken(token: string, signing: Signing): Promise<RegistryToken> {
  try {
    const { payload } = await jwtVerify<{ access: Scope[]; sub: string }>(token, keyOf(signing), {
      algorithms: [ALGORITHM],
      issuer: REGISTRY_ISSUER,
      audience: signing.host,
      requiredClaims: ['exp', 'sub', 'access'],
    });
    return { subject: payload.sub, access: payload.access };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new CredentialError(`the token is not accepted: ${error.message}`, { cause: error });
  }
}

function keyOf({ secret = '' }: Signing): Uint8Array {
  if (secret.length >= MIN_SECRET) return new TextEncoder().encode(secret);
  throw new SettingsError(
    `TOKEN_SECRET ${secret === '' ? 'is missing' : `has less than ${MIN_SECRET} characters`}`,
  );
}
