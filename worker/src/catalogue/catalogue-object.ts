/**
 * The Durable Object that compiles the catalogue. There is one for a bucket: whatever changes at once, each key of R2
 * is written at most once a second, and no change is lost.
 *
 * A change is noted in its own storage. An alarm looks at the models that have changed, some at a time, and writes the
 * list when there are no more of them, or has been going on for a while.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Bucket } from '../storage/bucket.ts';
import { CATALOGUE_KEY } from '../storage/keys.ts';
import { listRepositories } from '../storage/repositories.ts';
import { retryingBucket } from '../storage/retry.ts';
import type { StoreEnvironment } from '../storage/store.ts';
import { describeModel } from './describe.ts';
import type { CatalogueList, ModelEntry } from './entry.ts';
import { LIST_VERSION } from './list.ts';
import type { Catalogue } from './protocol.ts';
import { countPulls } from './pulls.ts';

/** Milliseconds from a change to the alarm: what changes meanwhile comes along. */
const DEBOUNCE = 1000;
/** Milliseconds after which the list is written although models wait to be looked at. */
const PATIENCE = 10_000;
/** Milliseconds after which work that was broken off is taken up again. */
const RESTART = 60_000;
/** Milliseconds before a model is looked at again that could not be; twice as many after each failure. */
const RETRY = 2000;
const MAX_RETRY = 10 * 60_000;
/** Models that one alarm looks at, and how many at once; each reads R2 a hundred times at most, as a rule ten. */
const MODELS = 60;
const AT_ONCE = 2;
/** Repositories that a rebuild notes at a time; each is a listing of R2. */
const REPOSITORIES = 100;

interface ChangedModel extends Record<string, string | number> {
  name: string;
  /** Rises with each change, so that one that comes while the model is looked at is not lost. */
  change: number;
  failures: number;
}

/** How far a rebuild is: the last name that was noted. */
interface Rebuild {
  after?: string;
}

