import { askedWait, backOffSeconds, type BackOff } from './back-off.ts';
import { causes } from './causes.ts';
import { HttpError } from './http-error.ts';
import { pause } from './pause.ts';
import { isRefusedHere, isTransient } from './transient.ts';

/** What is about to be waited for, for the user's eyes. */
export interface Wait {
  seconds: number;
  /** The attempt that failed, from 1. */
  attempt: number;
  /** Whether the server itself asked for this wait (`Retry-After`, a rate limit). */
  asked: boolean;
  error: unknown;
}

export interface RetryOptions {
  signal?: AbortSignal | undefined;
  onWait?: ((wait: Wait) => void) | undefined;
  /** How often the operation is run at most. Default 6. */
  attempts?: number;
  /** Seconds that are waited at most in all; a longer wait than what is left of it is not begun. Default 900. */
  totalWait?: number;
  backOff?: BackOff;
  /** Which errors are worth another attempt. Default: `isTransient`. */
  retryable?: (error: unknown) => boolean;
}

/** Of an error that says itself whether the same may work in a while, as those of registries do. */
export function saysRetryable(error: unknown): boolean {
  return Error.isError(error) && 'retryable' in error && error.retryable === true;
}

/** What is about to listen on this machine does so soon; about what is not there its user is told at once. */
const ATTEMPTS_HERE = 3;
const BACK_OFF_HERE: BackOff = { base: 0.5, cap: 0.5 };

/**
 * Runs `operation` until it succeeds, fails for good, or the attempts or the patience are used up; then the last
 * error is thrown as it is. Between attempts it waits as long as the server asks, else by back-off with full jitter.
 * @throws the signal's reason as soon as it is aborted, the wait included
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { signal, onWait, attempts = 6, totalWait = 900, retryable = isTransient } = options;
  let waited = 0;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await operation(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const here = isRefusedHere(error);
      if (attempt >= (here ? Math.min(attempts, ATTEMPTS_HERE) : attempts) || !retryable(error)) throw error;
      const wait = nextWait(error, attempt, here ? BACK_OFF_HERE : options.backOff);
      if (waited + wait.seconds > totalWait) throw error;
      waited += wait.seconds;
      onWait?.(wait);
      await pause(wait.seconds, signal);
    }
  }
}

function nextWait(error: unknown, attempt: number, backOff: BackOff = { base: 1, cap: 30 }): Wait {
  const answer = [...causes(error)].find((cause) => cause instanceof HttpError);
  const asked = answer && askedWait(answer);
  // A little more than asked for: the limit's clock and ours differ, and everyone else was told the same second.
  const seconds =
    asked === undefined ? backOffSeconds(attempt, backOff) : asked + Math.random() * backOff.base;
  return { seconds, attempt, asked: asked !== undefined, error };
}
