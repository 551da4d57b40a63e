/** What a command has of the world around it, so that tests can hand in another. */
import type { ProgressStream } from '../report/progress.ts';

export interface Io {
  /** Results, and nothing else. */
  stdout: { write(text: string): unknown };
  /** Progress, warnings and errors. */
  stderr: ProgressStream;
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants an end. */
  signal: AbortSignal;
}

/** 0 done, 1 something failed, 2 the command or the list is wrong. */
export type ExitCode = 0 | 1 | 2;
