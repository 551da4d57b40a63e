/** Which models of a list have a newer commit on the Hub, and what changed with it. */
import pLimit from 'p-limit';

import type { Commit, ModelHead } from '../hub/hub-api.ts';
import type { Entry, HubEntry, Position } from '../models/entry.ts';
import { selectFiles } from '../models/select-files.ts';
import { failureOf, type Failure } from '../publish/failure.ts';
import { compareFiles, type FileChanges } from './changes.ts';
import { checkAccess, ifKnown, readPublishable } from './revisions.ts';
import type { CurationRun } from './run.ts';

export type ModelUpdate = {
  name: string;
  /** Where the list has the model. */
  position: Position;
  /** The name that the Hub has for it now, where it is another. */
  movedTo?: string;
} & (NewCommit | { status: 'current' | 'pinned' | 'folder' } | { status: 'failed'; error: Failure });

/** A commit that the entry is to be moved to. */
export interface NewCommit {
  status: 'updated';
  /** The commit that the list has. */
  from: string;
  to: string;
  /** Those between the two, newest first, at most 20; undefined where the Hub does not tell. */
  commits?: readonly Commit[];
  /** Of the files that the image carries; undefined where the old commit is no longer there. */
  changes?: FileChanges;
  /** Bytes of all files that the image carries. */
  bytes: number;
}

const MODELS_AT_ONCE = 8;
const MOST_COMMITS = 20;

/** @returns an answer for each entry, in their order; what cannot be asked about, or published, says why. */
export async function findUpdates(entries: readonly Entry[], run: CurationRun): Promise<ModelUpdate[]> {
  const turn = pLimit(MODELS_AT_ONCE);
  const heads = new Map<string, Promise<ModelHead>>();
  // Entries that follow the same branch get the same commit, also when it moves in between.
  const headOf = ({ name, track }: HubEntry): Promise<ModelHead> => {
    const key = `${name} ${track ?? ''}`;
    const head = heads.get(key) ?? run.api.head(name, track);
    heads.set(key, head);
    return head;
  };
  return await Promise.all(entries.map((entry) => turn(() => findUpdate(entry, headOf, run))));
}

async function findUpdate(
  entry: Entry,
  headOf: (entry: HubEntry) => Promise<ModelHead>,
  run: CurationRun,
): Promise<ModelUpdate> {
  const { name, position } = entry;
  if (entry.source !== undefined) return { name, position, status: 'folder' };
  if (entry.pinned) return { name, position, status: 'pinned' };
  run.progress.begin(name);
  try {
    run.signal.throwIfAborted();
    const head = await headOf(entry);
    const moved = head.name === name ? {} : { movedTo: head.name };
    if (head.sha === entry.sha) return { name, position, ...moved, status: 'current' };
    return { name, position, ...moved, ...(await describeUpdate(entry, head, run)) };
  } catch (error) {
    return { name, position, status: 'failed', error: failureOf(error) };
  } finally {
    run.progress.end(name);
  }
}

async function describeUpdate(entry: HubEntry, head: ModelHead, run: CurationRun): Promise<NewCommit> {
  const { sha: to } = head;
  const { api, sourceOf, signal } = run;
  const [before, after] = [sourceOf(entry), sourceOf({ name: entry.name, sha: to })];
  try {
    const { files, bytes } = await readPublishable({ ...entry, sha: to }, after, signal);
    if (head.gated) await checkAccess(files, after, signal);
    const old = await ifKnown(before.revision(signal).then((revision) => selectFiles(entry, revision.files)));
    const history = await ifKnown(api.commits(head.name, to, MOST_COMMITS));
    return {
      status: 'updated',
      from: entry.sha,
      to,
      bytes,
      ...(old === undefined ? {} : { changes: compareFiles(old, files) }),
      ...(history === undefined ? {} : { commits: since(entry.sha, history) }),
    };
  } finally {
    await Promise.all([before.close(), after.close()]);
  }
}

function since(sha: string, history: readonly Commit[]): readonly Commit[] {
  const at = history.findIndex((commit) => commit.sha === sha);
  return at < 0 ? history : history.slice(0, at);
}
