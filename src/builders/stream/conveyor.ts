/** The way of a layer's slots: read, hashed by two threads one after the other, written; many at once, in order. */
import type { Source, SourceFile } from '../../hub/source.ts';
import type { Digest } from '../../oci/digest.ts';
import type { BlobUpload } from '../../registry/upload.ts';
import type { Budget } from './budget.ts';
import type { GatheredDigests } from './content-digests.ts';
import type { LaneJob } from './lanes.ts';
import { Permits } from './permits.ts';
import type { SlotPlan } from './slot-plan.ts';

/** Reads of the source for one slot at one time, where it holds many files. */
const READERS = 16;

interface Job {
  source: Source;
  budget: Budget;
  signal: AbortSignal;
  onProgress?: (bytes: number) => void;
}

interface Layer {
  files: readonly SourceFile[];
  digests: GatheredDigests;
  upload: BlobUpload;
}

/** How far a slot has come; what comes after it waits for these. */
interface Passage {
  handedToThreads: PromiseWithResolvers<void>;
  written: PromiseWithResolvers<void>;
}

export class Conveyor {
  readonly #job: Job;
  readonly #layer: Layer;
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;
  readonly #tar: LaneJob<'tar'>;
  readonly #blob: LaneJob<'blob'>;
  /** One layer takes half of the memory at most: one that stalls must not stall all. */
  readonly #share: Permits;
  /** A write that waits for the network ends only with its upload. */
  readonly #giveUp = (): void => void this.#layer.upload.abort();
  #last: Passage = startOf();
  #size = 0;
  #moved = 0;

  constructor(job: Job, layer: Layer) {
    this.#job = job;
    this.#layer = layer;
    this.#signal = AbortSignal.any([job.signal, this.#failure.signal]);
    this.#blob = job.budget.lanes.begin('blob');
    this.#tar = job.budget.lanes.begin('tar');
    this.#share = new Permits(Math.max(1, Math.ceil(job.budget.slots.count / 2)));
    this.#signal.addEventListener('abort', this.#giveUp, { once: true });
  }

  /** Sends slots one after the other; resolves when all are written, and when it rejects nothing is under way. */
  async send(plans: Iterable<SlotPlan>): Promise<void> {
    const underWay = new Set<Promise<void>>();
    try {
      for (const plan of plans) {
        await this.#share.acquire(this.#signal);
        const slot = await this.#job.budget.slots.acquire(this.#signal);
        const passing = this.#pass(plan, slot).finally(() => underWay.delete(passing));
        underWay.add(passing);
      }
    } catch (error) {
      this.#failure.abort(error);
    }
    await Promise.all(underWay);
    this.#signal.throwIfAborted();
  }

  /** The layer's digests, once all is sent; `size` in bytes. */
  async finish(): Promise<{ digest: Digest; diffId: Digest; size: number }> {
    const [blob, tar] = await Promise.all([this.#blob.finish(), this.#tar.finish()]);
    return { digest: `sha256:${blob}`, diffId: `sha256:${tar}`, size: this.#size };
  }

  /** Gives the layer up. */
  async abort(): Promise<void> {
    await this.#layer.upload.abort();
    if (this.#moved > 0) this.#job.onProgress?.(-this.#moved);
  }

  /** Lets go of threads and signal, which outlive the layer. */
  close(): void {
    this.#blob.drop();
    this.#tar.drop();
    this.#signal.removeEventListener('abort', this.#giveUp);
  }

  /** Never rejects: a failure aborts the signal, with the failure as its reason. */
  async #pass(plan: SlotPlan, slot: SharedArrayBuffer): Promise<void> {
    const before = this.#last;
    const passage = {
      handedToThreads: Promise.withResolvers<void>(),
      written: Promise.withResolvers<void>(),
    };
    this.#last = passage;
    try {
      await this.#fill(plan, slot);
      await before.handedToThreads.promise;
      this.#signal.throwIfAborted();
      // Answers of a thread come in the order of the questions, so the slots reach the second thread in order, too.
      const hashing = this.#tar.slot(slot, plan.work);
      passage.handedToThreads.resolve();
      const { files, crcs } = await hashing;
      const { length, chunkDigests } = await this.#blob.slot(slot, { ...plan.work, crcs });
      this.#layer.digests.add(plan.chunks, chunkDigests, files);
      await before.written.promise;
      this.#signal.throwIfAborted();
      await this.#layer.upload.write([new Uint8Array(slot, 0, length)]);
      this.#count(plan, length);
    } catch (error) {
      this.#failure.abort(error);
    } finally {
      // After a failure those behind find the signal aborted.
      passage.handedToThreads.resolve();
      passage.written.resolve();
      this.#job.budget.slots.release(slot);
      this.#share.release();
    }
  }

  #count(plan: SlotPlan, length: number): void {
    const content = plan.reads.reduce((sum, read) => sum + read.length, 0);
    this.#size += length;
    this.#moved += content;
    if (content > 0) this.#job.onProgress?.(content);
  }

  /** Puts into the slot what it shall hold; when it ends, well or not, no read is under way. */
  async #fill({ reads, literals }: SlotPlan, slot: SharedArrayBuffer): Promise<void> {
    const bytes = new Uint8Array(slot);
    for (const literal of literals) bytes.set(literal.bytes, literal.at);
    // The readers take turns at one list.
    const next = reads.values();
    const readers = Array.from({ length: Math.min(READERS, reads.length) }, async () => {
      for (const { index, offset, length, at } of next) {
        this.#signal.throwIfAborted();
        const file = this.#layer.files[index] as SourceFile;
        await this.#job.source.read(file, offset, bytes.subarray(at, at + length), this.#signal);
      }
    });
    const endings = readers.map((reader) => reader.catch((error: unknown) => this.#failure.abort(error)));
    await Promise.all(endings);
    this.#signal.throwIfAborted();
  }
}

function startOf(): Passage {
  const passage = { handedToThreads: Promise.withResolvers<void>(), written: Promise.withResolvers<void>() };
  passage.handedToThreads.resolve();
  passage.written.resolve();
  return passage;
}
