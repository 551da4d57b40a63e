/** Lines that the texts of several commands share. */
import type { Failure } from '../publish/failure.ts';

export function failureLines(name: string, { message, hint, stack }: Failure): string[] {
  const lines = [`error: ${name}: ${message}`];
  if (hint !== undefined) lines.push(`  hint: ${hint.replaceAll('\n', '\n        ')}`);
  // An error that nobody foresaw: its stack is what a report of it needs.
  if (stack !== undefined) lines.push(stack.replaceAll(/^/gm, '  '));
  return lines;
}

export function removedLines(removed: readonly string[]): string[] {
  return removed.map((reference) => `removed from the list: ${reference} (its image is kept)`);
}
