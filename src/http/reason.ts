import { HttpError } from './http-error.ts';
import type { Wait } from './retry.ts';

/** Why a request failed, in the words of the innermost cause: `fetch failed` alone says nothing. */
export function reasonOf(error: unknown): string {
  let text = String(error);
  for (let cause = error; Error.isError(cause); cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    text = cause.message || code || text;
  }
  return text;
}

/** A wait, as a line for the user. */
export function describeWait({ seconds, attempt, error }: Wait): string {
  const wait = `waiting ${Math.ceil(seconds)} s`;
  if (error instanceof HttpError && error.status === 429) {
    return `${wait} for the rate limit of ${new URL(error.url).host}`;
  }
  return `${wait} before attempt ${attempt + 1}: ${reasonOf(error)}`;
}
