/** The registry on this machine, with everything it keeps in one directory. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { loadWorker } from './bundle.ts';
import { lockStorage } from './lock.ts';
import { startRuntime } from './runtime.ts';
import { tokenSecret } from './token-secret.ts';

export interface ServeOptions {
  /** The directory of blobs, manifests and tags; made where it is missing. */
  storage: string;
  /** The address to listen on; 127.0.0.1 where it is left out. */
  host?: string;
  /** 8787 where it is left out; 0 takes any that is free. */
  port?: number;
  /** Host names that requests may name, beside those of the loopback address. */
  allowHosts?: readonly string[];
  /** What pushes have to prove. On a loopback address it may be left out, and anyone there may push. */
  token?: string | undefined;
  /** Variables of the Worker (worker/src/settings.ts), instead of what follows from the options above. */
  variables?: Record<string, string>;
  /** Takes the lines that the registry writes about its errors. */
  log?: (line: string) => void;
  /** Closes the registry. */
  signal?: AbortSignal;
}

export interface RunningRegistry {
  /** As in http://127.0.0.1:8787 */
  url: string;
  close: () => Promise<void>;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Starts the registry.
 * @throws UserError where the port or the directory is in use; UsageError where a token is missing
 */
export async function serve(options: ServeOptions): Promise<RunningRegistry> {
  const { host = '127.0.0.1', port = 8787, log = () => undefined, signal } = options;
  const settings = settingsOf(host, options);
  signal?.throwIfAborted();
  const storage = path.resolve(options.storage);
  const unlock = await lockStorage(storage);
  try {
    const bundle = await loadWorker();
    const TOKEN_SECRET = await tokenSecret(storage, options.token);
    const variables = { TOKEN_SECRET, ...settings };
    const runtime = await startRuntime({ bundle, host, port, storage, settings: variables, log });
    let closing: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await runtime.close();
      await unlock();
    };
    const close = (): Promise<void> => (closing ??= stop());
    if (signal?.aborted) await close();
    signal?.addEventListener('abort', () => void close(), { once: true });
    return { url: runtime.url.origin, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The Worker's variables (worker/src/settings.ts). */
function settingsOf(
  host: string,
  { allowHosts = [], token, variables }: ServeOptions,
): Record<string, string> {
  const isLoopback = isLoopbackAddress(host);
  if (!isLoopback && !token) {
    throw new UsageError(`On ${host} others can reach the registry, so pushes need a token.`, {
      hint: 'Set --token or AI_ACTION_TOKEN, or leave out --host to listen on the loopback address alone.',
    });
  }
  const own = ['0.0.0.0', '::'].includes(host) ? [] : [host.includes(':') ? `[${host}]` : host];
  const names = [...LOOPBACK_NAMES, ...own, ...allowHosts];
  return {
    ALLOWED_HOSTS: names.join(','),
    ...(token ? { WRITE_ACCESS: 'token', OPERATOR_TOKENS: operatorToken(token) } : { WRITE_ACCESS: 'open' }),
    ...variables,
  };
}

/** A token that may do everything, as long as the registry runs (worker/src/access/operator-tokens.ts). */
function operatorToken(token: string): string {
  const sha256 = createHash('sha256').update(token).digest('hex');
  const actions = ['pull', 'push', 'delete', 'import', 'catalog', 'operate'];
  return JSON.stringify([{ name: 'serve', sha256, names: ['**'], actions, expires: '9999-12-31' }]);
}

function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
