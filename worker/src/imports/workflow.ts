/**
 * An import as a Workflow: blobs first, some at a time, then manifests, then the index that lists them, then the tag.
 * Whatever has been done stays done when the Worker is stopped at any moment.
 * @see https://developers.cloudflare.com/workflows/
 */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { touchModel } from '../catalogue/touch.ts';
import { touchContainers } from '../containers/touch.ts';
import { acceptManifest } from '../manifests/accept.ts';
import { isImmutable } from '../manifests/immutable-tags.ts';
import type { Environment } from '../environment.ts';
import type { Bucket } from '../storage/bucket.ts';
import { aboveZero } from '../settings.ts';
import { openStore } from '../storage/store.ts';
import { moveTag } from '../storage/tags.ts';
import { importBlob, type BlobImport, type OpenUploads } from './blob.ts';
import { ASK_AGAIN, ImportFailure } from './failure.ts';
import { planImport, type ImportPlan } from './plan.ts';
import { Progress } from './progress.ts';
import { isTagged, type ImportRequest } from './record.ts';
import { RETRY_DELAY_S, Steps, type DoStep } from './steps.ts';
import { findUpstream } from './upstream/allow-list.ts';
import { UpstreamClient } from './upstream/client.ts';
import { PATIENCE_S } from './upstream/http.ts';

/** Each may wait for an answer of the upstream or of R2, and a Worker for six of them; the reports wait, too. */
const BLOBS_AT_ONCE = 4;
/** Manifests that one step writes; each is up to 4 MiB, and has up to 2,000 references to look for. */
const MANIFESTS_A_STEP = 4;

export class ImportWorkflow extends WorkflowEntrypoint<Environment, ImportRequest> {
  override async run(
    { payload: request, instanceId }: Readonly<WorkflowEvent<ImportRequest>>,
    workflowStep: WorkflowStep,
  ): Promise<void> {
    const bucket = openStore(this.env);
    const retryDelay = aboveZero(this.env.IMPORT_RETRY_DELAY) ?? RETRY_DELAY_S;
    const steps = new Steps(doStepOf(workflowStep), retryDelay);
    const progress = new Progress(bucket, request, instanceId);
    const open: OpenUploads = new Map();
    try {
      const patience = aboveZero(this.env.IMPORT_PATIENCE) ?? PATIENCE_S;
      const upstream = openUpstream(this.env, request, patience);
      const plan = await steps.do('plan', () =>
        planImport(request.digest, {
          bucket,
          fetchManifest: (digest) => upstream.manifest(digest),
          preferredPartSize: aboveZero(this.env.IMPORT_PART_SIZE),
        }),
      );
      progress.begin(plan);
      await steps.do('report the plan', () => progress.write({ state: 'running' }));
      const { repository } = request;
      const { partSize } = plan;
      const job = { repository, bucket, steps, progress, upstream, open, patience, retryDelay, partSize };
      await someAtOnce(plan.blobs, BLOBS_AT_ONCE, (blob, signal) => importBlob({ ...job, signal }, blob));
      await writeManifests(job, plan);
      await moveReference({ bucket, steps, progress }, request, this.env);
      await steps.do('report the end', () => progress.write({ state: 'done' }));
      await touchModel(this.env, repository);
      await touchContainers(this.env, {
        repository,
        tags: isTagged(request) ? [request.reference] : [],
        digest: request.digest,
      });
    } catch (error) {
      // What the Workflow itself throws, to pause or end an instance, is no failure of the import.
      if (isOfWorkflow(error)) throw error;
      await steps.do('give up', () => abortAll(bucket, open));
      await steps.do('report the failure', () => reportFailure(progress, error));
      await touchModel(this.env, request.repository);
      throw error;
    }
  }
}

/** Cloudflare's types want to know that a result is plain data, which they cannot of a type that is not named. */
function doStepOf(step: WorkflowStep): DoStep {
  return (name, config, run) => step.do(name, config, run as () => Promise<never>);
}

function openUpstream(env: Environment, { upstream }: ImportRequest, patience: number): UpstreamClient {
  return new UpstreamClient({
    upstream: findUpstream(env.UPSTREAMS, upstream.registry, upstream.repository),
    repository: upstream.repository,
    secrets: { ...env },
    patience,
  });
}

/** The manifests come from the upstream a second time: they would be too large for the plan's result. */
async function writeManifests(job: Omit<BlobImport, 'signal'>, { manifests }: ImportPlan): Promise<void> {
  const { bucket, repository, steps, upstream } = job;
  for (let at = 0; at < manifests.length; at += MANIFESTS_A_STEP) {
    await steps.do(`manifests from ${at + 1}`, async () => {
      for (const digest of manifests.slice(at, at + MANIFESTS_A_STEP)) {
        await acceptManifest(bucket, repository, await upstream.manifest(digest));
      }
      return true;
    });
  }
}

async function moveReference(
  { bucket, steps, progress }: Pick<BlobImport, 'bucket' | 'steps' | 'progress'>,
  request: ImportRequest,
  env: Environment,
): Promise<void> {
  const { repository, reference, digest } = request;
  if (!isTagged(request)) return;
  await steps.do(`tag ${reference}`, async () => {
    // An import that was asked for later has the tag.
    await progress.write({ state: 'running' });
    await moveTag(bucket, repository, { tag: reference, digest, isImmutable: isImmutable(env, reference) });
    return true;
  });
}

/** What R2 has of blobs that are not complete: nothing else would ever end these uploads. */
async function abortAll(bucket: Bucket, open: OpenUploads): Promise<number> {
  for (const [data, uploadId] of open) {
    // It may be complete or gone already.
    await bucket
      .resumeMultipartUpload(data, uploadId)
      .abort()
      .catch(() => undefined);
  }
  return open.size;
}

async function reportFailure(progress: Progress, error: unknown): Promise<boolean> {
  const failure =
    error instanceof ImportFailure
      ? { message: error.message, hint: error.hint }
      : { message: String(error), hint: ASK_AGAIN };
  try {
    await progress.write({ state: 'failed', error: failure });
    return true;
  } catch (problem) {
    // The record is another import's now, and tells of that one.
    if (problem instanceof ImportFailure) return false;
    throw problem;
  }
}

/** After the first error nothing more is begun, and it is thrown when what has begun is over. */
async function someAtOnce<T>(
  items: readonly T[],
  limit: number,
  run: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const waiting = items.values();
  const work = async (): Promise<void> => {
    for (const item of waiting) {
      if (over.signal.aborted) return;
      await run(item, over.signal).catch((error: unknown) => over.abort(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  over.signal.throwIfAborted();
}

function isOfWorkflow(error: unknown): boolean {
  return Error.isError(error) && error.message.startsWith('Aborting engine');
}
