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
}
