/** `ai-action top N`: adds the Hub's most downloaded models to the list. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';

import { extendList } from '../curation/extend-list.ts';
import { findPopular, type Popular } from '../curation/find-popular.ts';
import { short } from '../curation/markdown.ts';
import { formatDownloads, isProposed, licenseText, popularSummary } from '../curation/popular-summary.ts';
import { count, formatBytes } from '../report/format.ts';
import { writeOutputFile } from '../report/output-file.ts';
import { openProgress } from '../report/progress.ts';
import { formatTable } from '../report/table.ts';
import { openCuration, unlessInterrupted } from './hub-access.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';
import { selectEntries } from './select.ts';

export interface TopOptions {
  count: number;
  models: string;
  filter?: string[];
  gated?: boolean;
  hub?: string;
  dryRun?: boolean;
  summary?: string;
  json?: boolean;
}

/** As many models as a list may well have. */
const MOST = 10_000;

export function topCommand(io: Io, finish: Finish): Command {
  const { models, hub, summary, json } = OPTIONS;
  const command = new Command('top')
    .description("add those of the Hub's most downloaded models that the list does not have")
    .addArgument(new Argument('<count>', 'how many of them the list shall have').argParser(parseCount))
    .addOption(
      new Option(
        '--filter <tag...>',
        'only models with all of these tags of the Hub: fill-mask, safetensors',
      ),
    )
    .option('--gated', 'take models too whose terms have to be accepted on the Hub')
    .option('--dry-run', 'say what would be added, and leave the list as it is');
  for (const option of [models, hub, summary, json]) command.addOption(option());
  return command.action(async (number: number, options: Omit<TopOptions, 'count'>) =>
    finish(await runTop({ ...options, count: number }, io)),
  );
}

function parseCount(text: string): number {
  const number = Number(text);
  if (/^[1-9]\d*$/.test(text) && number <= MOST) return number;
  throw new InvalidArgumentError(`Write a number from 1 to ${MOST}, as in: top 100`);
}

export async function runTop(options: TopOptions, io: Io): Promise<Outcome> {
  const { entries } = await selectEntries({ models: options.models }, io);
  const progress = openProgress(io.stderr);
  const run = openCuration(options.hub, io, progress);
  const { filter: tags = [], gated = false } = options;
  let popular: Popular;
  try {
    const found = findPopular(entries, { count: options.count, tags, gated }, run);
    popular = await unlessInterrupted(found, io);
  } finally {
    progress.close();
  }
  if (options.dryRun !== true) await extendList(options.models, popular.proposals);
  const summary = popularSummary(popular, run.endpoint);
  if (options.summary !== undefined) await writeOutputFile('--summary', options.summary, summary);
  io.stdout.write(
    options.json === true ? `${JSON.stringify(popular, null, 2)}\n` : topText(popular, options.dryRun),
  );
  const added = popular.proposals.filter(isProposed).length;
  return { exitCode: 0, outputs: { added }, summary };
}

function topText({ proposals, listed }: Popular, dryRun = false): string {
  const added = proposals.filter(isProposed);
  const rows = added.map((model) => [
    dryRun ? 'to add' : 'added',
    model.name,
    short(model.sha),
    `${formatDownloads(model.downloads)} downloads`,
    licenseText(model),
    `${count(model.layers, 'layer')}, ${formatBytes(model.bytes)}`,
  ]);
  const leftOut = proposals.flatMap((model) =>
    model.status === 'left-out' ? [`left out: ${model.name}: ${model.error.message}`] : [],
  );
  const totals = `${added.length} ${dryRun ? 'to add' : 'added'}, ${listed} in the list already`;
  const lines = [formatTable(rows), ...leftOut, totals];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
