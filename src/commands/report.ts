/** `ai-action report`: one table and one exit code of what many jobs published. */
import { Command } from 'commander';

import { readPlanFile } from '../publish/plan-file.ts';
import { readResults, resultsOfPlan } from '../publish/results.ts';
import { openProgress } from '../report/progress.ts';
import { keepLayers } from './cache.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';
import { tellPublished } from './publish.ts';
import { SHARDING_OPTIONS } from './sharding.ts';

interface ReportOptions {
  planFile: string;
  results: string;
  cache: string;
  json?: boolean;
}

export function reportCommand(io: Io, finish: Finish): Command {
  return new Command('report')
    .description('say what became of a plan whose shards were published by several jobs')
    .addOption(SHARDING_OPTIONS.planFile().makeOptionMandatory())
    .addOption(SHARDING_OPTIONS.results().makeOptionMandatory())
    .addOption(OPTIONS.cache())
    .addOption(OPTIONS.json())
    .action(async (options: ReportOptions) => finish(await runReport(options, io)));
}

async function runReport(
  { planFile, results, cache, json = false }: ReportOptions,
  io: Io,
): Promise<Outcome> {
  const plan = await readPlanFile(planFile);
  const models = resultsOfPlan(plan, await readResults(results, plan.id));
  const progress = openProgress(io.stderr);
  await keepLayers(results, cache, progress);
  progress.close();
  return tellPublished(models, plan, { json, io });
}
