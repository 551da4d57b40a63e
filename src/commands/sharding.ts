/** Publishing in many jobs: `plan` writes a plan file, `publish` takes one shard of it, `report` sums all up. */
import { InvalidArgumentError, Option } from 'commander';

import { ListError } from '../models/list-error.ts';
import { readList } from '../models/read-list.ts';
import { entriesOfShard, makePlanFile, readPlanFile, writePlanFile } from '../publish/plan-file.ts';
import type { ModelPlan } from '../publish/plan-models.ts';
import { MOST_SHARDS } from '../publish/shards.ts';
import type { PublishOptions, Selection } from './options.ts';
import type { Selected } from './select.ts';

/**
 * Of so many models a plan for shards asks the Hub for sizes: two requests each, of which the Hub allows 500 in 5 minutes
 * to anybody.
 */
export const MOST_SIZED = 200;

export const SHARDING_OPTIONS = {
  planFile: () => new Option('--plan-file <file>', 'the plan of a run of many jobs: plan writes it'),
  shards: () =>
    new Option('--shards <number>', 'with --plan-file: among how many jobs it is divided at most')
      .argParser(parseShards)
      .default(MOST_SHARDS),
  shard: () =>
    new Option('--shard <number>', 'with --plan-file: only this part of it, from 1').argParser(parseShard),
  results: () =>
    new Option(
      '--results <path>',
      'what became of the models, as JSON: publish writes it, with the layers that it pushed beside it; report reads a folder of it',
    ),
} as const;

function parseShards(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_SHARDS) return number;
  throw new InvalidArgumentError(`Write a number from 1 to ${MOST_SHARDS}: a matrix has no more jobs.`);
}

function parseShard(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('Write the number of a shard: the first is 1.');
}

interface Planned extends Selected {
  /** In the order of the entries. */
  plans: readonly ModelPlan[];
}

/** @returns the numbers of the plan's shards, for a matrix. */
export async function writePlan(
  path: string,
  { entries, plans, removed, unchanged }: Planned,
  { select, shards }: { select?: Selection; shards: number },
): Promise<number[]> {
  const plan = makePlanFile({ entries, plans, removed, unchanged, force: select === 'all', shards });
  await writePlanFile(path, plan);
  return plan.shards.map((_models, at) => at + 1);
}

export interface ShardOptions {
  planFile?: string;
  shard?: number;
  /** File that is written. */
  results?: string;
}

/**
 * @returns what the plan has for this shard, or in all of it, and the plan's id.
 * @throws UsageError where file, shard or list are not those of the plan; ListError with every mistake of the list
 */
export async function selectShard(
  planFile: string,
  { models, shard }: PublishOptions & ShardOptions,
): Promise<Selected & { select: Selection; plan: string }> {
  const plan = await readPlanFile(planFile);
  const { entries, problems } = await readList(models);
  if (problems.length > 0) throw new ListError(models, problems);
  return {
    entries: entriesOfShard(plan, shard, entries),
    removed: [],
    unchanged: 0,
    select: plan.force ? 'all' : 'missing',
    plan: plan.id,
  };
}
