/** Where a registry is reached, and over what. */
import { UserError } from '../errors.ts';
import { isRegistry } from '../oci/reference.ts';

export interface Endpoint {
  /** The registry as it stands in references. */
  host: string;
  /** Where its API is, e.g. `https://registry-1.docker.io`. */
  origin: string;
  /** Whether plain http was allowed beyond this machine. */
  insecure: boolean;
}

/** Plain http on this machine's own names, and where `insecure` allows it; else https. */
export function endpointOf(host: string, insecure: boolean): Endpoint {
  if (!isRegistry(host)) {
    throw new UserError(`"${host}" is not a registry's address.`, {
      hint: 'Write host or host:port, without https:// and without a path, as in ghcr.io or localhost:5000.',
    });
  }
  const address = isDockerHub(host) ? 'registry-1.docker.io' : host;
  const { hostname } = new URL(`http://${address}`);
  const scheme = insecure || isLoopback(hostname) ? 'http' : 'https';
  return { host, origin: new URL(`${scheme}://${address}`).origin, insecure };
}

export function isDockerHub(host: string): boolean {
  return host === 'docker.io' || host === 'index.docker.io' || host === 'registry-1.docker.io';
}

/** Whether a URL's host name always means this machine (RFC 6761, 6.3; 127.0.0.0/8; ::1). */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether something may be sent there: https, or http to this machine or where the user allowed it. */
export function isAllowed(url: URL, { insecure }: Endpoint): boolean {
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && (insecure || isLoopback(url.hostname));
}
