/** What became of a shard's models, as a file: each publishing job writes one, and the report reads them all. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

import { UsageError } from '../errors.ts';
import { writeOutputFile } from '../report/output-file.ts';
import type { PlanFile, PlannedModel } from './plan-file.ts';
import type { ModelResult } from './publish-models.ts';

/** As `publish` writes it: what the program wrote itself a moment ago is checked for being such a file at all. */
const Results = z.object({
  /** `id` of the plan; none where there was no plan. */
  plan: z.string().optional(),
  models: z.array(
    z.looseObject({ name: z.string(), image: z.string(), tags: z.array(z.string()), status: z.string() }),
  ),
});

/** Ending of a file of layer records. */
const LAYERS = '.layers.jsonl';

/**
 * @param plan the `id` of the plan, where there is one
 * @throws UsageError where the file cannot be written
 */
export async function writeResults(
  path: string,
  models: readonly ModelResult[],
  plan: string | undefined,
): Promise<void> {
  await writeOutputFile('--results', path, `${JSON.stringify({ plan, models })}\n`);
}

/**
 * @param folder has a JSON file a shard; there is none where no shard came to its end. Files of another plan are left
 *   out: where all jobs of a run are run again, there is a new plan, and what the old one's jobs left is still there.
 * @param plan the `id` of the plan
 * @throws UsageError where one of its files is something else
 */
export async function readResults(folder: string, plan: string): Promise<ModelResult[]> {
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.json'));
  const read = await Promise.all(files.map((name) => readResultFile(join(folder, name))));
  return read.flatMap((results) => (results.plan === plan ? results.models : []));
}

/** Sorted; none where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.toSorted();
}

async function readResultFile(path: string): Promise<{ plan?: string | undefined; models: ModelResult[] }> {
  try {
    const { plan, models } = Results.parse(JSON.parse(await readFile(path, 'utf8')));
    // The schema holds what tells a result from another document; the rest is the program's own writing.
    return { plan, models: models as unknown as ModelResult[] };
  } catch (cause) {
    throw new UsageError(`--results ${path}: these are no results of publish`, {
      hint: 'Name a folder that has nothing but what publish wrote with --results.',
      cause,
    });
  }
}

/** @returns a result for each model of the plan, shard by shard; a model without one failed with its job. */
export function resultsOfPlan(plan: PlanFile, results: readonly ModelResult[]): ModelResult[] {
  const found = new Map(results.map((result) => [keyOf(result), result]));
  return plan.shards.flatMap((models, at) =>
    models.map((model) => found.get(keyOf(model)) ?? lost(model, at + 1)),
  );
}

/** Beside a shard's results: the layers that it brought into the registry, also those of models that then failed. */
export function layersBeside(results: string): string {
  return `${results.replace(/\.json$/, '')}${LAYERS}`;
}

/** The files of `layersBeside` in a folder of results. */
export async function layerFiles(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => name.endsWith(LAYERS)).map((name) => join(folder, name));
}

function keyOf({ image, tags }: { image: string; tags: readonly string[] }): string {
  return `${image}:${tags[0]}`;
}

function lost({ name, image, tags, position }: PlannedModel, shard: number): ModelResult {
  const error = {
    message: `the job of shard ${shard} left no result: it was cancelled, ran out of time, or its runner was lost`,
    hint: 'Read its log, then re-run the failed jobs: what was finished is kept.',
  };
  return { name, image, tags, position, seconds: 0, status: 'failed', error };
}
