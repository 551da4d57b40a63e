/**
 * What became of a command, besides what it printed: the command line makes an exit code and lines of it, the action
 * annotations, outputs and the job's summary.
 */
import type { Position } from '../models/entry.ts';
import type { Problem } from '../models/problem.ts';
import type { Failure } from '../publish/failure.ts';

/** 0 done, 1 something failed, 2 the command or the list is wrong. */
export type ExitCode = 0 | 1 | 2;

/** The action's outputs. */
export const OUTPUTS = [
  'published',
  'skipped',
  'failed',
  'images',
  'shards',
  'updated',
  'added',
  'pull-request',
] as const;

export type Outputs = Partial<Readonly<Record<(typeof OUTPUTS)[number], unknown>>>;

export interface Outcome {
  exitCode: ExitCode;
  /** Models that failed while others went on. */
  failures?: readonly ModelFailure[];
  /** Warnings and mistakes at their places in the list. */
  problems?: readonly Problem[];
  /** Values other than text are written as JSON. */
  outputs?: Outputs;
  /** Markdown for the job's page. */
  summary?: string;
}

export interface ModelFailure {
  name: string;
  /** Where the list has the model. */
  position: Position;
  error: Failure;
}

/** How a command hands over its outcome. */
export type Finish = (outcome: Outcome) => void;

interface ModelOutcome {
  name: string;
  position: Position;
  error?: Failure;
  /** Of what is published beside the model's image. */
  companions?: readonly { suffix: string; error?: Failure }[];
}

/** The failures among the results for models, and for what is published beside their images. */
export function failuresIn(results: readonly ModelOutcome[]): ModelFailure[] {
  return results.flatMap(({ name, position, error, companions = [] }) => [
    ...(error === undefined ? [] : [{ name, position, error }]),
    ...companions.flatMap((companion) =>
      companion.error === undefined
        ? []
        : [{ name: `${name} (${companion.suffix})`, position, error: companion.error }],
    ),
  ]);
}
