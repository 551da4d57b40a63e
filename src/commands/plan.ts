/** `ai-action plan`: what would be published and why, without writing anything. */
import { Command } from 'commander';

import type { CompanionPlan } from '../publish/plan-companions.ts';
import { bytesDue, planModels, type ModelPlan } from '../publish/plan-models.ts';
import { count, formatBytes } from '../report/format.ts';
import { openProgress } from '../report/progress.ts';
import { formatTable } from '../report/table.ts';
import type { Io } from './io.ts';
import { withPublishOptions, type PublishOptions } from './options.ts';
import { failuresIn, type Finish, type Outcome } from './outcome.ts';
import { planSummary } from './publish-summary.ts';
import { openPlanRun } from './run.ts';
import { selectEntries, type Selected } from './select.ts';
import { MOST_SIZED, SHARDING_OPTIONS, writePlan } from './sharding.ts';
import { removedLines } from './text.ts';

export function planCommand(io: Io, finish: Finish): Command {
  return withPublishOptions(new Command('plan'))
    .description('say what publish would do and why, without writing anything')
    .addOption(SHARDING_OPTIONS.planFile())
    .addOption(SHARDING_OPTIONS.shards())
    .action(async (options: PublishOptions & { planFile?: string; shards: number }) =>
      finish(
        options.planFile === undefined
          ? await runPlan(options, io)
          : await runShardedPlan(options.planFile, options, io),
      ),
    );
}

export async function runPlan(options: PublishOptions, io: Io): Promise<Outcome> {
  const { plans } = await plan(options, io);
  const failures = failuresIn(plans);
  return { exitCode: failures.length === 0 ? 0 : 1, failures, summary: planSummary(plans) };
}

/** What cannot be planned is no failure here: the job that is to publish it says so. */
async function runShardedPlan(
  planFile: string,
  options: PublishOptions & { shards: number },
  io: Io,
): Promise<Outcome> {
  const planned = await plan({ ...options, mostSized: MOST_SIZED }, io);
  const shards = await writePlan(planFile, planned, options);
  return { exitCode: 0, outputs: { shards }, summary: planSummary(planned.plans) };
}

async function plan(
  options: PublishOptions & { mostSized?: number },
  io: Io,
): Promise<Selected & { plans: ModelPlan[] }> {
  const selected = await selectEntries(options, io);
  const progress = openProgress(io.stderr);
  const run = await openPlanRun({ ...options, entries: selected.entries }, io, progress);
  let models: ModelPlan[];
  try {
    models = await planModels(selected.entries, run);
  } finally {
    progress.close();
    await run.close();
  }
  io.stdout.write(options.json === true ? planJson(models, selected) : planText(models, selected));
  return { ...selected, plans: models };
}

function planJson(models: readonly ModelPlan[], { removed, unchanged }: Selected): string {
  const bytesToMove = models.reduce((sum, model) => sum + bytesDue(model), 0);
  return `${JSON.stringify({ models, removed, unchanged, bytesToMove }, null, 2)}\n`;
}

function planText(models: readonly ModelPlan[], selected: Selected): string {
  const lines = [
    formatTable(models.flatMap(rows)),
    ...models.flatMap(({ name, warnings }) => warnings.map((warning) => `warning: ${name}: ${warning}`)),
    ...removedLines(selected.removed),
    totals(models, selected),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Of what is to be done: about the model's image, and about what shares its layers. */
function rows(model: ModelPlan): string[][] {
  const { action, image, companions } = model;
  return [
    ...(action === 'none' || action === 'companions' ? [] : [row(model)]),
    ...companions
      .filter((companion) => companion.action !== 'none')
      .map((companion) => [
        companion.action,
        `${image}:${companion.tags.join(', ')}`,
        ownSize(companion),
        companion.action === 'failed' ? '' : companion.reason,
      ]),
  ];
}

/** What a companion costs beside the layers that it shares. */
function ownSize({ bytes, bytesToMove = 0 }: CompanionPlan): string {
  if (bytes === undefined) return '';
  return bytes === 0
    ? 'shares all layers'
    : `${formatBytes(bytes)} more, ${formatBytes(bytesToMove)} to move`;
}

function row({ action, image, tags, layers, bytes, bytesToMove, reason }: ModelPlan): string[] {
  const size =
    layers.length > 0
      ? `${count(layers.length, 'layer')}, ${formatBytes(bytes)}, ${formatBytes(bytesToMove)} to move`
      : '';
  return [action, `${image}:${tags.join(', ')}`, size, action === 'failed' ? '' : reason];
}

function totals(models: readonly ModelPlan[], { unchanged }: Selected): string {
  const number = (action: ModelPlan['action']): number =>
    models.filter((model) => model.action === action).length;
  const bytes = models.reduce((sum, model) => sum + bytesDue(model), 0);
  const words = [`${number('publish')} to publish (${formatBytes(bytes)} to move)`];
  if (number('tag') > 0) words.push(`${number('tag')} to tag`);
  if (number('import') > 0) words.push(`${number('import')} to import`);
  const beside = models.flatMap(({ companions }) => companions);
  const due = beside.filter(({ action }) => action !== 'none' && action !== 'failed').length;
  const hopeless = beside.filter(({ action }) => action === 'failed').length;
  if (due > 0) words.push(`${due} beside their images`);
  if (hopeless > 0) words.push(`${hopeless} beside their images cannot be published`);
  if (number('failed') > 0) words.push(`${number('failed')} cannot be published`);
  if (number('none') > 0) words.push(`${number('none')} up to date`);
  if (unchanged > 0) words.push(`${unchanged} unchanged since the base`);
  return words.join(', ');
}
