/** `ai-action propose`: the list as it is here, in a pull request. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { Command, Option } from 'commander';

import { UsageError } from '../errors.ts';
import { openApi } from '../github/api.ts';
import { readEvent } from '../github/event.ts';
import { propose, type Proposed } from '../github/proposal.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';

interface ProposeOptions {
  models: string;
  branch: string;
  body?: string[];
  githubToken?: string;
}

const TITLE = 'Update the list of models';

export function proposeCommand(io: Io, finish: Finish): Command {
  return new Command('propose')
    .description('open a pull request with the list as it is here, or bring the open one up to date')
    .addOption(OPTIONS.models())
    .addOption(
      new Option('--branch <name>', 'the branch of the pull request, which is written over').default(
        'ai-action/update',
      ),
    )
    .addOption(
      new Option(
        '--body <file...>',
        'files of Markdown that say what changed; what is not there is left out',
      ),
    )
    .addOption(OPTIONS.githubToken())
    .action(async (options: ProposeOptions) => finish(await runPropose(options, io)));
}

async function runPropose(
  { models, branch, body = [], githubToken }: ProposeOptions,
  io: Io,
): Promise<Outcome> {
  const { env } = io;
  const event = await readEvent(env);
  const token = githubToken ?? (env['GITHUB_TOKEN'] || env['GH_TOKEN'] || '');
  const api = await openApi(env, event.repository, token);
  if (api === undefined) {
    throw new UsageError(`propose needs ${token === '' ? 'a token of GitHub' : 'GITHUB_REPOSITORY'}`, {
      hint: 'Give --github-token, and run it in a workflow, or set GITHUB_REPOSITORY=owner/name.',
    });
  }
  const proposed = await propose(api, {
    path: path.relative(env['GITHUB_WORKSPACE'] ?? process.cwd(), path.resolve(models)).replaceAll('\\', '/'),
    text: await readFile(models, 'utf8'),
    branch,
    base: /^refs\/heads\/(.+)$/.exec(event.ref)?.[1] ?? 'main',
    commit: env['GITHUB_SHA'],
    title: TITLE,
    body: (await Promise.all(body.map(readIfThere))).join('\n'),
  });
  const said = describe(proposed);
  io.stdout.write(`${said}\n`);
  return { exitCode: 0, outputs: { 'pull-request': proposed.url ?? '' }, summary: `${said}\n` };
}

function describe({ state, url }: Proposed): string {
  if (state === 'nothing-to-propose') return 'Nothing to propose: the list is as the branch has it.';
  return `The pull request is ${state}: ${url}`;
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
