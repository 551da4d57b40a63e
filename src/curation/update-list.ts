import { UserError } from '../errors.ts';
import type { Edit } from '../models/edit.ts';
import type { Entry } from '../models/entry.ts';
import { wholeEntries } from '../models/variants.ts';
import { failureOf } from '../publish/failure.ts';
import type { ModelUpdate } from './find-updates.ts';
import { rewriteList } from './rewrite-list.ts';

/**
 * Writes new commits into the list.
 *
 * @param entries whole ones.
 * @param updates one for each entry, as `findUpdates` gives them.
 * @returns the same; those whose entry cannot be changed, or was changed by somebody meanwhile, have failed.
 */
export async function updateList(
  models: string,
  entries: readonly Entry[],
  updates: readonly ModelUpdate[],
): Promise<ModelUpdate[]> {
  const wanted = new Map(entries.map((entry, at) => [keyOf(entry), updates[at]]));
  const edits = new Map<ModelUpdate, Edit>();
  if (!updates.some(({ status }) => status === 'updated')) return [...updates];
  const refused = await rewriteList(models, (list) => {
    for (const entry of wholeEntries(list.entries)) {
      const update = wanted.get(keyOf(entry));
      if (update?.status === 'updated') edits.set(update, { kind: 'update', entry, sha: update.to });
    }
    return [...edits.values()];
  });
  return updates.map((update) => {
    if (update.status !== 'updated') return update;
    const edit = edits.get(update);
    const error = edit === undefined ? changedMeanwhile(update.name) : refused.get(edit);
    return error === undefined ? update : { ...update, status: 'failed', error: failureOf(error) };
  });
}

function keyOf(entry: Entry): string {
  return JSON.stringify([
    entry.name,
    entry.sha,
    entry.source === undefined && entry.track,
    entry.image,
    entry.tags,
  ]);
}

function changedMeanwhile(name: string): UserError {
  return new UserError(`${name} was changed in the list while the Hub was asked; it is left as it is`, {
    hint: 'Run update again.',
  });
}
