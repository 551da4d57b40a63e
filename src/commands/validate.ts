/** `ai-action validate`: every mistake in the list at once, each at its place. */
import { Command } from 'commander';

import { formatProblem } from '../models/problem.ts';
import { readList } from '../models/read-list.ts';
import { count } from '../report/format.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';

export function validateCommand(io: Io, finish: Finish): Command {
  return new Command('validate')
    .description('say every mistake in the list at once, each with its place and what to write instead')
    .addOption(OPTIONS.models())
    .addOption(OPTIONS.json())
    .action(async (options: { models: string; json?: boolean }) => finish(await runValidate(options, io)));
}

async function runValidate({ models, json }: { models: string; json?: boolean }, io: Io): Promise<Outcome> {
  const { entries, problems } = await readList(models);
  if (json === true) {
    io.stdout.write(`${JSON.stringify({ file: models, models: entries.length, problems }, null, 2)}\n`);
  } else {
    const said = problems.map((problem) => `${formatProblem(problem)}\n\n`).join('');
    const mistakes = problems.length === 0 ? 'no mistakes' : count(problems.length, 'mistake');
    io.stdout.write(`${said}${models}: ${count(entries.length, 'model')}, ${mistakes}\n`);
  }
  return { exitCode: problems.length === 0 ? 0 : 2, problems };
}
