import { readFileSync } from 'node:fs';
import tls from 'node:tls';

const read = (end: string): string =>
  readFileSync(new URL(`tls/localhost.${end}`, import.meta.url)).toString();

/** A self-signed certificate for this machine's loopback names, with its key, as PEM. */
export const certificate = { key: read('key'), cert: read('crt') };

/**
 * Runs `work` while Node trusts `authorities`, and nobody else. What Node trusts is a matter of the whole process, which
 * Jest keeps for the test files that follow.
 */
export async function trusting<T>(authorities: readonly string[], work: () => Promise<T>): Promise<T> {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates(authorities);
  try {
    return await work();
  } finally {
    tls.setDefaultCACertificates(before);
  }
}
