/** `ai-action publish`: makes the images of the selected models and pushes them. */
import { Command, Option } from 'commander';

import { UsageError } from '../errors.ts';
import { publishModels, type ModelResult } from '../publish/publish-models.ts';
import { writeResults } from '../publish/results.ts';
import { formatBytes, formatSeconds } from '../report/format.ts';
import { openProgress } from '../report/progress.ts';
import { formatTable } from '../report/table.ts';
import type { Io } from './io.ts';
import { withPublishOptions, type PublishOptions } from './options.ts';
import { failuresIn, type Finish, type Outcome } from './outcome.ts';
import { runPlan } from './plan.ts';
import { publishOutputs, publishSummary } from './publish-summary.ts';
import { openPublishRun } from './run.ts';
import { selectEntries, type Selected } from './select.ts';
import { selectShard, SHARDING_OPTIONS, type ShardOptions } from './sharding.ts';
import { removedLines } from './text.ts';

export function publishCommand(io: Io, finish: Finish): Command {
  return withPublishOptions(new Command('publish'))
    .description('make the images of the selected models and push them to a registry')
    .addOption(SHARDING_OPTIONS.planFile().conflicts(['select', 'only', 'base', 'dryRun']))
    .addOption(SHARDING_OPTIONS.shard())
    .addOption(SHARDING_OPTIONS.results())
    .addOption(
      new Option('--dry-run', 'say what would be done, as plan does, and do nothing').conflicts([
        'shard',
        'results',
      ]),
    )
    .action(async (options: PublishOptions & { dryRun?: boolean }) => {
      finish(options.dryRun === true ? await runPlan(options, io) : await runPublish(options, io));
    });
}

/** The entries that nothing was to be done for. */
type Others = Pick<Selected, 'removed' | 'unchanged'> & {
  /** How many a plan left out. */
  upToDate?: number;
};

export async function runPublish(options: PublishOptions & ShardOptions, io: Io): Promise<Outcome> {
  const { planFile, shard, results, json = false } = options;
  if (shard !== undefined && planFile === undefined) {
    throw new UsageError('--shard needs --plan-file', {
      hint: 'Name the file that plan wrote with --plan-file.',
    });
  }
  const selected: Selected & { plan?: string } =
    planFile === undefined ? await selectEntries(options, io) : await selectShard(planFile, options);
  // A file that cannot be written is said now, and not when all is published.
  if (results !== undefined) await writeResults(results, [], selected.plan);
  const progress = openProgress(io.stderr);
  const run = await openPublishRun({ ...options, ...selected }, io, progress);
  let models: ModelResult[];
  try {
    models = await publishModels(selected.entries, run);
  } finally {
    progress.close();
    await run.close();
  }
  if (results !== undefined) await writeResults(results, models, selected.plan);
  return tellPublished(models, selected, { json, io });
}

/** Prints what became of the models, and hands it on. */
export function tellPublished(
  models: readonly ModelResult[],
  others: Others,
  { json, io }: { json: boolean; io: Io },
): Outcome {
  if (json) io.stdout.write(`${JSON.stringify({ models, removed: others.removed }, null, 2)}\n`);
  else io.stdout.write(publishText(models, others));
  const failures = failuresIn(models);
  return {
    exitCode: failures.length === 0 ? 0 : 1,
    failures,
    outputs: publishOutputs(models),
    summary: publishSummary(models),
  };
}

const STATUS_WORDS = {
  published: 'published',
  tagged: 'tagged',
  imported: 'imported',
  'up-to-date': 'up to date',
  failed: 'failed',
};

function publishText(models: readonly ModelResult[], others: Others): string {
  const lines = [formatTable(models.flatMap(rows)), ...removedLines(others.removed), totals(models, others)];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Of what was not up to date: the model's image, and what shares its layers. */
function rows(model: ModelResult): string[][] {
  if (model.status === 'failed') return [row(model)];
  const companions = model.companions.filter(({ status }) => status !== 'up-to-date');
  return [
    ...(model.status === 'up-to-date' ? [] : [row(model)]),
    ...companions.map(({ status, tags }) => [
      STATUS_WORDS[status],
      `${model.image}:${tags.join(', ')}`,
      status === 'failed' ? '' : `made of ${model.image}:${model.tags[0]}`,
      '',
    ]),
  ];
}

function row(model: ModelResult): string[] {
  const reference = `${model.image}:${model.tags.join(', ')}`;
  const seconds = formatSeconds(model.seconds);
  if (model.status === 'failed') return [STATUS_WORDS.failed, reference, '', seconds];
  const pushed = model.layers.filter(({ origin }) => origin === 'pushed');
  const moved = pushed.reduce((sum, { size }) => sum + size, 0);
  const what = `${pushed.length} of ${model.layers.length} layers pushed, ${formatBytes(moved)}`;
  return [STATUS_WORDS[model.status], reference, model.status === 'published' ? what : '', seconds];
}

/** As in `2 published`, of each status that there is. */
function numbers(results: readonly { status: keyof typeof STATUS_WORDS }[]): string[] {
  return Object.entries(STATUS_WORDS)
    .map(([status, word]) => ({ word, number: results.filter((one) => one.status === status).length }))
    .filter(({ number }) => number > 0)
    .map(({ word, number }) => `${number} ${word}`);
}

function totals(models: readonly ModelResult[], { unchanged, upToDate = 0 }: Others): string {
  const companions = models.flatMap((model) => (model.status === 'failed' ? [] : model.companions));
  const words = [
    ...numbers(models),
    ...numbers(companions.filter(({ status }) => status !== 'up-to-date')).map(
      (number) => `${number} beside their images`,
    ),
  ];
  if (upToDate > 0) words.push(`${upToDate} up to date by the plan`);
  if (unchanged > 0) words.push(`${unchanged} unchanged since the base`);
  return words.length === 0 ? 'nothing selected' : words.join(', ');
}
