/** Publishes every selected model that is not up to date, each failure its own (invariant 7). */
import pLimit from 'p-limit';

import type { Entry, Position } from '../models/entry.ts';
import { failureOf, type Failure } from './failure.ts';
import { publishModel, type PublishedModel } from './publish-model.ts';
import type { PublishRun } from './publish-run.ts';

export type ModelResult = ModelHead & (PublishedModel | { status: 'failed'; error: Failure });

interface ModelHead {
  name: string;
  /** registry/repository, without a tag. */
  image: string;
  tags: readonly string[];
  /** Where the list has it. */
  position: Position;
  /** From the model's turn on. */
  seconds: number;
}

/** Models whose state is asked for at once; how many layers are streamed at once is the builder's business. */
const MODELS_AT_ONCE = 16;

/** @returns a result for each entry, in their order; never throws for one of them. */
export async function publishModels(entries: readonly Entry[], run: PublishRun): Promise<ModelResult[]> {
  const turn = pLimit(MODELS_AT_ONCE);
  return Promise.all(entries.map((entry) => turn(() => publishOne(entry, run))));
}

async function publishOne(entry: Entry, run: PublishRun): Promise<ModelResult> {
  const begun = performance.now();
  const head = (): ModelHead => ({
    name: entry.name,
    image: run.imageOf(entry),
    tags: entry.tags,
    position: entry.position,
    seconds: Math.round(performance.now() - begun) / 1000,
  });
  run.progress.begin(entry.name);
  try {
    run.signal.throwIfAborted();
    const published = await publishModel(entry, run);
    return { ...head(), ...published };
  } catch (error) {
    return { ...head(), status: 'failed', error: failureOf(error) };
  } finally {
    run.progress.end(entry.name);
  }
}
