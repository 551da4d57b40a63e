/**
 * One walk through the bucket, in bounded pieces: what is there, what needs it, and what follows. It may take hours;
 * what is written meanwhile is younger than anything that it condemns.
 */
import { unfinishedImports } from '../imports/record.ts';
import { parseDocument } from '../manifests/document.ts';
import { listAmongReferrers } from '../manifests/referrer.ts';
import { toPointer } from '../storage/blobs.ts';
import type { Bucket, Stored } from '../storage/bucket.ts';
import { manifestKey, parseBlobKey, parseRepositoryKey } from '../storage/keys.ts';
import { readManifest } from '../storage/manifests.ts';
import { condemnedAt } from '../storage/store.ts';
import { isKept, ruleFor, type KeepRule } from './keep-rules.ts';
import type { Decision, Entry, Marks } from './marks.ts';
import type { Times } from './times.ts';

export const PHASES = ['repositories', 'blobs', 'manifests', 'imports', 'data', 'decide', 'execute'] as const;
export type Phase = (typeof PHASES)[number];

/** Where a pass stands. Times are milliseconds since the epoch. */
export interface PassState {
  phase: Phase;
  /** The last key that was listed. */
  after?: string | undefined;
  startedAt: number;
  /** When the first of the imports began that are on their way. */
  importsSince?: number;
}

/** Pages of a thousand keys that one piece lists. */
const PAGES = 5;
/** Manifests that one piece reads, and how many at once; a Worker may wait for six answers. */
const MANIFESTS = 60;
const READS_AT_ONCE = 6;

export interface PassOptions {
  bucket: Bucket;
  marks: Marks;
  times: Times;
  rules: readonly KeepRule[];
  /** Nothing is mended then. */
  dryRun: boolean;
}

export class Pass {
  readonly #options: PassOptions;

  constructor(options: PassOptions) {
    this.#options = options;
  }

  /** Does a piece of any phase but the last. @returns where the pass stands then */
  async advance(state: PassState): Promise<PassState> {
    switch (state.phase) {
      case 'repositories':
        return this.#list(state, 'repositories/', (object) => this.#noteRepositoryObject(object, state));
      case 'blobs':
        return this.#list(state, 'blobs/', (object) => this.#noteBlob(object));
      case 'manifests':
        return (await this.#readManifests()) ? state : next(state);
      case 'imports':
        return { ...next(state), ...(await this.#noteImports()) };
      case 'data':
        return this.#list(state, 'data/', (object) => this.#noteData(object, state));
      case 'decide':
        this.#decide(state);
        return next(state);
      default:
        return state;
    }
  }

  async #list(state: PassState, prefix: string, note: (object: Stored) => void): Promise<PassState> {
    let { after } = state;
    for (let page = 0; page < PAGES; page++) {
      const { objects, truncated } = await this.#options.bucket.list({
        prefix,
        include: ['customMetadata'],
        ...(after === undefined ? {} : { startAfter: after }),
      });
      for (const object of objects) note(object);
      after = objects.at(-1)?.key ?? after;
      if (!truncated) return next(state);
    }
    return { ...state, after };
  }

