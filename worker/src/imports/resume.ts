/**
 * Continues the imports that were on their way when workerd was ended on this machine, since its Workflows do not go
 * on by themselves there, as Cloudflare's do.
 */
import type { Bucket } from '../storage/bucket.ts';
import { unfinishedImports } from './record.ts';
import { create, statusOf, type ImportInstance, type ImportWorkflows } from './start.ts';

const ATTEMPTS = 40;
const INTERVAL_MS = 50;

/** @param before when workerd was started, in milliseconds since the epoch: what began later runs */
export async function resumeImports(
  bucket: Bucket,
  workflows: ImportWorkflows,
  before: number,
): Promise<void> {
  for await (const record of unfinishedImports(bucket)) {
    if (Date.parse(record.updatedAt) >= before) continue;
    if ((await statusOf(workflows, record.id)) === undefined) await create(workflows, record);
    else await resume(await workflows.get(record.id));
  }
}

/** An instance that is taken for running goes on when it is paused and resumed. */
async function resume(instance: ImportInstance): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { status } = await instance.status();
    if (status === 'paused') return instance.resume();
    if (status === 'queued') return instance.restart();
    if (status === 'running' || status === 'waiting') await instance.pause();
    else if (status !== 'waitingForPause') return;
    await new Promise((done) => setTimeout(done, INTERVAL_MS));
    // One that was ended while it was to be paused has to be taken for running first.
    if (attempt === ATTEMPTS / 2) await instance.resume();
  }
}
