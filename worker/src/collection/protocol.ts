/** What the rest of the registry asks of the Durable Object that decides what is kept. */

/**
 * What a collection looks at. A referrer is the record of a manifest that is not there; a membership is a blob's
 * belonging to a repository; data is bytes that are no blob.
 */
export const KINDS = ['manifest', 'referrer', 'membership', 'blob', 'data'] as const;
export type Kind = (typeof KINDS)[number];

export const VERDICTS = ['condemn', 'pardon', 'remove'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How many of each kind, and the bytes of the blobs and the data. */
export type Counts = Record<Kind | 'bytes', number>;

/** Which images without a tag are to go, of those that no rule of KEEP_UNTAGGED speaks of. */
export interface UntaggedRule {
  /** Patterns of repository names. */
  names: readonly string[];
  /** Younger ones stay. */
  days: number;
}

/** The JSON that status requests answer. */
export interface CollectionRecord {
  /** Of the Workflow's instance. */
  id: string;
  dryRun: boolean;
  /** What was asked for besides the settings. */
  untagged?: UntaggedRule;
  /** waiting: what was condemned may still be pardoned. */
  state: 'queued' | 'walking' | 'waiting' | 'done' | 'failed';
  /** Times as in ISO 8601. */
  startedAt: string;
  updatedAt: string;
  /** How often the bucket was walked through. */
  passes: number;
  /** What was done in all passes; what would be, in a dry run. */
  counts: Record<Verdict, Counts>;
  /** A dry run's: keys of what would be condemned or removed, a thousand at most. */
  keys?: string[];
  error?: string;
}

export interface CollectionRequest {
  dryRun: boolean;
  untagged?: UntaggedRule;
  /** When workerd was started, in milliseconds since the epoch: a collection that has done nothing since is dead. */
  deadBefore?: number;
}

/**
 * - more: the pass goes on
 * - again: it is over, and what it removed may have been all that needed something else
 * - later: it is over, and something is condemned
 * - over: it is over, and nothing is left to do
 * - superseded: another collection has begun
 */
export type Advance = 'more' | 'again' | 'later' | 'over' | 'superseded';

export interface Collector {
  /** Takes what is there for needed from now on, whether it was condemned or not. @returns whether it was there */
  keep(keys: string[]): Promise<boolean[]>;
  /** Deletes what its owner wants to be gone. */
  discard(keys: string[]): Promise<void>;
  /** Joins the collection that is on its way, or notes a new one. */
  request(request: CollectionRequest): Promise<{ record: CollectionRecord; isNew: boolean }>;
  status(dryRun: boolean): Promise<CollectionRecord | undefined>;
  /** Begins a pass, unless that was done. @returns false where another collection is just walking */
  begin(id: string, pass: number): Promise<boolean>;
  /** Does a bounded piece of the pass. */
  advance(id: string): Promise<Advance>;
  end(id: string, error?: string): Promise<void>;
}

/** The part of a Durable Object namespace that is used. */
export interface CollectorNamespace<Id = unknown> {
  idFromName(name: string): Id;
  get(id: Id): Collector;
}

/** There is one for a bucket. */
export function collectorOf<Id>(namespace: CollectorNamespace<Id>): Collector {
  return namespace.get(namespace.idFromName('collector'));
}
