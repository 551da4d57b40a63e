import { UsageError } from '../errors.ts';
import { formatProblem, type Problem } from './problem.ts';

/** A list that cannot be used for its mistakes. */
export class ListError extends UsageError {
  override name = 'ListError';
  readonly problems: readonly Problem[];

  /** @param models the list's path. */
  constructor(models: string, problems: readonly Problem[]) {
    const mistakes = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
    super(`${models} has ${mistakes}:\n${problems.map(formatProblem).join('\n')}`);
    this.problems = problems;
  }
}
