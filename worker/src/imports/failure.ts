/** Why an import cannot succeed by trying again soon: what is wrong, and what somebody can do about it. */
export interface Failure {
  message: string;
  hint: string;
}

/** Ends the import. Every other error is taken as passing: the step is tried again. */
export class ImportFailure extends Error implements Failure {
  override name = 'ImportFailure';
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

export const ASK_AGAIN = 'Ask for the import again: what has been imported is kept.';
