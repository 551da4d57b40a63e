/** What a pass has seen, in the Durable Object's SQLite: more than memory holds, and there again after an end. */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Kind, Verdict } from './protocol.ts';

/** Times are milliseconds since the epoch. */
export interface Entry {
  key: string;
  kind: Exclude<Kind, 'referrer' | 'data'>;
  /** Empty for a blob. */
  repository: string;
  digest: Digest;
  /** The key of the bytes; empty for a manifest. */
  data: string;
  /** Bytes. */
  size: number;
  /** When it was written, other than to condemn it. */
  since: number;
  condemned: number | null;
}

export type Decision = Verdict | 'wait';

/** wait: condemned, and neither to be pardoned nor to be removed yet. */
export type Decided = {
  key: string;
  kind: Kind;
  verdict: Decision;
  size: number;
};

const TABLES = `
  CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY, kind TEXT, repository TEXT, digest TEXT, data TEXT, size INTEGER, since INTEGER,
    condemned INTEGER, subject TEXT, is_read INTEGER DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS by_digest ON entries (kind, digest);
  CREATE INDEX IF NOT EXISTS by_data ON entries (data);
  CREATE INDEX IF NOT EXISTS by_subject ON entries (repository, subject);
  CREATE INDEX IF NOT EXISTS unread ON entries (key) WHERE kind = 'manifest' AND is_read = 0;
  CREATE TABLE IF NOT EXISTS needs (
    repository TEXT, kind TEXT, digest TEXT, PRIMARY KEY (repository, kind, digest)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS decided (key TEXT PRIMARY KEY, kind TEXT, verdict TEXT, size INTEGER);
  CREATE TABLE IF NOT EXISTS condemned_data (key TEXT PRIMARY KEY, condemned INTEGER);
`;

/** A manifest that nothing but a rule or a subject may keep. */
const IS_NAMED = `EXISTS (SELECT 1 FROM needs n
  WHERE n.repository = m.repository AND n.kind = 'manifest' AND n.digest = m.digest)`;
/** A referrer that a tag or an index needs, needs its subject. */
const HAS_NAMED_REFERRER = `EXISTS (SELECT 1 FROM entries r JOIN needs n
  ON n.repository = r.repository AND n.kind = 'manifest' AND n.digest = r.digest
  WHERE r.repository = m.repository AND r.subject = m.digest)`;
const HAS_SUBJECT = `EXISTS (SELECT 1 FROM entries s
  WHERE s.kind = 'manifest' AND s.digest = m.subject AND s.repository = m.repository)`;

const IS_NEEDED: Record<'membership' | 'blob', string> = {
  membership: `EXISTS (SELECT 1 FROM needs n
    WHERE n.repository = m.repository AND n.kind = 'membership' AND n.digest = m.digest)`,
  blob: `EXISTS (SELECT 1 FROM entries o WHERE o.kind = 'membership' AND o.digest = m.digest)
    OR EXISTS (SELECT 1 FROM needs n WHERE n.repository = '' AND n.kind = 'blob' AND n.digest = m.digest)`,
};

export class Marks {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(TABLES);
  }

  /** Forgets the pass before. */
  clear(): void {
    this.#sql.exec('DELETE FROM entries; DELETE FROM needs; DELETE FROM decided;');
  }

  add(entry: Entry): void {
    const { key, kind, repository, digest, data, size, since, condemned } = entry;
    this.#sql.exec(
      `INSERT OR REPLACE INTO entries (key, kind, repository, digest, data, size, since, condemned)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      key,
      kind,
      repository,
      digest,
      data,
      size,
      since,
      condemned,
    );
  }

  /** @param repository empty for a blob that is needed wherever it is */
  need(repository: string, kind: Entry['kind'], digest: Digest): void {
    this.#sql.exec('INSERT OR IGNORE INTO needs VALUES (?, ?, ?)', repository, kind, digest);
  }

  /** Manifests that were not read yet. */
  unread(limit: number): Pick<Entry, 'key' | 'repository' | 'digest'>[] {
    return this.#sql
      .exec<Pick<Entry, 'key' | 'repository' | 'digest'>>(
        `SELECT key, repository, digest FROM entries WHERE kind = 'manifest' AND is_read = 0 LIMIT ?`,
        limit,
      )
      .toArray();
  }

  setRead(key: string, subject: Digest | undefined): void {
    this.#sql.exec('UPDATE entries SET is_read = 1, subject = ? WHERE key = ?', subject ?? null, key);
  }

  has(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM entries WHERE key = ?', key).toArray().length > 0;
  }

  hasData(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM entries WHERE data = ? LIMIT 1', key).toArray().length > 0;
  }

  /** Memberships or blobs that are condemned or are not needed. */
  suspects(kind: 'membership' | 'blob'): Iterable<Entry & { isNeeded: number }> {
    return this.#sql.exec<Entry & Record<string, SqlStorageValue> & { isNeeded: number }>(
      `SELECT * FROM (SELECT m.*, (${IS_NEEDED[kind]}) AS isNeeded FROM entries m WHERE m.kind = ?)
       WHERE condemned IS NOT NULL OR isNeeded = 0`,
      kind,
    );
  }

  /** Manifests, those of a repository together and the youngest first. */
  manifests(): Iterable<Entry & { isNamed: number; isOrphan: number }> {
    return this.#sql.exec<Entry & Record<string, SqlStorageValue> & { isNamed: number; isOrphan: number }>(
      `SELECT m.*, (${IS_NAMED} OR ${HAS_NAMED_REFERRER} OR (m.subject IS NOT NULL AND ${HAS_SUBJECT})) AS isNamed,
         (m.subject IS NOT NULL AND NOT ${HAS_SUBJECT}) AS isOrphan
       FROM entries m WHERE m.kind = 'manifest' ORDER BY repository, since DESC`,
    );
  }

  decide({ key, kind, verdict, size }: Decided): void {
    this.#sql.exec('INSERT OR REPLACE INTO decided VALUES (?, ?, ?, ?)', key, kind, verdict, size);
  }

  /** What is still to be carried out. */
  decided(limit: number): Decided[] {
    return this.#sql
      .exec<Decided>(`SELECT * FROM decided WHERE verdict <> 'wait' ORDER BY key LIMIT ?`, limit)
      .toArray();
  }

  hasWaiting(): boolean {
    return this.#sql.exec(`SELECT 1 FROM decided WHERE verdict = 'wait' LIMIT 1`).toArray().length > 0;
  }

  carriedOut(key: string): void {
    this.#sql.exec('DELETE FROM decided WHERE key = ?', key);
  }

  /** R2 cannot note on bytes that they are condemned without writing them again. */
  dataCondemnedAt(key: string): number | undefined {
    return this.#sql
      .exec<{ condemned: number }>('SELECT condemned FROM condemned_data WHERE key = ?', key)
      .toArray()[0]?.condemned;
  }

  condemnData(key: string, at: number): void {
    this.#sql.exec('INSERT OR IGNORE INTO condemned_data VALUES (?, ?)', key, at);
  }

  /** Pardons all data that this pass did not find to be nobody's. */
  pardonOtherData(): void {
    this.#sql.exec(
      `DELETE FROM condemned_data WHERE key NOT IN (SELECT key FROM decided WHERE kind = 'data')`,
    );
  }
}
