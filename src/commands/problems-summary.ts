/** The mistakes of a list on a job's page: GitHub shows ten annotations of a kind for a step, and leaves out the others. */
import type { Problem } from '../models/problem.ts';
import { count } from '../report/format.ts';
import { escapeMarkdown, markdownTable } from '../report/markdown.ts';

/** Markdown. */
export function problemsSummary(problems: readonly Problem[]): string {
  const rows = problems.map(({ line, severity = 'mistake', message, hint = '' }) =>
    [String(line), severity, message, hint].map(escapeMarkdown),
  );
  const mistakes = problems.filter(({ severity }) => severity === undefined).length;
  const number = mistakes > 0 ? count(mistakes, 'mistake') : count(problems.length, 'warning');
  return `## The list has ${number}\n\n${markdownTable(['Line', '', 'What is wrong', 'What to do'], rows)}\n`;
}
