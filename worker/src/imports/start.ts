/** Starting imports, each once however many ask for it. */
import type { Bucket } from '../storage/bucket.ts';
import { ASK_AGAIN } from './failure.ts';
import {
  importId,
  isUnfinished,
  readRecord,
  writeRecord,
  type Held,
  type ImportRecord,
  type ImportRequest,
} from './record.ts';

/** What is used of the Workflow's binding. */
export interface ImportWorkflows {
  /** @throws where there is one of this id already */
  create(options: { id: string; params: ImportRequest }): Promise<unknown>;
  /** @throws where there is none */
  get(id: string): Promise<ImportInstance>;
}

export interface ImportInstance {
  status(): Promise<{ status: string }>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  restart(): Promise<void>;
}

const ATTEMPTS = 10;
/** A record that was written so lately is of an import that somebody else is just starting. */
const FRESH_QUEUED_MS = 10_000;
/** Progress is written every two seconds: before that long, the Workflow need not be asked how it is. */
const FRESH_RUNNING_MS = 60_000;
/** How a Workflow's instance is that goes on by itself no more. */
const ENDED = new Set(['errored', 'terminated', 'complete']);

/** Joins the import of this digest to this reference that is on its way, or starts one. */
export async function startImport(
  bucket: Bucket,
  workflows: ImportWorkflows,
  request: ImportRequest,
): Promise<ImportRecord> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const found = await readRecord(bucket, request);
    const before = found && (await refresh(bucket, workflows, found));
    if (before?.record.digest === request.digest && isUnfinished(before.record)) return before.record;
    const record = await newRecord(request, (before?.record.generation ?? 0) + 1);
    const held = await writeRecord(bucket, record, before);
    // Where the first answer was lost, the record says that it is ours all the same.
    if (held === undefined && !(await isWritten(bucket, record))) continue;
    await create(workflows, record);
    return record;
  }
  throw new Error(`others keep starting imports to ${request.repository}:${request.reference}`);
}

/** Looks after an import that has said nothing for a while: one that was never begun is, one that is gone has failed. */
export async function refresh(bucket: Bucket, workflows: ImportWorkflows, held: Held): Promise<Held> {
  const { record } = held;
  if (!isUnfinished(record)) return held;
  const age = Date.now() - Date.parse(record.updatedAt);
  if (age < (record.state === 'queued' ? FRESH_QUEUED_MS : FRESH_RUNNING_MS)) return held;
  const status = await statusOf(workflows, record.id);
  if (status === undefined) await create(workflows, record);
  if (status === undefined || !ENDED.has(status)) return held;
  const current = await readRecord(bucket, record);
  if (current === undefined || current.record.id !== record.id || !isUnfinished(current.record)) {
    return current ?? held;
  }
  const error = { message: `The Workflow's instance ${record.id} is ${status}.`, hint: ASK_AGAIN };
  const failed = { ...current.record, state: 'failed' as const, updatedAt: new Date().toISOString(), error };
  return (await writeRecord(bucket, failed, current)) ?? { record: failed, etag: current.etag };
}

/** Begins an instance, if nobody else has. */
export async function create(workflows: ImportWorkflows, record: ImportRecord): Promise<void> {
  const { id, repository, reference, digest, upstream } = record;
  try {
    await workflows.create({ id, params: { repository, reference, digest, upstream } });
  } catch (error) {
    if ((await statusOf(workflows, id)) === undefined) throw error;
  }
}

/** How an instance is; undefined where there is none. */
export async function statusOf(workflows: ImportWorkflows, id: string): Promise<string | undefined> {
  try {
    const instance = await workflows.get(id);
    return (await instance.status()).status;
  } catch (error) {
    if (/not.?found/i.test(String(error))) return undefined;
    throw error;
  }
}

async function newRecord(request: ImportRequest, generation: number): Promise<ImportRecord> {
  const now = new Date().toISOString();
  return {
    ...request,
    id: await importId(request, generation),
    generation,
    state: 'queued',
    startedAt: now,
    updatedAt: now,
    bytes: { done: 0, total: 0 },
    blobs: [],
  };
}

async function isWritten(bucket: Bucket, record: ImportRecord): Promise<boolean> {
  const current = await readRecord(bucket, record);
  return JSON.stringify(current?.record) === JSON.stringify(record);
}
