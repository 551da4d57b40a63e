/**
 * The token by which a job proves to others which workflow of which repository it is.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { reasonOf } from '../http/reason.ts';
import { retry, type Wait } from '../http/retry.ts';

/** Where a job that may have such a token asks for it. */
export interface OidcRequest {
  url: URL;
  token: string;
}

export interface OidcOptions {
  /** Told the token before anybody else has it, so that no log shows it. */
  mask?: ((secret: string) => void) | undefined;
  signal?: AbortSignal | undefined;
  onWait?: ((wait: Wait) => void) | undefined;
}

/** Milliseconds for one answer. */
const PATIENCE = 30_000;

/** @returns undefined where this is no job of GitHub's, or one that may not have such a token */
export function oidcRequestOf(env: Readonly<Record<string, string | undefined>>): OidcRequest | undefined {
  const url = URL.parse(env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  const token = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  return url === null || token === '' ? undefined : { url, token };
}

/**
 * A new token for this audience, good for about five minutes: ask again rather than keep it.
 * @throws UserError where GitHub gives none
 */
export async function fetchOidcToken(
  { url, token }: OidcRequest,
  audience: string,
  { mask, signal, onWait }: OidcOptions = {},
): Promise<string> {
  const asked = new URL(url);
  asked.searchParams.set('audience', audience);
  const fetchOnce = async (): Promise<string> => {
    const timeout = AbortSignal.timeout(PATIENCE);
    const response = await fetch(asked, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'ai-action' },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (!response.ok) throw await HttpError.of(response, { url: asked });
    return response.text();
  };
  let text: string;
  try {
    text = await retry(fetchOnce, { signal, onWait });
  } catch (error) {
    signal?.throwIfAborted();
    throw new UserError(`GitHub gave no OIDC token for ${audience}: ${reasonOf(error)}.`, {
      hint: 'Check that the job has permissions: id-token: write, and run it again.',
      cause: error,
    });
  }
  const value = valueOf(text);
  if (value === undefined) {
    throw new UserError(`GitHub answered without an OIDC token for ${audience}.`, {
      hint: 'Run the job again; on a runner of your own, check what ACTIONS_ID_TOKEN_REQUEST_URL names.',
    });
  }
  mask?.(value);
  return value;
}

function valueOf(text: string): string | undefined {
  try {
    const { value } = JSON.parse(text) as { value?: unknown };
    return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined;
  } catch {
    return undefined; // not JSON, or null
  }
}
