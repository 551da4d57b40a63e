/** An artifact that is not what its documents say, or that cannot be used as asked; and what to do about it. */
export class ArtifactError extends Error {
  override name = 'ArtifactError';
  readonly hint: string;

  constructor(message: string, hint = 'Have it packed and pushed anew, or name another one.') {
    super(message);
    this.hint = hint;
  }
}
