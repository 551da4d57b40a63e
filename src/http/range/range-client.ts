import type { RangeAnswer, RangeRequest, Sink } from './byte-range.ts';
import { ConnectionPool } from './connection-pool.ts';
import { StaleConnectionError } from './connection.ts';
import { fetchRange } from './fetch-range.ts';
import { UnsupportedAnswerError } from './response-head.ts';

export interface RangeClient {
  /**
   * Fills the sink with the asked range, whose answer must be exactly that range; a redirect or an error is given
   * back as it is. Nothing is retried here but a request that a closed keep-alive connection never delivered.
   * @throws RangeMismatchError, TransientError, errors of the connection, the signal's reason
   */
  get(request: RangeRequest, sink: Sink, signal?: AbortSignal): Promise<RangeAnswer>;
  close(): void;
}

export interface RangeClientOptions {
  /** Where the names of proxies are looked for. Default: the process's. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds without a byte after which a request is given up. Default: 30 s. */
  stallTime?: number;
}

/** Ranges through connections of our own, and through `fetch` where there is a proxy or a server that needs more. */
export function openRangeClient({
  env = process.env,
  stallTime = 30_000,
}: RangeClientOptions = {}): RangeClient {
  const pool = new ConnectionPool(stallTime);
  const byFetch = new Set<string>();
  return {
    async get(request, sink, signal) {
      const { url } = request;
      if (!byFetch.has(url.origin) && !hasProxy(url, env)) {
        try {
          return await getByConnection(pool, request, sink, signal);
        } catch (error) {
          if (!(error instanceof UnsupportedAnswerError)) throw error;
          byFetch.add(url.origin);
        }
      }
      return await fetchRange(request, sink, { stallTime, signal });
    },
    close: () => pool.close(),
  };
}

/** Each stale connection is dropped, and a new one is never stale, so this ends. */
async function getByConnection(
  pool: ConnectionPool,
  request: RangeRequest,
  sink: Sink,
  signal: AbortSignal | undefined,
): Promise<RangeAnswer> {
  for (;;) {
    try {
      return await pool.with(request.url, (connection) => connection.get(request, sink, signal));
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
    }
  }
}

/** Whether `fetch` may have to go through a proxy for this URL; what NO_PROXY says is `fetch`'s to know. */
function hasProxy(url: URL, env: NodeJS.ProcessEnv): boolean {
  const names = url.protocol === 'https:' ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  return names.some((name) => (env[name] ?? env[name.toUpperCase()] ?? '') !== '');
}
