/**
 * Which hosts a request may name. A page in a browser can be made to reach a loopback address under a name of its
 * own (DNS rebinding), but it cannot change the `Host` header.
 */
import { OciError } from '../errors.ts';

/** @throws OciError 421 where the host is not among the names; `*` allows all. */
export function checkHost(host: string, allowed: string | undefined): void {
  const names = new Set((allowed ?? '*').split(',').map((name) => name.trim().toLowerCase()));
  const name = hostName(host);
  if (names.has('*') || names.has(name)) return;
  throw new OciError(
    'DENIED',
    `this registry does not answer as "${name}": start it with --allow-host ${name}, or add the name to ALLOWED_HOSTS`,
    { status: 421 },
  );
}

/** Without the port, in lower case; an IPv6 address keeps its brackets. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}
