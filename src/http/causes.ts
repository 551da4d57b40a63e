/** An error and what caused it, outermost first: libraries and our own layers wrap what happened. */
export function* causes(error: unknown): Generator<Error> {
  // Bounded, since a cause may be its own.
  for (let cause = error, depth = 0; Error.isError(cause) && depth < 5; cause = cause.cause, depth += 1) {
    yield cause;
  }
}
