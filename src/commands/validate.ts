/** `ai-action validate`: every mistake in the list at once, each at its place. */
import { Command } from 'commander';

import { checkModels, type ModelCheck } from '../curation/check-models.ts';
import { checkSummary } from '../curation/check-summary.ts';
import { licenseText } from '../curation/popular-summary.ts';
import type { Entry } from '../models/entry.ts';
import { problemsIn } from '../models/parse.ts';
import { formatProblem, type Problem } from '../models/problem.ts';
import { readList, type ReadList } from '../models/read-list.ts';
import { wholeEntries } from '../models/variants.ts';
import { count, formatBytes } from '../report/format.ts';
import { openProgress } from '../report/progress.ts';
import { formatTable } from '../report/table.ts';
import { openCuration } from './hub-access.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import { failuresIn, type Finish, type Outcome } from './outcome.ts';
import { problemsSummary } from './problems-summary.ts';
import { selectEntries } from './select.ts';

export interface ValidateOptions {
  models: string;
  online?: boolean;
  only?: string[];
  base?: string;
  hub?: string;
  json?: boolean;
}

export function validateCommand(io: Io, finish: Finish): Command {
  const { models, online, only, base, hub, json } = OPTIONS;
  const command = new Command('validate').description(
    'say every mistake in the list at once, each with its place and what to write instead',
  );
  for (const option of [models, online, only, base, hub, json]) command.addOption(option());
  command.addHelpText('after', '\n--only, --base and --hub say what --online asks about, and whom.');
  return command.action(async (options: ValidateOptions) => finish(await runValidate(options, io)));
}

export async function runValidate(options: ValidateOptions, io: Io): Promise<Outcome> {
  const { models: file, json } = options;
  const list = await readList(file);
  const online = options.online === true && list.problems.length === 0;
  const { problems, checked } = online
    ? await askHub(options, list, io)
    : { problems: list.problems, checked: undefined };
  const mistakes = problems.filter(({ severity }) => severity === undefined);
  if (json === true) {
    const warnings = problems.filter(({ severity }) => severity === 'warning');
    const models = wholeEntries(list.entries).length;
    io.stdout.write(`${JSON.stringify({ file, models, problems: mistakes, warnings, checked }, null, 2)}\n`);
  } else {
    io.stdout.write(validateText(list, problems, { file, checked }));
  }
  const failures = failuresIn(checked ?? []);
  return {
    exitCode: mistakes.length > 0 ? 2 : failures.length > 0 ? 1 : 0,
    problems,
    failures,
    summary: [
      ...(problems.length === 0 ? [] : [problemsSummary(problems)]),
      ...(checked === undefined ? [] : [checkSummary(checked)]),
    ].join('\n'),
  };
}

interface Answer {
  /** Mistakes and warnings. */
  problems: readonly Problem[];
  checked: readonly ModelCheck[];
}

async function askHub(options: ValidateOptions, { text }: ReadList, io: Io): Promise<Answer> {
  const selected = await selectEntries(options, io);
  const entries = wholeEntries(selected.entries);
  const progress = openProgress(io.stderr);
  try {
    const checked = await checkModels(entries, openCuration(options.hub, io, progress));
    return { checked, problems: problemsOf(checked, { entries, text, file: options.models }) };
  } finally {
    progress.close();
  }
}

function problemsOf(
  checked: readonly ModelCheck[],
  { entries, text, file }: { entries: readonly Entry[]; text: string; file: string },
): Problem[] {
  const remarks = entries.flatMap((entry, at) =>
    (checked[at]?.remarks ?? []).map((remark) => ({ entry, ...remark })),
  );
  return problemsIn(text, file, remarks).map((problem, at): Problem =>
    remarks[at]?.severity === 'warning' ? { severity: 'warning', ...problem } : problem,
  );
}

function validateText(
  { entries }: ReadList,
  problems: readonly Problem[],
  { file, checked = [] }: { file: string; checked: readonly ModelCheck[] | undefined },
): string {
  const said = problems.map((problem) => `${formatProblem(problem)}\n\n`).join('');
  const table = formatTable(checked.filter(({ status }) => status === 'fine').map(row));
  const number = (of: Problem['severity']): number =>
    problems.filter(({ severity }) => severity === of).length;
  const totals = [
    count(wholeEntries(entries).length, 'model'),
    number(undefined) === 0 ? 'no mistakes' : count(number(undefined), 'mistake'),
    ...(number('warning') === 0 ? [] : [count(number('warning'), 'warning')]),
  ];
  return `${said}${table}${table === '' ? '' : '\n'}${file}: ${totals.join(', ')}\n`;
}

function row({
  name,
  sha = '',
  license,
  gated = false,
  files = 0,
  layers = 0,
  bytes = 0,
}: ModelCheck): string[] {
  return [
    'checked',
    name,
    sha.slice(0, 12),
    licenseText({ gated, ...(license === undefined ? {} : { license }) }),
    `${count(files, 'file')} in ${count(layers, 'layer')}, ${formatBytes(bytes)}`,
  ];
}
