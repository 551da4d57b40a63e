/**
 * A collection as a Workflow: passes through the bucket in bounded steps, until nothing is condemned any more. The
 * Durable Object knows where a pass stands, so a step that is tried again goes on there.
 * @see https://developers.cloudflare.com/workflows/
 */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import type { StoreEnvironment } from '../storage/store.ts';
import { collectorOf, type Advance } from './protocol.ts';
import { timesOf } from './times.ts';

const STEP = {
  retries: { limit: 5, delay: 2000, backoff: 'exponential' },
  timeout: '10 minutes',
} as const;
/** Pieces that a step does follow each other for so long, since a Workflow has 10,000 steps: half of its timeout. */
const STEP_MS = 5 * 60_000;
/** What goes takes two passes, and images go from the index to the bytes: four levels. */
const MAX_PASSES = 20;
/** Another collection may be walking: a dry run, or one that was asked for. */
const BEGINNINGS = 60;
const BEGIN_AGAIN_MS = 10_000;

export class CollectionWorkflow extends WorkflowEntrypoint<StoreEnvironment, { dryRun: boolean }> {
  override async run(
    { instanceId: id }: Readonly<WorkflowEvent<{ dryRun: boolean }>>,
    step: WorkflowStep,
  ): Promise<void> {
    const collector = collectorOf(this.env.COLLECTOR);
    try {
      for (let pass = 1; pass <= MAX_PASSES; pass++) {
        await this.#begin(id, pass, step);
        const outcome = await this.#walk(id, pass, step);
        if (outcome === 'over') break;
        if (outcome === 'superseded') throw new Error('another collection has begun');
        if (outcome === 'later') await step.sleep(`before pass ${pass + 1}`, timesOf(this.env).delay);
      }
      await step.do('end', STEP, () => collector.end(id));
    } catch (error) {
      // What the Workflow itself throws, to pause or end an instance, is no failure of the collection.
      const message = Error.isError(error) ? error.message : String(error);
      if (message.startsWith('Aborting engine')) throw error;
      // Where no step is left, or steps themselves fail, it is reported all the same.
      await step
        .do('report the failure', STEP, () => collector.end(id, message))
        .catch(() => collector.end(id, message));
      throw error;
    }
  }

  async #begin(id: string, pass: number, step: WorkflowStep): Promise<void> {
    const collector = collectorOf(this.env.COLLECTOR);
    for (let attempt = 1; attempt <= BEGINNINGS; attempt++) {
      if (await step.do(`pass ${pass}, beginning ${attempt}`, STEP, () => collector.begin(id, pass))) return;
      await step.sleep(`before beginning ${attempt + 1} of pass ${pass}`, BEGIN_AGAIN_MS);
    }
    throw new Error('another collection is walking all the time');
  }

  async #walk(id: string, pass: number, step: WorkflowStep): Promise<Advance> {
    for (let stretch = 1; ; stretch++) {
      const outcome = await step.do(`pass ${pass}, stretch ${stretch}`, STEP, () => this.#advance(id));
      if (outcome !== 'more') return outcome;
    }
  }

  async #advance(id: string): Promise<Advance> {
    const collector = collectorOf(this.env.COLLECTOR);
    const until = Date.now() + STEP_MS;
    for (;;) {
      const outcome = await collector.advance(id);
      if (outcome !== 'more' || Date.now() >= until) return outcome;
    }
  }
}
