/**
 * Tokens by which a GitHub workflow says what it is, signed by their issuer.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { OciError } from '../errors.ts';
import { SettingsError } from '../settings.ts';
import { CredentialError } from './credential.ts';
import { issuerKeys } from './issuer-keys.ts';

export interface Issuer {
  /** As it stands in `iss`; its keys are at `/.well-known/jwks` below it. */
  url: string;
  /** What `aud` has to be. */
  audience: string;
}

const GITHUB = 'https://token.actions.githubusercontent.com';
/** How far clocks may differ, in seconds. */
const LEEWAY = 30;
/** How long after its issue a token is taken, in seconds, whatever it says itself. GitHub's are good for minutes. */
const MAX_AGE = 3600;

/** @throws SettingsError where the address is not https, nor http on the loopback interface */
export function parseIssuer(url = GITHUB, audience = ''): Issuer {
  const parsed = URL.parse(url);
  const isLoopback = parsed !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname);
  if (parsed?.protocol !== 'https:' && !(parsed?.protocol === 'http:' && isLoopback)) {
    throw new SettingsError('OIDC_ISSUER is not an https address');
  }
  return { url, audience };
}

/**
 * @returns the token's claims
 * @throws CredentialError where the token is not one of this issuer's, for this registry, and of now
 * @throws OciError 503 where the issuer's keys cannot be had
 */
export async function verifyOidcToken(token: string, issuer: Issuer): Promise<JWTPayload> {
  if (issuer.audience === '') throw new SettingsError('OIDC_AUDIENCE is missing');
  try {
    const { payload } = await jwtVerify(token, issuerKeys(issuer.url), {
      algorithms: ['RS256'],
      issuer: issuer.url,
      audience: issuer.audience,
      clockTolerance: LEEWAY,
      maxTokenAge: MAX_AGE,
      requiredClaims: ['exp', 'repository_id', 'event_name'],
    });
    return payload;
  } catch (error) {
    if (isRefusal(error)) {
      throw new CredentialError(`the OIDC token is not accepted: ${error.message}`, { cause: error });
    }
    throw new OciError('UNKNOWN', 'the keys of the OIDC issuer cannot be had just now: try again', {
      status: 503,
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
}

/** The rest is the issuer's failure, or the network's. */
function isRefusal(error: unknown): error is errors.JOSEError {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid);
}
