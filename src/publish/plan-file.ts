/** A plan as a file: one job makes it, and each of many others publishes one shard of it. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';

import { codeOf, UsageError } from '../errors.ts';
import { referencesOf, type Entry } from '../models/entry.ts';
import { count } from '../report/format.ts';
import { writeOutputFile } from '../report/output-file.ts';
import { bytesDue, type ModelPlan } from './plan-models.ts';
import { divideIntoShards } from './shards.ts';

const PlannedModel = z.object({
  name: z.string(),
  /** `registry/repository`; the repository alone where no registry was named. */
  image: z.string(),
  tags: z.array(z.string()),
  /** The first of `referencesOf`: it names the entry. */
  reference: z.string(),
  position: z.object({ file: z.string(), line: z.int(), column: z.int() }),
});

const PlanFile = z.object({
  version: z.literal(1),
  /** Tells this plan's results from those of another plan of the same run. */
  id: z.string(),
  /** Make the images also where the tags are up to date. */
  force: z.boolean(),
  /** References that the base has and the list has not: their images are kept. */
  removed: z.array(z.string()),
  /** How many entries the comparison with the base left out. */
  unchanged: z.int(),
  /** How many selected entries need nothing. */
  upToDate: z.int(),
  /** Shard 1 first. */
  shards: z.array(z.array(PlannedModel)),
});

export type PlannedModel = z.infer<typeof PlannedModel>;
export type PlanFile = z.infer<typeof PlanFile>;

interface Planning {
  entries: readonly Entry[];
  /** In the order of the entries. */
  plans: readonly ModelPlan[];
  removed: readonly string[];
  unchanged: number;
  force: boolean;
  /** The most shards. */
  shards: number;
}

/** What cannot be planned is given to a shard too: publishing it says why, and fails that model alone. */
export function makePlanFile({ entries, plans, removed, unchanged, force, shards }: Planning): PlanFile {
  const models = entries.flatMap((entry, at) => {
    const plan = plans[at];
    return plan === undefined || plan.action === 'none' ? [] : [{ bytes: bytesOf(plan), entry, plan }];
  });
  return {
    version: 1,
    id: randomUUID(),
    force,
    removed: [...removed],
    unchanged,
    upToDate: plans.length - models.length,
    shards: divideIntoShards(models, shards).map((shard) => shard.map(plannedModel)),
  };
}

/** Undefined where nobody asked for the model's files. */
function bytesOf(plan: ModelPlan): number | undefined {
  return plan.action === 'publish' && plan.layers.length === 0 ? undefined : bytesDue(plan);
}

function plannedModel({ entry, plan }: { entry: Entry; plan: ModelPlan }): PlannedModel {
  const { name, tags, position } = entry;
  return { name, image: plan.image, tags: [...tags], reference: nameOf(entry), position };
}

/**
 * @param shard from 1; undefined for all of them
 * @returns its entries, in the list's order.
 * @throws UsageError where there is no such shard, and where the plan is of another list
 */
export function entriesOfShard(
  plan: PlanFile,
  shard: number | undefined,
  entries: readonly Entry[],
): Entry[] {
  const planned = shard === undefined ? plan.shards.flat() : plan.shards[shard - 1];
  if (planned === undefined) {
    throw new UsageError(`--shard ${shard}: the plan has ${count(plan.shards.length, 'shard')}`, {
      hint: 'Name one of them: the first is 1.',
    });
  }
  const wanted = new Map(planned.map((model) => [model.reference, model]));
  const found = entries.filter((entry) => wanted.delete(nameOf(entry)));
  const [absent] = wanted.values();
  if (absent !== undefined) {
    throw new UsageError(`--plan-file has ${absent.name} as ${absent.reference}, and the list has not`, {
      hint: 'Take the list of the very commit that the plan was made from, or make the plan again.',
    });
  }
  return found;
}

function nameOf(entry: Entry): string {
  const [reference] = referencesOf(entry);
  if (reference === undefined) throw new Error(`${entry.name} has no tag`);
  return reference;
}

/** @throws UsageError where the file cannot be written */
export async function writePlanFile(path: string, plan: PlanFile): Promise<void> {
  await writeOutputFile('--plan-file', path, `${JSON.stringify(plan)}\n`);
}

/** @throws UsageError where there is no plan in the file */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const hint = 'Have plan write it with --plan-file, and hand the same file to publish and report.';
  try {
    return PlanFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const why = codeOf(cause) === 'ENOENT' ? 'there is no' : 'it is no';
    throw new UsageError(`--plan-file ${path}: ${why} such plan`, { hint, cause });
  }
}
