/**
 * What is known of the import to a reference: one object of R2, which is its status, and by compare-and-set decides
 * who starts it. The one that was asked for last holds the reference; an older one finds that out and ends.
 */
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import type { Bucket } from '../storage/bucket.ts';
import { listAll } from '../storage/list.ts';
import type { Failure } from './failure.ts';

export const PREFIX = 'imports/';

export interface ImportTarget {
  repository: string;
  /** A tag, or the digest itself. */
  reference: string;
}

export interface ImportSource {
  /** host[:port] */
  registry: string;
  repository: string;
}

/** What the Workflow is given. */
export interface ImportRequest extends ImportTarget {
  digest: Digest;
  upstream: ImportSource;
}

export type BlobState = 'waiting' | 'running' | 'present' | 'done';

export interface BlobStatus {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** Bytes that have come; fewer again where a part has to begin anew. */
  done: number;
  /** present: the registry had it before. */
  state: BlobState;
}

/** The JSON that status requests answer. */
export interface ImportRecord extends ImportRequest {
  /** Of the Workflow's instance. */
  id: string;
  /** Counts the imports to this reference. */
  generation: number;
  state: 'queued' | 'running' | 'done' | 'failed';
  /** Times as in ISO 8601. */
  startedAt: string;
  updatedAt: string;
  /** Of all blobs; without those that the registry had before. */
  bytes: { done: number; total: number };
  blobs: BlobStatus[];
  error?: Failure;
}

export interface Held {
  record: ImportRecord;
  etag: string;
}

/** No component of a repository's name begins with `_`. */
function recordKey({ repository, reference }: ImportTarget): string {
  return `${PREFIX}${repository}/_/${reference}`;
}

export async function readRecord(bucket: Bucket, target: ImportTarget): Promise<Held | undefined> {
  const object = await bucket.get(recordKey(target));
  if (object === null) return undefined;
  return { record: JSON.parse(await object.text()) as ImportRecord, etag: object.etag };
}

/**
 * Writes the record if it is still as it was read.
 * @param before undefined where there was none
 * @returns undefined where another was quicker
 */
export async function writeRecord(
  bucket: Bucket,
  record: ImportRecord,
  before: Held | undefined,
): Promise<Held | undefined> {
  const stored = await bucket.put(recordKey(record), JSON.stringify(record), {
    httpMetadata: { contentType: 'application/json' },
    customMetadata: { state: record.state },
    onlyIf: before === undefined ? { etagDoesNotMatch: '*' } : { etagMatches: before.etag },
  });
  return stored === null ? undefined : { record, etag: stored.etag };
}

export function isUnfinished({ state }: Pick<ImportRecord, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** The imports that have begun and not ended, at the time of asking. */
export async function* unfinishedImports(bucket: Bucket): AsyncGenerator<ImportRecord> {
  for await (const { key, customMetadata } of listAll(bucket, {
    prefix: PREFIX,
    include: ['customMetadata'],
  })) {
    if (customMetadata?.['state'] === 'done' || customMetadata?.['state'] === 'failed') continue;
    const object = await bucket.get(key);
    if (object === null) continue;
    const record = JSON.parse(await object.text()) as ImportRecord;
    if (isUnfinished(record)) yield record;
  }
}

/** The imports to a repository's references, the last one to each. */
export async function* importsTo(
  bucket: Bucket,
  repository: string,
): AsyncGenerator<{ target: ImportTarget; state: string | undefined; updatedAt: Date }> {
  const prefix = recordKey({ repository, reference: '' });
  for await (const { key, customMetadata, uploaded } of listAll(bucket, {
    prefix,
    include: ['customMetadata'],
  })) {
    yield {
      target: { repository, reference: key.slice(prefix.length) },
      state: customMetadata?.['state'],
      updatedAt: uploaded,
    };
  }
}

/**
 * A Workflow's instance id: letters, digits and dashes, 100 at most. The same for all who ask at once, and another
 * for each time that the import is begun anew.
 */
export async function importId(target: ImportTarget, generation: number): Promise<string> {
  const text = new TextEncoder().encode(`${target.repository}\0${target.reference}`);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hex = Array.from(hash.subarray(0, 20), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `import-${hex}-${generation}`;
}

/** Whether the reference is to be a tag, which is moved last. */
export function isTagged({ reference }: ImportTarget): boolean {
  return !isDigest(reference);
}
