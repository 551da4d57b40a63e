/** A job's log, where some lines are commands to the runner. */
import type { ProgressStream } from '../report/progress.ts';

/**
 * Text that no line of is a command to the runner: names of models, and what registries answer, are written by
 * others. @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function harmless(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gm, '$1:\u200B').replaceAll('##[', '##\u200B[');
}

/** Not a terminal, whatever the runner connects it to: nothing can be drawn over. */
export function logStream(write: (text: string) => unknown): ProgressStream {
  return { write: (text) => write(harmless(text)) };
}
