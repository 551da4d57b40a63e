/** The steps that import one blob. In workerd only. */
import { parseDigest, type Digest } from '../../../src/oci/digest.ts';
import { findAnywhere, linkBlob, publishBlob, type Pointer } from '../storage/blobs.ts';
import type { UploadedPart } from '../storage/bucket.ts';
import { blobKey, dataKey } from '../storage/keys.ts';
import type { Store } from '../storage/store.ts';
import { openHash, openNativeHash } from '../uploads/open-hash.ts';
import { ImportFailure } from './failure.ts';
import { partsOf } from './parts.ts';
import type { PlannedBlob } from './plan.ts';
import type { Progress } from './progress.ts';
import type { Steps } from './steps.ts';
import { transfer } from './transfer.ts';
import type { UpstreamClient } from './upstream/client.ts';

/** Multipart uploads that are neither complete nor given up: their ids by their data's keys. */
export type OpenUploads = Map<string, string>;

export interface BlobImport {
  repository: string;
  bucket: Store;
  upstream: UpstreamClient;
  steps: Steps;
  progress: Progress;
  /** Bytes. */
  partSize: number;
  /** Seconds that the upstream may send nothing. */
  patience: number;
  /** Seconds before what failed is tried again; twice as many before each further time. */
  retryDelay: number;
  open: OpenUploads;
  /** Aborted when another blob could not be imported: no further part is begun. */
  signal: AbortSignal;
}

/** Fetches a blob in order, part by part, and makes it a member of the repository once its digest is right. */
export async function importBlob(job: BlobImport, blob: PlannedBlob): Promise<void> {
  const { digest, size } = blob;
  const { steps, progress, partSize } = job;
  if (blob.isPresent) {
    await steps.do(`link ${digest}`, () => linkPresent(job, blob));
    return;
  }
  await progress.note(digest, { state: 'running' });
  if (size <= partSize) await steps.do(`fetch ${digest}`, () => fetchWhole(job, blob));
  else await fetchParts(job, blob);
  await progress.note(digest, { state: 'done', done: size });
}

async function linkPresent({ bucket, repository }: BlobImport, { digest }: PlannedBlob): Promise<boolean> {
  // It may have been condemned since the import was planned.
  await bucket.keep([blobKey(digest)]);
  const pointer = await findAnywhere(bucket, digest);
  if (pointer === undefined) {
    throw new ImportFailure(
      `The blob ${digest} was deleted here while it was imported.`,
      'Ask for the import again.',
    );
  }
  await linkBlob(bucket, repository, digest, pointer);
  return true;
}

/** A blob of one part: no step has to take over the state of its hash. */
async function fetchWhole(job: BlobImport, { digest, size }: PlannedBlob): Promise<boolean> {
  const { bucket, repository, progress } = job;
  // This step may have run before, to its end but for its result.
  const present = await findAnywhere(bucket, digest);
  if (present === undefined) {
    const { algorithm } = parseDigest(digest);
    const key = dataKey(crypto.randomUUID());
    const hash = openNativeHash(algorithm);
    try {
      const onProgress = (done: number) => progress.note(digest, { done });
      await transfer({ ...job, digest, size, hash, onProgress }, (stream) => bucket.put(key, stream));
      checkDigest(digest, `${algorithm}:${await hash.digest()}`);
    } catch (error) {
      await bucket.delete(key);
      throw error;
    }
    await publish(job, digest, { data: key, size });
  } else {
    await linkBlob(bucket, repository, digest, present);
  }
  return true;
}

async function fetchParts(job: BlobImport, { digest, size }: PlannedBlob): Promise<void> {
  const { bucket, steps, progress, partSize, open } = job;
  const { data, uploadId } = await steps.do(`begin ${digest}`, async () => {
    const key = dataKey(crypto.randomUUID());
    return { data: key, uploadId: (await bucket.createMultipartUpload(key)).uploadId };
  });
  open.set(data, uploadId);
  const parts: UploadedPart[] = [];
  let state: string | undefined;
  for (const part of partsOf(size, partSize)) {
    job.signal.throwIfAborted();
    const before = state;
    const fetched = await steps.do(`fetch ${digest} part ${part.number}`, () =>
      fetchPart(job, { digest, size, data, uploadId, part, state: before }),
    );
    parts.push({ partNumber: part.number, etag: fetched.etag });
    state = fetched.state;
    await progress.note(digest, { done: part.offset + part.length });
  }
  await steps.do(`complete ${digest}`, async () => {
    const { algorithm } = parseDigest(digest);
    checkDigest(digest, `${algorithm}:${openHash(algorithm, decode(state ?? '')).digest()}`);
    await complete(bucket, { data, uploadId, size, parts });
    await publish(job, digest, { data, size });
    return true;
  });
  open.delete(data);
}

interface Part {
  digest: Digest;
  /** Bytes of the whole blob. */
  size: number;
  data: string;
  uploadId: string;
  part: { number: number; offset: number; length: number };
  /** Of the running hash before this part, in base64. */
  state: string | undefined;
}

/** @returns the part's etag, and the running hash after it */
async function fetchPart(job: BlobImport, of: Part): Promise<{ etag: string; state: string }> {
  const { digest, size, data, uploadId, part, state } = of;
  const { algorithm } = parseDigest(digest);
  const hash = openHash(algorithm, state === undefined ? undefined : decode(state));
  const multipart = job.bucket.resumeMultipartUpload(data, uploadId);
  const onProgress = (done: number) => job.progress.note(digest, { done: part.offset + done });
  const { etag } = await transfer({ ...job, digest, size, range: part, hash, onProgress }, (stream) =>
    multipart.uploadPart(part.number, stream),
  );
  return { etag, state: encode(hash.save()) };
}

/** Completing twice fails, although the first time may have succeeded without an answer. */
async function complete(
  bucket: Store,
  upload: { data: string; uploadId: string; size: number; parts: UploadedPart[] },
): Promise<void> {
  try {
    await bucket.resumeMultipartUpload(upload.data, upload.uploadId).complete(upload.parts);
  } catch (error) {
    const object = await bucket.head(upload.data);
    if (object?.size !== upload.size) throw error;
  }
}

/** The bytes are verified: everybody may see them. */
async function publish({ bucket, repository }: BlobImport, digest: Digest, mine: Pointer): Promise<void> {
  const pointer = await publishBlob(bucket, digest, mine);
  await linkBlob(bucket, repository, digest, pointer);
  if (pointer.data !== mine.data) await bucket.delete(mine.data);
}

function checkDigest(wanted: Digest, actual: string): void {
  if (actual === wanted) return;
  throw new ImportFailure(
    `The upstream sent other bytes for the blob ${wanted}: theirs are ${actual}.`,
    'Ask for the import again; if it stays, what the upstream holds is damaged: push the image to it again.',
  );
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
