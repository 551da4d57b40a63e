/** The most downloaded models of the Hub, as far as a list does not have them yet. */
import pLimit from 'p-limit';

import { UserError } from '../errors.ts';
import type { HubApi, ListedModel } from '../hub/hub-api.ts';
import { isUnanswered } from '../hub/hub-errors.ts';
import { entryFor } from '../models/entry-for.ts';
import { referencesOf, type Entry } from '../models/entry.ts';
import { failureOf, type Failure } from '../publish/failure.ts';
import { checkAccess, readPublishable } from './revisions.ts';
import type { CurationRun } from './run.ts';

export interface Wish {
  /** How many of the most downloaded models the list shall have. */
  count: number;
  /** The Hub's tags that each of them must have. */
  tags: readonly string[];
  /** Take those too whose files are given only to accounts that accepted their terms. */
  gated: boolean;
}

export type Proposal = {
  name: string;
  sha: string;
  /** In the last 30 days. */
  downloads: number;
  gated: boolean;
} & (Proposed | { status: 'left-out'; error: Failure });

export interface Proposed {
  status: 'proposed';
  license?: string;
  layers: number;
  /** Bytes of its files. */
  bytes: number;
}

export interface Popular {
  /** Those that the list does not have, the most downloaded first. */
  proposals: readonly Proposal[];
  /** How many of the most downloaded the list has. */
  listed: number;
}

const MODELS_AT_ONCE = 8;

/** @returns what could be added to the list, and what could not for the reason that it says. @throws UserError */
export async function findPopular(entries: readonly Entry[], wish: Wish, run: CurationRun): Promise<Popular> {
  const top = await mostDownloaded(wish, run);
  const has = knownModels(entries, run.api);
  const turn = pLimit(MODELS_AT_ONCE);
  const looked = await Promise.all(top.map((model) => turn(async () => ((await has(model)) ? [] : [model]))));
  const missing = looked.flat();
  const taken = new Set(entries.flatMap(referencesOf));
  const proposals = await Promise.all(missing.map((model) => turn(() => propose(model, taken, run))));
  return { proposals, listed: top.length - missing.length };
}

async function mostDownloaded({ count, tags, gated }: Wish, { api }: CurationRun): Promise<ListedModel[]> {
  const found = new Map<string, ListedModel>();
  for await (const model of api.mostDownloaded(tags)) {
    // Between two pages the order may change, and a model come again.
    if (gated || !model.gated) found.set(model.name, found.get(model.name) ?? model);
    if (found.size === count) break;
  }
  return [...found.values()];
}

/**
 * Whether the list has a model, also under a name that the Hub has moved it from since (`gpt2` became
 * `openai-community/gpt2`): entries whose last part of the name is the model's are looked up.
 */
function knownModels(entries: readonly Entry[], api: HubApi): (model: ListedModel) => Promise<boolean> {
  const names = new Set(entries.map(({ name }) => name.toLowerCase()));
  const shas = new Set(entries.map(({ sha }) => sha));
  const byLastPart = Map.groupBy(
    new Set(entries.flatMap(({ name, sha }) => (sha === undefined ? [] : name))),
    lastPart,
  );
  return async ({ name, sha }) => {
    if (names.has(name.toLowerCase()) || shas.has(sha)) return true;
    for (const other of byLastPart.get(lastPart(name)) ?? []) {
      if ((await nameOf(other, api)) === name) return true;
    }
    return false;
  };
}

/** What the Hub calls a model by now; undefined where it has it no longer. */
async function nameOf(name: string, api: HubApi): Promise<string | undefined> {
  try {
    return (await api.head(name)).name;
  } catch (error) {
    if (!(error instanceof UserError) || isUnanswered(error)) throw error;
    return undefined;
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase();
}

async function propose(model: ListedModel, taken: Set<string>, run: CurationRun): Promise<Proposal> {
  run.progress.begin(model.name);
  try {
    run.signal.throwIfAborted();
    const entry = entryFor(model);
    for (const reference of referencesOf(entry)) {
      if (taken.has(reference)) {
        throw new UserError(`${model.name} would be the image ${reference}, which the list has already`, {
          hint: 'Add it by hand, with another tag or image.',
        });
      }
      taken.add(reference);
    }
    return { ...model, ...(await describe(entry, model, run)) };
  } catch (error) {
    return { ...model, status: 'left-out', error: failureOf(error) };
  } finally {
    run.progress.end(model.name);
  }
}

async function describe(entry: Entry, model: ListedModel, run: CurationRun): Promise<Proposed> {
  const source = run.sourceOf(model);
  try {
    const { revision, files, layers, bytes } = await readPublishable(entry, source, run.signal);
    if (model.gated) await checkAccess(files, source, run.signal);
    const { license } = revision;
    return { status: 'proposed', layers, bytes, ...(license === undefined ? {} : { license }) };
  } finally {
    await source.close();
  }
}
