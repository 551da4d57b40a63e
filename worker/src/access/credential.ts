/** What a request presents, before anyone has looked whether it is true. */

export interface Credential {
  /** Of a `Bearer` header, or the password of a `Basic` one: its user is not looked at. */
  secret: string;
}

/** It is not what it claims to be. The message says why, to whoever sent it. */
export class CredentialError extends Error {
  override name = 'CredentialError';
}

/** Characters. GitHub's OIDC tokens have about 2,000; ours that carry the most scopes 8,000. */
const MAX_HEADER = 16 * 1024;

/**
 * @param header `Authorization`: `Bearer <token>` (RFC 6750) or `Basic <base64 of user:password>` (RFC 7617)
 * @returns undefined without a header
 * @throws CredentialError where it is malformed
 */
export function credentialOf(header: string | undefined): Credential | undefined {
  if (header === undefined) return undefined;
  if (header.length > MAX_HEADER) throw new CredentialError('the Authorization header is too long');
  const [, scheme, value] = /^(bearer|basic) +([\x21-\x7e]+)$/i.exec(header) ?? [];
  if (scheme === undefined || value === undefined) {
    throw new CredentialError('the Authorization header is neither Bearer nor Basic');
  }
  if (scheme.toLowerCase() === 'bearer') return { secret: value };
  const secret = passwordOf(value);
  if (secret) return { secret };
  throw new CredentialError('there is no password in the Authorization header');
}

function passwordOf(base64: string): string | undefined {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    return undefined; // not base64: there is no password in it
  }
  const pair = new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}
