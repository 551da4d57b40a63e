/** Which entries of the list a command is about. */
import { UsageError } from '../errors.ts';
import { readBase as readGitBase, type BaseList } from '../models/base.ts';
import { diffLists, type ListDiff } from '../models/diff.ts';
import { referencesOf, type Entry } from '../models/entry.ts';
import { ListError } from '../models/list-error.ts';
import { nearest } from '../models/nearest.ts';
import { parseList } from '../models/parse.ts';
import { readList } from '../models/read-list.ts';
import type { Io } from './io.ts';
import type { ListOptions } from './options.ts';

export interface Selected {
  entries: readonly Entry[];
  /** References that the base has and the list has not: their images are kept. */
  removed: readonly string[];
  /** How many entries the comparison with the base left out. */
  unchanged: number;
}

/**
 * @throws ListError with every mistake of the list; UsageError where a name of `--only` is not in it, and where the base
 *   cannot be read.
 */
export async function selectEntries(
  options: ListOptions,
  { readBase = readGitBase }: Pick<Io, 'readBase'>,
): Promise<Selected> {
  const { models, base, select = base === undefined ? 'missing' : 'changed' } = options;
  if (select === 'changed' && base === undefined) {
    throw new UsageError('--select is changed, which needs --base', {
      hint: 'Name the git revision to compare with, as in --base HEAD~1 or --base origin/main.',
    });
  }
  const { entries, text, problems } = await readList(models);
  if (problems.length > 0) throw new ListError(models, problems);
  const compared =
    base === undefined ? undefined : compare({ models, text, entries }, base, await readBase(models, base));
  const diff = compared?.diff;
  const candidates = select === 'changed' && diff !== undefined ? changedEntries(entries, diff) : entries;
  return {
    entries: onlyNamed(candidates, entries, options.only),
    removed: compared?.removed ?? [],
    unchanged: entries.length - candidates.length,
  };
}

interface PresentList {
  models: string;
  text: string;
  entries: readonly Entry[];
}

interface Compared {
  diff: ListDiff;
  /** References that the base has and the list has not. */
  removed: string[];
}

function compare({ models, text, entries }: PresentList, base: string, found: BaseList): Compared {
  switch (found.kind) {
    case 'found': {
      if (found.text === text) {
        return { diff: { added: [], changed: [], unchanged: entries, removed: [] }, removed: [] };
      }
      // What a base with mistakes has of whole entries still counts: the rest is new.
      const before = parseList(found.text, models).entries;
      const present = new Set(entries.flatMap(referencesOf));
      const removed = before.flatMap(referencesOf).filter((reference) => !present.has(reference));
      return { diff: diffLists(before, entries), removed };
    }
    case 'absent':
      return { diff: { added: entries, changed: [], unchanged: [], removed: [] }, removed: [] };
    default:
      throw new UsageError(`--base ${base}: ${found.message}`, {
        hint:
          found.kind === 'unknown-revision'
            ? 'Fetch it (a shallow clone lacks older commits), name another, or use --select missing.'
            : 'Use --select missing, which compares with the registry instead of with git.',
      });
  }
}

/** What differs, and every entry with a folder or a prompt: what is in these is not in the list. */
function changedEntries(entries: readonly Entry[], diff: ListDiff): readonly Entry[] {
  const changed = new Set([...diff.added, ...diff.changed.map(({ entry }) => entry)]);
  return entries.filter(
    (entry) => changed.has(entry) || entry.source !== undefined || entry.prompt !== undefined,
  );
}

function onlyNamed(
  candidates: readonly Entry[],
  entries: readonly Entry[],
  only: readonly string[] | undefined,
): readonly Entry[] {
  if (only === undefined) return candidates;
  const names = new Set(entries.map(({ name }) => name));
  for (const name of only) {
    if (names.has(name)) continue;
    const meant = nearest(name, [...names]);
    throw new UsageError(`--only ${name}: the list has no model of this name`, {
      hint: meant === undefined ? 'Write the name as the list has it.' : `Did you mean ${meant}?`,
    });
  }
  return candidates.filter(({ name }) => only.includes(name));
}