  #noteRepositoryObject(object: Stored, { startedAt }: PassState): void {
    const { marks, times } = this.#options;
    const of = parseRepositoryKey(object.key);
    if (of === undefined) return;
    const { repository, kind, digest } = of;
    if (kind === 'tag') {
      const named = object.customMetadata?.['digest'];
      if (named === undefined) throw new Error(`${object.key} names no digest`);
      marks.need(repository, 'manifest', named as Entry['digest']);
    } else if (digest !== undefined && kind === 'manifest') {
      marks.add({ ...entryOf(object), kind, repository, digest, data: '', size: object.size });
    } else if (digest !== undefined && kind === 'blob') {
      const { data, size } = toPointer(object) ?? { data: '', size: 0 };
      marks.add({ ...entryOf(object), kind: 'membership', repository, digest, data, size });
    } else if (digest !== undefined && kind === 'referrer') {
      // The repository's manifests were listed before its referrers.
      const isLost = !marks.has(manifestKey(repository, digest));
      if (isLost && object.uploaded.getTime() < startedAt - times.window)
        marks.decide({ key: object.key, kind, verdict: 'remove', size: object.size });
    }
  }

  #noteBlob(object: Stored): void {
    const digest = parseBlobKey(object.key);
    if (digest === undefined) return;
    const { data, size } = toPointer(object) ?? { data: '', size: 0 };
    this.#options.marks.add({ ...entryOf(object), kind: 'blob', repository: '', digest, data, size });
  }

  /** @returns whether there may be more */
  async #readManifests(): Promise<boolean> {
    const { bucket, marks, dryRun } = this.#options;
    const unread = marks.unread(MANIFESTS);
    for (let at = 0; at < unread.length; at += READS_AT_ONCE) {
      await Promise.all(
        unread.slice(at, at + READS_AT_ONCE).map(async ({ key, repository, digest }) => {
          const manifest = await readManifest(bucket, repository, digest);
          if (manifest === undefined) {
            marks.setRead(key, undefined);
            return;
          }
          const { mediaType, size, object } = manifest;
          const document = parseDocument(new Uint8Array(await object.arrayBuffer()), mediaType);
          for (const blob of document.blobs) marks.need(repository, 'membership', blob.digest);
          for (const child of document.manifests) marks.need(repository, 'manifest', child.digest);
          const descriptor = { mediaType, digest, size };
          if (!dryRun) await listAmongReferrers(bucket, repository, { descriptor, document });
          marks.setRead(key, document.subject);
        }),
      );
    }
    return unread.length === MANIFESTS;
  }

  /** Imports link their blobs long before the manifest comes. */
  async #noteImports(): Promise<Pick<PassState, 'importsSince'>> {
    const { bucket, marks } = this.#options;
    let importsSince = Infinity;
    for await (const { repository, startedAt, blobs } of unfinishedImports(bucket)) {
      importsSince = Math.min(importsSince, Date.parse(startedAt));
      for (const { digest } of blobs) {
        marks.need(repository, 'membership', digest);
        marks.need('', 'blob', digest);
      }
    }
    return { importsSince };
  }

  /** Bytes that no pointer names, and that are older than any upload or import that could still publish them. */
  #noteData({ key, size, uploaded }: Stored, { startedAt, importsSince = Infinity }: PassState): void {
    const { marks, times } = this.#options;
    const cutoff = Math.min(startedAt - times.uploadExpiry - times.window, importsSince);
    if (uploaded.getTime() >= cutoff || marks.hasData(key)) return;
    const condemned = marks.dataCondemnedAt(key);
    const verdict =
      condemned === undefined ? 'condemn' : condemned <= startedAt - times.delay ? 'remove' : 'wait';
    marks.decide({ key, kind: 'data', verdict, size });
  }

  #decide(state: PassState): void {
    const { marks } = this.#options;
    marks.pardonOtherData();
    for (const kind of ['membership', 'blob'] as const) {
      for (const { isNeeded, ...entry } of marks.suspects(kind)) {
        this.#note(entry, isNeeded !== 0, state);
      }
    }
    this.#decideManifests(state);
  }

  #decideManifests(state: PassState): void {
    const { marks, rules } = this.#options;
    let repository = '';
    let rank = 0;
    for (const { isNamed, isOrphan, ...entry } of marks.manifests()) {
      if (entry.repository !== repository) rank = 0;
      repository = entry.repository;
      const age = state.startedAt - entry.since;
      const isNeeded =
        isNamed !== 0 || (isOrphan === 0 && isKept(ruleFor(rules, repository), { rank: rank++, age }));
      this.#note(entry, isNeeded, state);
    }
  }

  #note({ key, kind, size, ...entry }: Entry, isNeeded: boolean, state: PassState): void {
    const verdict = this.#verdictOn(entry, isNeeded, state);
    if (verdict !== undefined) this.#options.marks.decide({ key, kind, verdict, size });
  }

  #verdictOn(
    { condemned, since }: Pick<Entry, 'condemned' | 'since'>,
    isNeeded: boolean,
    { startedAt }: PassState,
  ): Decision | undefined {
    const { window, delay } = this.#options.times;
    if (condemned === null) return !isNeeded && since < startedAt - window ? 'condemn' : undefined;
    if (isNeeded) return 'pardon';
    return condemned <= startedAt - delay ? 'remove' : 'wait';
  }
}

function next(state: PassState): PassState {
  return { ...state, phase: PHASES[PHASES.indexOf(state.phase) + 1] ?? 'execute', after: undefined };
}

function entryOf(object: Stored): Pick<Entry, 'key' | 'since' | 'condemned'> {
  const condemned = condemnedAt(object);
  const since =
    condemned === undefined ? object.uploaded.getTime() : Number(object.customMetadata?.['since']);
  return { key: object.key, since, condemned: condemned ?? null };
}
