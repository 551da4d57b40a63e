import type { HeaderFields } from './header-fields.ts';
import type { HttpError } from './http-error.ts';

/** Seconds. */
export interface BackOff {
  /** Upper bound of the first wait; it doubles with each attempt. */
  base: number;
  /** Upper bound of any wait that the server didn't ask for. */
  cap: number;
}

/**
 * Exponential back-off with full jitter, in seconds: anything from nothing to `base · 2^(attempt − 1)`, so that
 * requests that failed together don't come back together.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backOffSeconds(attempt: number, { base, cap }: BackOff, random = Math.random): number {
  return random() * Math.min(cap, base * 2 ** (attempt - 1));
}

/**
 * How long the server asks to be left alone, in seconds: `Retry-After` as seconds or a date (RFC 9110, 10.2.3), or on
 * a 429 the reset time of the Hub's `RateLimit: "api";r=0;t=55`, or the time at which GitHub's limit ends
 * (`X-RateLimit-Reset`). Undefined where it says nothing that can be read.
 */
export function askedWait({ status, headers }: Pick<HttpError, 'status' | 'headers'>): number | undefined {
  const rateLimit = status === 429 ? rateLimitReset(headers.get('ratelimit')) : undefined;
  const retryAfter = parseRetryAfter(headers.get('retry-after')) ?? gitHubReset(headers);
  if (rateLimit === undefined || retryAfter === undefined) return rateLimit ?? retryAfter;
  return Math.max(rateLimit, retryAfter);
}

function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

/** @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function gitHubReset(headers: HeaderFields): number | undefined {
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (headers.get('x-ratelimit-remaining') !== '0' || !Number.isFinite(reset)) return undefined;
  return Math.max(0, reset - Date.now() / 1000);
}

/** Of several limits (`"api";r=0;t=55, "resolve";r=9;t=55`) the ones that are used up count. */
function rateLimitReset(value: string | null): number | undefined {
  const resets = (value ?? '')
    .split(',')
    .filter((limit) => /;\s*r=0\s*(;|$)/.test(limit))
    .map((limit) => /;\s*t=(\d+)\s*(;|$)/.exec(limit)?.[1])
    .filter((seconds) => seconds !== undefined);
  return resets.length === 0 ? undefined : Math.max(...resets.map(Number));
}
