/** A mistake in a list, or a warning about it, at the place where a person can put it right. */
export interface Problem {
  /** The list can be used in spite of it; left out for a mistake. */
  severity?: 'warning';
  /** The list as it was named to the program. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  column: number;
  /** How many characters of the line are meant, at least 1. */
  length: number;
  /** What is wrong. */
  message: string;
  /** What to write instead; may have several lines. */
  hint?: string;
  /** The text of the line; empty where it is very long. */
  excerpt: string;
}

const WIDEST = 160;

/**
 * The problem as a compiler shows one: `file:line:column: message`, the line with what is meant underlined, and
 * the hint. Ends without a newline.
 */
export function formatProblem(problem: Problem): string {
  const { file, line, column, message, hint, severity } = problem;
  const said = severity === undefined ? message : `${severity}: ${message}`;
  const lines = [`${file}:${line}:${column}: ${said}`, ...underline(problem)];
  if (hint !== undefined) lines.push(`  hint: ${hint.replaceAll('\n', '\n        ')}`);
  return lines.join('\n');
}

function underline({ line, column, length, excerpt }: Problem): string[] {
  if (excerpt.trim() === '') return [];
  const gutter = String(line);
  const from = Math.max(0, column - WIDEST);
  const shown = excerpt.slice(from, from + WIDEST);
  const before = shown.slice(0, column - 1 - from);
  const marks = Math.max(1, Math.min(length, shown.length - before.length));
  return [
    `  ${gutter} | ${shown.replaceAll(/\p{Cc}/gu, ' ')}`,
    `  ${' '.repeat(gutter.length)} | ${' '.repeat(before.length)}${'^'.repeat(marks)}`,
  ];
}
