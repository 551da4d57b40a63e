import { compareBytes } from '../oci/compare.ts';
import { formatPlatform } from '../oci/platform.ts';
import { type Entry, referencesOf } from './entry.ts';

/** The keys of a list whose change changes an image or where it is found. */
export type ChangedField =
  | 'name'
  | 'sha'
  | 'source'
  | 'tag'
  | 'include'
  | 'exclude'
  | 'layout'
  | 'platforms'
  | 'variants'
  | 'labels'
  | 'prompt'
  | 'cmd'
  | 'runtimes'
  | 'formats';

export interface ChangedEntry {
  entry: Entry;
  /** The entries of the base that it shares a reference with; almost always one. */
  before: readonly Entry[];
  fields: readonly ChangedField[];
}

export interface ListDiff {
  added: readonly Entry[];
  changed: readonly ChangedEntry[];
  /** What is in files is not in the list: an entry with a source or a prompt is here though these may have changed. */
  unchanged: readonly Entry[];
  /** Entries of the base none of whose references is left; their images are kept. */
  removed: readonly Entry[];
}

/**
 * What a list says that its base did not. An entry is identified by its references (`image:tag`, each in one entry
 * of a list only): it is added where the base has none of them, and otherwise compared with the entries there that
 * have one. Order, comments and the way of writing do not matter. All results are in their list's order.
 */
export function diffLists(base: readonly Entry[], present: readonly Entry[]): ListDiff {
  const byReference = new Map<string, Entry>();
  for (const entry of base) for (const reference of referencesOf(entry)) byReference.set(reference, entry);
  const kept = new Set<Entry>();
  const added: Entry[] = [];
  const changed: ChangedEntry[] = [];
  const unchanged: Entry[] = [];
  for (const entry of present) {
    const before = [...new Set(referencesOf(entry).flatMap((reference) => byReference.get(reference) ?? []))];
    for (const old of before) kept.add(old);
    const fields = [...new Set(before.flatMap((old) => changedFields(old, entry)))];
    if (before.length === 0) added.push(entry);
    else if (fields.length === 0) unchanged.push(entry);
    else changed.push({ entry, before, fields });
  }
  return { added, changed, unchanged, removed: base.filter((entry) => !kept.has(entry)) };
}

function changedFields(before: Entry, after: Entry): ChangedField[] {
  const [old, now] = [comparable(before), comparable(after)];
  return (Object.keys(now) as ChangedField[]).filter((field) => old[field] !== now[field]);
}

function comparable(entry: Entry): Record<ChangedField, string | undefined> {
  return {
    name: entry.name,
    sha: entry.sha,
    source: entry.source,
    tag: entry.tags.toSorted(compareBytes).join('\n'),
    include: entry.include.join('\n'),
    exclude: entry.exclude.join('\n'),
    layout: entry.layout,
    platforms: entry.platforms.map(formatPlatform).join('\n'),
    variants: JSON.stringify(entry.variant),
    labels: JSON.stringify(entry.labels),
    prompt: entry.prompt,
    cmd: JSON.stringify(entry.cmd),
    runtimes: JSON.stringify(entry.runtimes),
    formats: entry.formats?.join('\n'),
  };
}
