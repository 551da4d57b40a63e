/** What a command has of the world around it, so that tests and the action can hand in another. */
import type { readBase } from '../models/base.ts';
import type { ProgressStream } from '../report/progress.ts';

export interface Io {
  /** Results, and nothing else. */
  stdout: { write(text: string): unknown };
  /** Progress, warnings and errors. */
  stderr: ProgressStream;
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants an end. */
  signal: AbortSignal;
  /** Keeps a secret that the command came by out of the log. */
  mask?: (secret: string) => void;
  /** Reads the list as it was at a revision; left out, from the git repository around it. */
  readBase?: typeof readBase;
}
