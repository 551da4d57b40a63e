import { UserError } from '../errors.ts';
import { HttpError } from '../http/http-error.ts';
import { safeUrl } from '../http/redact.ts';
import { retry, type Wait } from '../http/retry.ts';

/** Milliseconds for one answer of the API, body included. */
const apiTime = 60_000;

export interface HubFetchOptions {
  endpoint: string;
  signal?: AbortSignal | undefined;
  onWait?: ((wait: Wait) => void) | undefined;
}

/**
 * What the Hub's library is given for `fetch`: it adds time-outs and retries, the body included; it throws an
 * `HttpError`, which keeps `X-Error-Code`, where the library would drop it; and it keeps the token from other
 * hosts, which a list's `Link` to its next page may name.
 */
export function hubFetch({ endpoint, signal, onWait }: HubFetchOptions): typeof fetch {
  const { origin } = new URL(endpoint);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.set('user-agent', 'ai-action');
    if (url.origin !== origin) headers.delete('authorization');
    return await retry(
      async () => {
        const timeout = AbortSignal.timeout(apiTime);
        const response = await fetch(url, {
          ...init,
          headers,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        if (!response.ok) throw await HttpError.of(response, { url });
        const text = await response.text();
        checkJson(text, url);
        return new Response(text, { status: response.status, headers: response.headers });
      },
      { signal, onWait },
    );
  };
}

function checkJson(text: string, url: URL): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${safeUrl(url)} did not answer with JSON, as the Hub’s API does.`, {
      hint: 'Check HF_ENDPOINT, and whether a proxy or a sign-in page stands in between.',
      cause,
    });
  }
}
