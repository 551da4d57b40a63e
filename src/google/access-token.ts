/** Access tokens of Google Cloud: where they come from, and keeping them until shortly before they end. */
import type { Wait } from '../http/retry.ts';

export interface AccessToken {
  value: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** A way to new tokens. */
export type TokenSource = (request: TokenRequest) => Promise<AccessToken>;

/** How a token is asked for. */
export interface TokenRequest {
  /** Told every secret on the way before it is used, so that no log shows it. */
  mask: (secret: string) => void;
  signal?: AbortSignal | undefined;
  onWait?: ((wait: Wait) => void) | undefined;
}

/** What pushing to Artifact Registry, and pruning it, needs. */
export const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** A token's last quarter is kept in reserve, these milliseconds at most: a federated one is good for minutes. */
const RESERVE = 5 * 60_000;

/** Gives a token that is good for a while yet, fetching one at a time. */
export function renewing(source: TokenSource, request: TokenRequest): () => Promise<string> {
  let current: Promise<{ value: string; renewAt: number }> | undefined;
  const fetchNew = async (): Promise<{ value: string; renewAt: number }> => {
    const asked = Date.now();
    const { value, expiresAt } = await source(request);
    request.mask(value);
    return { value, renewAt: expiresAt - Math.min((expiresAt - asked) / 4, RESERVE) };
  };
  return async () => {
    const seen = current;
    const known = await seen?.catch(() => undefined);
    if (known !== undefined && known.renewAt > Date.now()) return known.value;
    // Whoever waited beside us may have asked for the next one already.
    if (current === undefined || current === seen) current = fetchNew();
    return (await current).value;
  };
}
