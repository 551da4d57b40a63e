import { UserError } from '../errors.ts';

/** What became of an error: what happened and what to do, or, for what nobody foresaw, the stack. */
export interface Failure {
  message: string;
  hint?: string;
  stack?: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof UserError) {
    return { message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  if (!Error.isError(error)) return { message: String(error) };
  // The user's own wish to end is no error of ours to explain.
  if (error.name === 'AbortError')
    return { message: 'interrupted', hint: 'Run the same again: what was finished is kept.' };
  return { message: withCauses(error), ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

/** `fetch failed` alone says nothing: its cause does. */
function withCauses(error: Error): string {
  return Error.isError(error.cause) ? `${error.message}: ${withCauses(error.cause)}` : error.message;
}
