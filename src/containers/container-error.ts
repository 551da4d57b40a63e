/** A container that cannot be made: of what it was to be made, or of how, and what to do about it. */
export class ContainerError extends Error {
  override name = 'ContainerError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
