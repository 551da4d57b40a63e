/**
 * Pushes files as they are, each a blob: for artifacts whose readers take no archives. The digest of a file that the
 * Hub keeps in LFS is its oid, so that one which the repository has is not read again.
 */
import { createHash, hash } from 'node:crypto';

import pLimit from 'p-limit';

import type { RawFile } from '../artifacts/documents.ts';
import { describeWait } from '../http/reason.ts';
import { retry, saysRetryable } from '../http/retry.ts';
import type { Source, SourceFile } from '../hub/source.ts';
import { verifiedStream } from '../hub/verified-stream.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import type { Repository } from '../registry/registry.ts';
import type { Progress } from '../report/progress.ts';

export interface RawJob {
  /** Of the model, for messages. */
  name: string;
  source: Source;
  repository: Repository;
  progress: Progress;
  signal: AbortSignal;
}

/** Bytes of files that are held whole: one piece of `verifiedStream`, which is verified when it comes. */
const WHOLE = 4 * 2 ** 20;

/** Over all models: a file that is streamed holds 20 MiB (`verifiedStream`). */
const turn = pLimit(4);

/** How often a file is sent when uploads break; what breaks while it is read goes on by itself. */
const ATTEMPTS = 4;

/**
 * After a failure no further file is begun; those that are under way are brought, and need not be again.
 * @returns one for each file, in their order
 * @throws UserError where a file's content is not what its oid says; then nothing of it was committed
 */
export async function pushRawFiles(files: readonly SourceFile[], job: RawJob): Promise<RawFile[]> {
  const failed = new AbortController();
  const results = await Promise.allSettled(
    files.map((file) =>
      turn(async () => {
        failed.signal.throwIfAborted();
        return pushFile(file, job).catch((error: unknown) => {
          failed.abort(error);
          throw error;
        });
      }),
    ),
  );
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function pushFile(file: SourceFile, job: RawJob): Promise<RawFile> {
  const { path, size, oid } = file;
  const { repository, progress, signal } = job;
  signal.throwIfAborted();
  if (isDigest(oid) && (await repository.hasBlob(oid)) === size) return { path, size, digest: oid };
  progress.expect(size);
  if (size <= WHOLE) return { path, size, digest: await pushWhole(file, job) };
  const digest = await retry(() => streamOnce(file, job), {
    signal,
    attempts: ATTEMPTS,
    retryable: saysRetryable,
    onWait: (wait) => progress.note(`${job.name} ${path}: ${describeWait(wait)}`),
  });
  return { path, size, digest };
}

async function pushWhole(
  file: SourceFile,
  { source, repository, progress, signal }: RawJob,
): Promise<Digest> {
  let bytes = new Uint8Array();
  for await (const piece of verifiedStream(source, file, signal)) bytes = piece;
  const digest: Digest = `sha256:${hash('sha256', bytes)}`;
  await repository.putBlob(digest, bytes);
  progress.moved(bytes.length);
  return digest;
}

async function streamOnce(
  file: SourceFile,
  { source, repository, progress, signal }: RawJob,
): Promise<Digest> {
  const upload = await repository.startUpload(file.size);
  const hashed = isDigest(file.oid) ? undefined : createHash('sha256');
  let sent = 0;
  try {
    // It throws instead of ending where the content is not what the oid says.
    for await (const piece of verifiedStream(source, file, signal)) {
      hashed?.update(piece);
      await upload.write([piece]);
      sent += piece.length;
      progress.moved(piece.length);
    }
    const digest = hashed === undefined ? (file.oid as Digest) : (`sha256:${hashed.digest('hex')}` as const);
    await upload.commit(digest);
    return digest;
  } catch (error) {
    progress.moved(-sent);
    await upload.abort();
    throw error;
  }
}
