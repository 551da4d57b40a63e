/**
 * What a page in somebody's browser may have it do here. It can be made to reach a loopback address, also under a name
 * of its own (DNS rebinding), but it can change neither the `Host` header nor `Origin`.
 */
import { OciError } from '../errors.ts';

/** @throws OciError 421 where the host is not among the names; `*` allows all. */
export function checkHost(host: string, allowed: string | undefined): void {
  const names = new Set((allowed ?? '*').split(',').map((name) => hostName(name.trim())));
  const name = hostName(host);
  if (names.has('*') || names.has(name)) return;
  throw new OciError(
    'DENIED',
    `this registry does not answer as "${name}": start it with --allow-host ${name}, or add the name to ALLOWED_HOSTS`,
    { status: 421 },
  );
}

/**
 * Only browsers send `Origin`. Without this, any page could write where nobody is asked for proof.
 * @throws OciError 403 where a page of another site asks
 */
export function checkOrigin(request: Request): void {
  const origin = request.headers.get('Origin');
  if (origin === null || URL.parse(origin)?.host === new URL(request.url).host) return;
  throw new OciError('DENIED', 'pages of other sites may not write here');
}

/** Without the port, in lower case; an IPv6 address keeps its brackets. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}
