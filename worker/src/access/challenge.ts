/**
 * Sending clients to `/token` for proof.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
import { OciError } from '../errors.ts';

export interface Challenge {
  message: string;
  /** The scope that the request needs. */
  scope?: string;
  /** Why what was presented is not enough (RFC 6750, 3.1). */
  error?: 'invalid_token' | 'insufficient_scope';
}

/** @returns a 401 with `WWW-Authenticate` */
export function challenge(request: Request, { message, scope, error }: Challenge): OciError {
  const { origin, host } = addressOf(request);
  const parameters = [
    `realm="${origin}/token"`,
    `service="${host}"`,
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
    ...(error === undefined ? [] : [`error="${error}"`]),
  ];
  return new OciError('UNAUTHORIZED', message, {
    headers: { 'WWW-Authenticate': `Bearer ${parameters.join(',')}` },
  });
}

/** The registry's address as the client sees it: a proxy in front may speak https where this speaks http. */
export function addressOf(request: Request): { origin: string; host: string } {
  const { host, protocol } = new URL(request.url);
  const scheme = request.headers.get('X-Forwarded-Proto') === 'https' ? 'https:' : protocol;
  return { origin: `${scheme}//${host}`, host };
}
