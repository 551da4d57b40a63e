/** The Durable Object that decides what is kept. There is one for a bucket, so that no two decide about the same at once. */
import { DurableObject } from 'cloudflare:workers';
import type { Bucket } from '../storage/bucket.ts';
import { retryingBucket } from '../storage/retry.ts';
import type { StoreEnvironment } from '../storage/store.ts';
import { condemn, keep, remove, removeRecord } from './decisions.ts';
import { parseKeepRules } from './keep-rules.ts';
import { Marks, type Decided } from './marks.ts';
import { Pass, type PassState } from './pass.ts';
import type { Advance, CollectionRecord, CollectionRequest, Collector, Counts } from './protocol.ts';
import { timesOf, type Times } from './times.ts';

/** Decisions that one piece carries out, and how many at once; a Worker may wait for six answers. */
const DECISIONS = 60;
const AT_ONCE = 6;
const MAX_KEYS = 1000;
/** A record that was written so lately is of a collection that somebody else is just starting. */
const FRESH_QUEUED_MS = 10_000;
/** A step may take ten minutes. */
const FRESH_MS = 15 * 60_000;

interface HeldPass extends PassState {
  id: string;
  /** From 1. */
  number: number;
  hasRemoved: boolean;
  /** When it was last advanced, in milliseconds since the epoch. */
  touchedAt: number;
}

