/** What a browser may do with the site's pages: nothing that they did not ship themselves. */
import type { RouteContext } from '../environment.ts';

/** Content Security Policy, level 3. Pictures of model cards come out of the registry itself. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function setPageHeaders(c: RouteContext): void {
  c.header('Content-Security-Policy', POLICY);
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  c.header('Vary', 'Accept, Authorization');
}
