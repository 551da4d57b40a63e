import { UserError } from '../errors.ts';

export interface RegistryErrorOptions {
  retryable: boolean;
  status?: number;
  /** The first code of the registry's error body, e.g. `DENIED` (distribution specification, "Error codes"). */
  code?: string;
  hint?: string;
  cause?: unknown;
}

/** A registry that did not do what it was asked. */
export class RegistryError extends UserError {
  override name = 'RegistryError';
  /** Whether the same may work in a while: the connection broke, the registry was busy or failed. */
  readonly retryable: boolean;
  /** The HTTP status, absent where no answer came. */
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor(message: string, options: RegistryErrorOptions) {
    super(message, {
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      ...('cause' in options ? { cause: options.cause } : {}),
    });
    this.retryable = options.retryable;
    this.status = options.status;
    this.code = options.code;
  }

  /** The same error, known to be worth another try. */
  again(): RegistryError {
    const { status, code, hint, cause } = this;
    return new RegistryError(this.message, {
      retryable: true,
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code }),
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

/** An answer that is not what the protocol or its own headers say. Becomes a RegistryError with what was asked. */
export class BadAnswer extends Error {
  override name = 'BadAnswer';
  readonly hint: string;

  constructor(message: string, options: { hint?: string } = {}) {
    super(message);
    this.hint = options.hint ?? 'The registry, or a cache or proxy before it, is at fault: look at its log.';
  }
}
