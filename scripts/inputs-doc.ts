/** Writes docs/inputs.md from action.yml. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

interface Action {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { description: string }>;
}

const root = join(import.meta.dirname, '..');
export const INPUTS_PAGE = join(root, 'docs', 'inputs.md');

/** The page as it should be. */
export async function inputsPage(): Promise<string> {
  const { inputs, outputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
  const inputRows = Object.entries(inputs).map(([name, { description, default: value = '' }]) => [
    `\`${name}\``,
    description,
    value === '' ? '' : `\`${value}\``,
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  const text = `# Inputs and outputs of the action

<!-- Made from action.yml by scripts/inputs-doc.ts -->

Every option of the [command line](commands.md) is an input of the same name.
An input that the command does not have is left out, with a warning.

${table(['input', 'meaning', 'default'], inputRows)}

${table(['output', 'meaning'], outputRows)}
`;
  return format(text, { ...(await resolveConfig(INPUTS_PAGE)), parser: 'markdown' });
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

if (import.meta.main) writeFileSync(INPUTS_PAGE, await inputsPage());