export class CatalogueObject extends DurableObject<StoreEnvironment> implements Catalogue {
  readonly #bucket: Bucket;
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: StoreEnvironment) {
    super(ctx, env);
    this.#bucket = retryingBucket(env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS models (name TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS changed (
        name TEXT PRIMARY KEY, change INTEGER NOT NULL, failures INTEGER NOT NULL, due INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS pulls (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID`);
  }

  async touch(name: string): Promise<void> {
    const due = Date.now() + DEBOUNCE;
    this.#note(name, due);
    if (this.ctx.storage.kv.get('built') !== true) this.#beginRebuild();
    await this.#wakeUp(due);
  }

  async compile(): Promise<void> {
    if (this.ctx.storage.kv.get('built') === true) this.ctx.storage.kv.put('stale', true);
    else this.#beginRebuild();
    await this.#wakeUp(Date.now());
  }

  async rebuild(): Promise<void> {
    this.#beginRebuild();
    await this.#wakeUp(Date.now());
  }

  override async alarm(): Promise<void> {
    // Where this object is ended in the middle, by what it reads or otherwise, it goes on.
    if (this.#hasWork()) await this.ctx.storage.setAlarm(Date.now() + RESTART);
    let again: number;
    try {
      again = await this.#advance();
    } catch (error) {
      // An alarm that fails comes again a few times only; this goes on for as long as R2 does not answer.
      console.error(error);
      again = Date.now() + PATIENCE;
    }
    if (again < Infinity) await this.#wakeUp(Math.max(again, Date.now()));
  }

  /** @returns when to go on; Infinity where all is done */
  async #advance(): Promise<number> {
    if (this.ctx.storage.kv.get('built') !== true) await this.#takeOver();
    await this.#continueRebuild();
    const waiting = (await this.#takeChanged()).values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const model of waiting) await this.#lookAt(model);
      }),
    );
    const next = this.ctx.storage.kv.get('rebuild') === undefined ? this.#nextDue() : 0;
    return Math.min(next, await this.#compile(next <= Date.now()));
  }

  #hasWork(): boolean {
    const { kv } = this.ctx.storage;
    return kv.get('rebuild') !== undefined || kv.get('stale') === true || this.#nextDue() < Infinity;
  }

  /** Some of the models that are due. Each counts as failed until it was looked at, and stands behind the others then. */
  async #takeChanged(): Promise<ChangedModel[]> {
    const now = Date.now();
    const changed = this.#sql
      .exec<ChangedModel>(
        'SELECT name, change, failures FROM changed WHERE due <= ? ORDER BY due LIMIT ?',
        now,
        MODELS,
      )
      .toArray();
    for (const { name, failures } of changed) {
      const due = now + Math.min(MAX_RETRY, RETRY * 2 ** failures);
      this.#sql.exec('UPDATE changed SET failures = failures + 1, due = ? WHERE name = ?', due, name);
    }
    await this.ctx.storage.sync();
    return changed;
  }

  /** @param due when it is to be looked at, unless that is to be sooner already */
  #note(name: string, due: number): void {
    this.#sql.exec(
      `INSERT INTO changed VALUES (?, 1, 0, ?)
       ON CONFLICT (name) DO UPDATE SET change = change + 1, failures = 0, due = MIN(due, excluded.due)`,
      name,
      due,
    );
  }

  #beginRebuild(): void {
    if (this.ctx.storage.kv.get('rebuild') === undefined) this.ctx.storage.kv.put<Rebuild>('rebuild', {});
  }

  /** The sooner of what was set and what is asked for. */
  async #wakeUp(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  /** What an earlier object of this bucket has compiled is there until it was looked at anew. */
  async #takeOver(): Promise<void> {
    const object = await this.#bucket.get(CATALOGUE_KEY);
    const list = object === null ? undefined : (JSON.parse(await object.text()) as CatalogueList);
    if (list?.version === LIST_VERSION) {
      for (const { pulls: _, ...entry } of list.models) {
        this.#write(entry);
        this.#note(entry.name, Date.now());
      }
    }
    this.#beginRebuild();
    this.ctx.storage.kv.put('built', true);
    this.ctx.storage.kv.put('stale', true);
  }

  async #continueRebuild(): Promise<void> {
    const rebuild = this.ctx.storage.kv.get<Rebuild>('rebuild');
    if (rebuild === undefined) return;
    const now = Date.now();
    const { names, more } = await listRepositories(this.#bucket, {
      after: rebuild.after,
      limit: REPOSITORIES,
    });
    if (rebuild.after === undefined) {
      await this.#countPulls();
      // Models that are listed and gone are looked at, too.
      for (const { name } of this.#sql.exec<{ name: string }>('SELECT name FROM models').toArray())
        this.#note(name, now);
    }
    for (const name of names) this.#note(name, now);
    const last = names.at(-1);
    if (more && last !== undefined) this.ctx.storage.kv.put<Rebuild>('rebuild', { after: last });
    else this.ctx.storage.kv.delete('rebuild');
  }

  /** What was counted before holds where this fails. */
  async #countPulls(): Promise<void> {
    try {
      const counts = await countPulls(this.env);
      const { kv } = this.ctx.storage;
      kv.put('is-counting', counts !== undefined);
      kv.put('stale', true);
      this.#sql.exec('DELETE FROM pulls');
      for (const [name, count] of counts ?? [])
        this.#sql.exec('INSERT INTO pulls VALUES (?, ?)', name, count);
    } catch (error) {
      console.error(error);
    }
  }

  async #lookAt({ name, change }: ChangedModel): Promise<void> {
    try {
      const entry = await describeModel(this.#bucket, name);
      this.ctx.storage.kv.put('stale', true);
      if (entry === undefined) this.#sql.exec('DELETE FROM models WHERE name = ?', name);
      else this.#write(entry);
      this.#sql.exec('DELETE FROM changed WHERE name = ? AND change = ?', name, change);
      // It has changed again meanwhile: its object was just written.
      this.#sql.exec('UPDATE changed SET failures = 0, due = ? WHERE name = ?', Date.now() + DEBOUNCE, name);
    } catch (error) {
      console.error(error);
    }
  }

  #write(entry: ModelEntry): void {
    this.#sql.exec('INSERT OR REPLACE INTO models VALUES (?, ?)', entry.name, JSON.stringify(entry));
  }

  /** When the next model is to be looked at; Infinity where there is none. */
  #nextDue(): number {
    const { due } = this.#sql.exec<{ due: number | null }>('SELECT MIN(due) AS due FROM changed').one();
    return due ?? Infinity;
  }

  /**
   * Writes the list where it has changed, and not too often.
   * @param isBusy models wait to be looked at
   * @returns when to come again for it
   */
  async #compile(isBusy: boolean): Promise<number> {
    const { kv } = this.ctx.storage;
    if (kv.get('stale') !== true) return Infinity;
    const due = (kv.get<number>('compiled-at') ?? 0) + (isBusy ? PATIENCE : DEBOUNCE);
    if (due > Date.now()) return due;
    kv.put('stale', false);
    const text = `{"version":${LIST_VERSION},"models":[${this.#rows().join(',')}]}`;
    try {
      await this.#bucket.put(CATALOGUE_KEY, text, { httpMetadata: { contentType: 'application/json' } });
    } catch (error) {
      kv.put('stale', true);
      throw error;
    }
    kv.put('compiled-at', Date.now());
    return Infinity;
  }

  /** The entries as JSON, in the order of their names' bytes. */
  #rows(): string[] {
    const isCounting = this.ctx.storage.kv.get('is-counting') === true;
    return this.#sql
      .exec<{ entry: string; count: number }>(
        'SELECT entry, IFNULL(count, 0) AS count FROM models LEFT JOIN pulls USING (name) ORDER BY name',
      )
      .toArray()
      .map(({ entry, count }) => (isCounting ? `${entry.slice(0, -1)},"pulls":${count}}` : entry));
  }
}