export class CollectorObject extends DurableObject<StoreEnvironment> implements Collector {
  readonly #bucket: Bucket;
  readonly #marks: Marks;
  /** Decisions are carried out one batch after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: StoreEnvironment) {
    super(ctx, env);
    this.#bucket = retryingBucket(env);
    this.#marks = new Marks(ctx.storage.sql);
  }

  keep(keys: string[]): Promise<boolean[]> {
    return this.#inTurn(() => someAtOnce(keys, (key) => keep(this.#bucket, key)));
  }

  discard(keys: string[]): Promise<void> {
    return this.#inTurn(() => this.#bucket.delete(keys));
  }

  async request(request: CollectionRequest): Promise<{ record: CollectionRecord; isNew: boolean }> {
    const before = this.#read(request.dryRun);
    if (before !== undefined && this.#isAlive(before, request)) return { record: before, isNew: false };
    const now = new Date().toISOString();
    const record: CollectionRecord = {
      id: `collection-${crypto.randomUUID()}`,
      dryRun: request.dryRun,
      ...(request.untagged === undefined ? {} : { untagged: request.untagged }),
      state: 'queued',
      startedAt: now,
      updatedAt: now,
      passes: 0,
      counts: { condemn: noCounts(), pardon: noCounts(), remove: noCounts() },
    };
    this.#write(record);
    return { record, isNew: true };
  }

  async status(dryRun: boolean): Promise<CollectionRecord | undefined> {
    return this.#read(dryRun);
  }

  async begin(id: string, number: number): Promise<boolean> {
    const record = this.#recordOf(id);
    const pass = this.#pass();
    if (record === undefined) return true; // advancing tells
    if (pass?.id === id && pass.number === number) return true;
    if (pass !== undefined && pass.id !== id && this.#recordOf(pass.id)?.state === 'walking') {
      if (Date.now() - pass.touchedAt < FRESH_MS) return false;
    }
    this.#marks.clear();
    const now = Date.now();
    this.#writePass({
      id,
      number,
      phase: 'repositories',
      startedAt: now,
      touchedAt: now,
      hasRemoved: false,
    });
    this.#write({ ...record, state: 'walking', passes: number });
    return true;
  }

  async advance(id: string): Promise<Advance> {
    const pass = this.#pass();
    const record = this.#recordOf(id);
    if (pass?.id !== id || record === undefined) return 'superseded';
    const times = timesOf(this.env);
    if (pass.phase !== 'execute') {
      const asked = record.untagged === undefined ? [] : [{ ...record.untagged, count: 0 }];
      // The operator's settings come first, whoever asks for more.
      const rules = [...parseKeepRules(this.env.KEEP_UNTAGGED), ...asked];
      const { dryRun } = record;
      const walk = new Pass({ bucket: this.#bucket, marks: this.#marks, times, rules, dryRun });
      const state = await walk.advance(pass);
      if (this.#pass()?.id !== id) return 'superseded';
      this.#writePass({ ...state, id, number: pass.number, hasRemoved: false, touchedAt: Date.now() });
      this.#write(record);
      return 'more';
    }
    const some = this.#marks.decided(DECISIONS);
    if (some.length > 0) {
      const hasRemoved = await this.#inTurn(() => this.#carryOut(some, { record, pass, times }));
      this.#writePass({ ...pass, hasRemoved: pass.hasRemoved || hasRemoved, touchedAt: Date.now() });
      return 'more';
    }
    if (record.dryRun) return 'over';
    const outcome = pass.hasRemoved ? 'again' : this.#isWaiting(pass) ? 'later' : 'over';
    this.#write({ ...record, state: outcome === 'later' ? 'waiting' : 'walking' });
    return outcome;
  }

  async end(id: string, error?: string): Promise<void> {
    const record = this.#recordOf(id);
    if (record === undefined) return;
    if (this.#pass()?.id === id) {
      this.#marks.clear();
      this.ctx.storage.kv.delete('pass');
    }
    this.#write({
      ...record,
      state: error === undefined ? 'done' : 'failed',
      ...(error === undefined ? {} : { error }),
    });
  }

  /** @returns whether anything was removed */
  async #carryOut(
    some: readonly Decided[],
    { record, pass, times }: { record: CollectionRecord; pass: HeldPass; times: Times },
  ): Promise<boolean> {
    const done = await someAtOnce(some, async (decided) => {
      const isDone = record.dryRun || (await this.#execute(decided, pass, times));
      this.#marks.carriedOut(decided.key);
      return isDone;
    });
    let hasRemoved = false;
    for (const [index, { key, kind, verdict, size }] of some.entries()) {
      if (done[index] !== true || verdict === 'wait') continue;
      count(record.counts[verdict], kind, size);
      hasRemoved ||= verdict === 'remove';
      if (record.dryRun && verdict !== 'pardon' && (record.keys ??= []).length < MAX_KEYS)
        record.keys.push(key);
    }
    this.#write(record);
    return hasRemoved;
  }

  async #execute({ key, kind, verdict }: Decided, pass: HeldPass, times: Times): Promise<boolean> {
    if (verdict === 'pardon') return keep(this.#bucket, key);
    if (kind === 'referrer') return removeRecord(this.#bucket, key);
    if (kind === 'data') {
      if (verdict === 'remove') {
        await this.#bucket.delete(key);
      } else {
        this.#marks.condemnData(key, Date.now());
        this.#noteCondemned(pass);
      }
      return true;
    }
    if (verdict === 'remove') return remove(this.#bucket, key, kind, pass.startedAt - times.delay);
    const isCondemned = await condemn(this.#bucket, key, pass.startedAt - times.window);
    if (isCondemned) this.#noteCondemned(pass);
    return isCondemned;
  }

  #noteCondemned({ id, number }: HeldPass): void {
    this.ctx.storage.kv.put('condemned-by', `${id}/${number}`);
  }

  #isWaiting(pass: HeldPass): boolean {
    return (
      this.#marks.hasWaiting() || this.ctx.storage.kv.get('condemned-by') === `${pass.id}/${pass.number}`
    );
  }

  #isAlive({ state, updatedAt }: CollectionRecord, { deadBefore = 0 }: CollectionRequest): boolean {
    if (state === 'done' || state === 'failed') return false;
    const at = Date.parse(updatedAt);
    if (at < deadBefore) return false;
    const patience = state === 'waiting' ? timesOf(this.env).delay + FRESH_MS : FRESH_MS;
    return Date.now() - at < (state === 'queued' ? FRESH_QUEUED_MS : patience);
  }

  #read(dryRun: boolean): CollectionRecord | undefined {
    return this.ctx.storage.kv.get<CollectionRecord>(dryRun ? 'dry-run' : 'collection');
  }

  #recordOf(id: string): CollectionRecord | undefined {
    return [this.#read(false), this.#read(true)].find((record) => record?.id === id);
  }

  #write(record: CollectionRecord): void {
    const updated = { ...record, updatedAt: new Date().toISOString() };
    this.ctx.storage.kv.put(record.dryRun ? 'dry-run' : 'collection', updated);
  }

  #pass(): HeldPass | undefined {
    return this.ctx.storage.kv.get<HeldPass>('pass');
  }

  #writePass(pass: HeldPass): void {
    this.ctx.storage.kv.put('pass', pass);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function noCounts(): Counts {
  return { manifest: 0, referrer: 0, membership: 0, blob: 0, data: 0, bytes: 0 };
}

function count(counts: Counts, kind: Decided['kind'], size: number): void {
  counts[kind] += 1;
  if (kind === 'blob' || kind === 'data') counts.bytes += size;
}

/** @returns what `run` gives, in the order of the items */
async function someAtOnce<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(run))));
  }
  return results;
}
