/** The client, as tests want it: it comes back soon after an error. */
import type { Patience } from '../../src/registry/client.ts';
import type { CredentialProvider } from '../../src/registry/credentials.ts';
import { RegistryError } from '../../src/registry/errors.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import type { Registry, RegistryOptions } from '../../src/registry/registry.ts';

export const nobody: CredentialProvider = { credentialsFor: async () => undefined };

export function user(username: string, password: string): CredentialProvider {
  return { credentialsFor: async () => ({ kind: 'password', username, password }) };
}

const backOff = { base: 0.01, cap: 0.01 };

/** For tests of a registry that says nothing. */
export const hasty: Patience = { silence: 0.3, commit: 0.3, retry: { attempts: 2, backOff } };

export function impatient(host: string, options: Partial<RegistryOptions> = {}): Registry {
  return openRegistry({
    host,
    credentials: nobody,
    patience: { silence: 20, commit: 20, retry: { attempts: 3, backOff } },
    ...options,
  });
}

/** The error that something ends with. */
export async function errorOf(running: Promise<unknown>): Promise<RegistryError> {
  const outcome = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof RegistryError) return outcome;
  throw new Error('This was to end with a RegistryError.', { cause: outcome });
}
