/** Brings a blob from one repository to another: by a mount where both are in one registry, else through memory. */
import { retry, saysRetryable } from '../http/retry.ts';
import type { Blob } from './read-blob.ts';
import type { Repository } from './registry.ts';
import type { BlobUpload } from './upload.ts';

export interface CopyJob {
  descriptor: Blob;
  from: Repository;
  to: Repository;
  signal: AbortSignal;
  /** Bytes sent since the last call; negative where sending starts again. */
  onBytes?: (bytes: number) => void;
  /**
   * Reads the blob out of the repository that it is given, to its end, as it is sent on; what it throws keeps the blob
   * from being committed. Not called for a blob that is not sent.
   */
  read?: (from: Repository, descriptor: Blob) => Promise<void>;
}

/** How the blob came to be there. */
export type CopyOrigin = 'found' | 'mounted' | 'pushed';

/** How often a blob is sent when uploads break; what breaks while it is read goes on by itself. */
const ATTEMPTS = 4;

/**
 * Keeps nothing but what a socket holds. What comes is verified against the digest before it is committed.
 * @throws RegistryError where it cannot be read or written, or its bytes are not those of its digest
 */
export async function copyBlob(job: CopyJob): Promise<CopyOrigin> {
  const { descriptor, from, to, signal } = job;
  if ((await to.hasBlob(descriptor.digest)) === descriptor.size) return 'found';
  const [source, target] = [place(from), place(to)];
  if (source.host === target.host && (await to.mountBlob(descriptor.digest, source.repository))) {
    return 'mounted';
  }
  await retry(() => sendOnce(job), { signal, attempts: ATTEMPTS, retryable: saysRetryable });
  return 'pushed';
}

function place({ name }: Repository): { host: string; repository: string } {
  const slash = name.indexOf('/');
  return { host: name.slice(0, slash), repository: name.slice(slash + 1) };
}

async function sendOnce(job: CopyJob): Promise<void> {
  const { descriptor, from, to, onBytes, read = readToEnd } = job;
  const upload = await to.startUpload(descriptor.size);
  let sent = 0;
  try {
    await read({ ...from, streamBlob: () => sending(job, upload, (bytes) => (sent += bytes)) }, descriptor);
    await upload.commit(descriptor.digest);
  } catch (error) {
    onBytes?.(-sent);
    await upload.abort();
    throw error;
  }
}

/** It throws instead of ending where the bytes are not those of the digest. */
async function* sending(
  { descriptor, from, signal, onBytes }: CopyJob,
  upload: BlobUpload,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of from.streamBlob(descriptor)) {
    signal.throwIfAborted();
    await upload.write([piece]);
    onSent(piece.length);
    onBytes?.(piece.length);
    yield piece;
  }
}

async function readToEnd(from: Repository, descriptor: Blob): Promise<void> {
  for await (const _ of from.streamBlob(descriptor));
}
