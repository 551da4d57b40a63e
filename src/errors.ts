/**
 * An error that the person at the keyboard can put right: the message says what happened and where, the hint
 * what to do. Everything else that is thrown is a bug or the machine's, and is shown with its stack.
 */
export class UserError extends Error {
  override name = 'UserError';
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.hint = options.hint;
  }
}

/** A command or a list that is wrong as it was written: nothing was begun, and the exit code is 2. */
export class UsageError extends UserError {
  override name = 'UsageError';
}

/** The code of the system's error, as in ENOENT; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return Error.isError(error) && 'code' in error ? String(error.code) : undefined;
}
