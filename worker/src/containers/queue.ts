/** Which containers there are to be, and how it is with each: rows of the Durable Object's own storage. */
import type { ContainersSummary, ContainerStatus } from './protocol.ts';

/** Milliseconds before what could not be looked at is looked at again; twice as many after each failure. */
const RETRY = 2000;
const MAX_RETRY = 10 * 60_000;
/** What a summary has room for. */
const MAX_FAILURES = 100;

export interface QueueKey {
  /** Of the artifact. */
  repository: string;
  /** Of the artifact. */
  tag: string;
  /** Of the rule. */
  suffix: string;
}

export interface Waiting extends QueueKey {
  /** Rises with each change, so that one that comes while the container is made is not lost. */
  change: number;
}

export interface Outcome {
  state: 'done' | 'failed';
  base: string;
  digest?: string;
  message?: string;
  hint?: string;
}

interface Row extends QueueKey, Record<string, SqlStorageValue> {
  change: number;
  failures: number;
  due: number | null;
  state: string | null;
  base: string;
  digest: string | null;
  message: string | null;
  hint: string | null;
  at: number;
}

const IS_KEY = 'repository = ? AND tag = ? AND suffix = ?';

export class Queue {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS containers (
        repository TEXT NOT NULL, tag TEXT NOT NULL, suffix TEXT NOT NULL, change INTEGER NOT NULL,
        failures INTEGER NOT NULL, due INTEGER, state TEXT, base TEXT NOT NULL, digest TEXT, message TEXT, hint TEXT,
        at INTEGER NOT NULL, PRIMARY KEY (repository, tag, suffix)
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS containers_due ON containers (due) WHERE due IS NOT NULL`);
  }

  /** @param due when it is to be looked at, in milliseconds since the epoch, unless that is to be sooner already */
  note({ repository, tag, suffix }: QueueKey, due: number): void {
    this.#sql.exec(
      `INSERT INTO containers VALUES (?, ?, ?, 1, 0, ?, NULL, '', NULL, NULL, NULL, ?)
       ON CONFLICT (repository, tag, suffix) DO UPDATE
       SET change = change + 1, failures = 0, due = MIN(IFNULL(due, excluded.due), excluded.due)`,
      repository,
      tag,
      suffix,
      due,
      Date.now(),
    );
  }

  /** All that are known; those of one repository where it is named. */
  noteKnown(due: number, repository?: string): void {
    const set = 'UPDATE containers SET change = change + 1, failures = 0, due = MIN(IFNULL(due, ?), ?)';
    if (repository === undefined) this.#sql.exec(set, due, due);
    else this.#sql.exec(`${set} WHERE repository = ?`, due, due, repository);
  }

  /** The one that is due first. It counts as failed until its outcome is noted, and stands behind the others then. */
  take(now: number): Waiting | undefined {
    const [row] = this.#sql
      .exec<Row>('SELECT * FROM containers WHERE due <= ? ORDER BY due LIMIT 1', now)
      .toArray();
    if (row === undefined) return undefined;
    const { repository, tag, suffix, change, failures } = row;
    const due = now + Math.min(MAX_RETRY, RETRY * 2 ** failures);
    this.#sql.exec(
      `UPDATE containers SET failures = failures + 1, due = ? WHERE ${IS_KEY}`,
      due,
      repository,
      tag,
      suffix,
    );
    return { repository, tag, suffix, change };
  }

  /** It waits on where it has changed meanwhile. */
  settle(
    { repository, tag, suffix, change }: Waiting,
    { state, base, digest, message, hint }: Outcome,
  ): void {
    this.#sql.exec(
      `UPDATE containers SET state = ?, base = ?, digest = IFNULL(?, digest), message = ?, hint = ?, at = ?,
         failures = IIF(change = ?, 0, failures), due = IIF(change = ?, NULL, due) WHERE ${IS_KEY}`,
      state,
      base,
      digest ?? null,
      message ?? null,
      hint ?? null,
      Date.now(),
      change,
      change,
      repository,
      tag,
      suffix,
    );
  }

  /** It comes again by itself; this is for those who ask meanwhile. */
  setTrouble({ repository, tag, suffix }: QueueKey, message: string): void {
    this.#sql.exec(`UPDATE containers SET message = ? WHERE ${IS_KEY}`, message, repository, tag, suffix);
  }

  /** There is to be none. */
  forget({ repository, tag, suffix, change }: Waiting): void {
    this.#sql.exec(`DELETE FROM containers WHERE ${IS_KEY} AND change = ?`, repository, tag, suffix, change);
  }

  /** When the next one is to be looked at; Infinity where there is none. */
  nextDue(): number {
    const { due } = this.#sql.exec<{ due: number | null }>('SELECT MIN(due) AS due FROM containers').one();
    return due ?? Infinity;
  }

  ofTag(repository: string, tag: string): ContainerStatus[] {
    return this.#sql
      .exec<Row>('SELECT * FROM containers WHERE repository = ? AND tag = ?', repository, tag)
      .toArray()
      .map(toStatus);
  }

  summary(): Omit<ContainersSummary, 'isSweeping'> {
    const failures = this.#sql
      .exec<Row>(
        `SELECT * FROM containers WHERE state = 'failed' AND due IS NULL
         ORDER BY repository, tag, suffix LIMIT ${MAX_FAILURES}`,
      )
      .toArray();
    const counts = this.#sql
      .exec<{
        waiting: number;
        done: number;
        failed: number;
      }>(
        `SELECT COUNT(due) AS waiting, COUNT(IIF(due IS NULL AND state = 'done', 1, NULL)) AS done,
           COUNT(IIF(due IS NULL AND state = 'failed', 1, NULL)) AS failed FROM containers`,
      )
      .one();
    return { ...counts, failures: failures.map(toStatus) };
  }
}

function toStatus(row: Row): ContainerStatus {
  const { repository, tag, suffix, due, state, base, digest, message, hint, at } = row;
  return {
    repository,
    tag,
    containerTag: `${tag}-${suffix}`,
    state: due === null && (state === 'done' || state === 'failed') ? state : 'waiting',
    updatedAt: new Date(at).toISOString(),
    ...(base === '' ? {} : { base }),
    ...(digest === null ? {} : { digest }),
    ...(message === null ? {} : { error: { message, ...(hint === null ? {} : { hint }) } }),
  };
}
