import { UserError } from '../errors.ts';
import { HttpError } from './http-error.ts';
import { safeUrl } from './redact.ts';
import { retry, type RetryOptions } from './retry.ts';

export interface JsonRequest {
  url: URL;
  /** Default: GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  /** A form is sent as one, anything else as JSON. */
  body?: URLSearchParams | object;
}

export interface JsonAnswer {
  headers: Headers;
  /** Undefined where the answer has no body. */
  json: unknown;
}

/** Milliseconds for one answer, body included. */
const PATIENCE = 60_000;

/**
 * A request to an API that answers with JSON, repeated while it may yet succeed.
 * @throws HttpError for any other status than 2xx
 * @throws UserError where what came back is not JSON; else the connection's error
 */
export async function requestJson(request: JsonRequest, options: RetryOptions = {}): Promise<JsonAnswer> {
  return retry(async () => exchange(request, options.signal), options);
}

async function exchange(
  { url, method = 'GET', headers = {}, body }: JsonRequest,
  signal: AbortSignal | undefined,
): Promise<JsonAnswer> {
  const timeout = AbortSignal.timeout(PATIENCE);
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(url, {
    method,
    headers: {
      'user-agent': 'ai-action',
      accept: 'application/json',
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    // fetch itself takes headers' secrets off; those of a body must not go on to where they were not meant for.
    redirect: method === 'GET' ? 'follow' : 'error',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  if (!response.ok) throw await HttpError.of(response, { method, url });
  const text = await response.text();
  return { headers: response.headers, json: text === '' ? undefined : parse(text, url) };
}

function parse(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${safeUrl(url)} did not answer with JSON.`, {
      hint: 'Check the address, and whether a proxy or a sign-in page stands in between.',
    });
  }
}
