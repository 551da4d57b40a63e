/** Starting collections, one at a time however many ask for it. */
import type { StoreEnvironment } from '../storage/store.ts';
import { collectorOf, type CollectionRecord, type CollectionRequest } from './protocol.ts';

/** What is used of the Workflow's binding. */
export interface CollectionWorkflows {
  create(options: { id: string; params: { dryRun: boolean } }): Promise<unknown>;
}

export interface CollectionEnvironment extends StoreEnvironment {
  COLLECTIONS: CollectionWorkflows;
}

/** Joins the collection that is on its way, or starts one. */
export async function startCollection(
  env: CollectionEnvironment,
  request: CollectionRequest,
): Promise<CollectionRecord> {
  const { record, isNew } = await collectorOf(env.COLLECTOR).request(request);
  if (isNew) await env.COLLECTIONS.create({ id: record.id, params: { dryRun: record.dryRun } });
  return record;
}

/**
 * Begins anew the collection that was on its way when workerd was ended on this machine, since its Workflows do not go
 * on by themselves there. What was condemned stays so, and nothing else needs to be remembered.
 * @param startedAt when workerd was started, in milliseconds since the epoch
 */
export async function resumeCollection(env: CollectionEnvironment, startedAt: number): Promise<void> {
  const record = await collectorOf(env.COLLECTOR).status(false);
  if (record === undefined || record.state === 'done' || record.state === 'failed') return;
  const asked = record.untagged === undefined ? {} : { untagged: record.untagged };
  await startCollection(env, { dryRun: false, ...asked, deadBefore: startedAt });
}
