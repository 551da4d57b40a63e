/** Tells how far an import is, by writing its record: at most once in two seconds, as R2 allows for one key. */
import type { Bucket } from '../storage/bucket.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { ImportFailure, type Failure } from './failure.ts';
import type { ImportPlan } from './plan.ts';
import {
  readRecord,
  writeRecord,
  type BlobStatus,
  type Held,
  type ImportRecord,
  type ImportTarget,
} from './record.ts';

const INTERVAL_MS = 2000;
const ATTEMPTS = 5;

export class Progress {
  readonly #bucket: Bucket;
  readonly #target: ImportTarget;
  readonly #id: string;
  #held: Held | undefined;
  #blobs = new Map<Digest, BlobStatus>();
  #writtenAt = 0;

  /** @param id of the Workflow's instance that reports */
  constructor(bucket: Bucket, target: ImportTarget, id: string) {
    this.#bucket = bucket;
    this.#target = target;
    this.#id = id;
  }

  begin({ blobs }: ImportPlan): void {
    this.#blobs = new Map(
      blobs.map(({ digest, size, isPresent }) => [
        digest,
        { digest, size, done: isPresent ? size : 0, state: isPresent ? 'present' : 'waiting' },
      ]),
    );
  }

  /** Notes a blob's bytes. @throws ImportFailure where another import has taken the reference over */
  async note(digest: Digest, change: Partial<BlobStatus>): Promise<void> {
    const blob = this.#blobs.get(digest);
    if (blob !== undefined) this.#blobs.set(digest, { ...blob, ...change });
    if (Date.now() - this.#writtenAt < INTERVAL_MS) return;
    this.#writtenAt = Date.now();
    try {
      await this.write({ state: 'running' });
    } catch (error) {
      if (error instanceof ImportFailure) throw error;
      console.warn(error); // a report that is missing harms nothing: the next one tells more
    }
  }

  /** @throws ImportFailure where another import has taken the reference over */
  async write(change: { state: ImportRecord['state']; error?: Failure }): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const held = this.#held ?? (await readRecord(this.#bucket, this.#target));
      if (held === undefined || held.record.id !== this.#id) throw superseded(this.#target);
      const { error: _, ...rest } = held.record;
      const record = { ...rest, ...change, ...this.#totals(), updatedAt: new Date().toISOString() };
      this.#held = await writeRecord(this.#bucket, record, held);
      if (this.#held !== undefined) return;
    }
    throw new Error('the record of the import could not be written');
  }

  #totals(): Pick<ImportRecord, 'bytes' | 'blobs'> {
    const blobs = [...this.#blobs.values()];
    const fetched = blobs.filter(({ state }) => state !== 'present');
    const sum = (of: (blob: BlobStatus) => number): number =>
      fetched.reduce((total, blob) => total + of(blob), 0);
    return { bytes: { done: sum(({ done }) => done), total: sum(({ size }) => size) }, blobs };
  }
}

function superseded({ repository, reference }: ImportTarget): ImportFailure {
  return new ImportFailure(
    `Another import to ${repository}:${reference} was asked for meanwhile.`,
    'Look at that one, or ask for this one again.',
  );
}
