/** A list's text as entries, with every mistake in it. */
import { isMap, isSeq } from 'yaml';
import { type CheckedEntry, checkEntry } from './check-entry.ts';
import { keyText, type ListDocument, MAX_TEXT, nodeAt, readDocument } from './document.ts';
import type { Entry } from './entry.ts';
import { TOO_DEEP } from './explain-syntax.ts';
import { nearest } from './nearest.ts';
import { normalise } from './normalise.ts';
import type { Problem } from './problem.ts';
import { LIST_KEYS } from './schema.ts';

export interface ParsedList {
  /** The entries without a mistake, in the list's order; one with variants is there once for each image. */
  entries: readonly Entry[];
  /** All mistakes, in the order of their places; the list may be used where there are none. */
  problems: readonly Problem[];
}

/**
 * @param text the list: YAML, a sequence of entries, bare or under the key `models`.
 * @param file what the list is called in positions and problems.
 */
export function parseList(text: string, file: string): ParsedList {
  if (text.length > MAX_TEXT) {
    const message = `the list has ${text.length} characters; at most ${MAX_TEXT} are read`;
    return { entries: [], problems: [atBeginning(file, message, 'split it into several lists')] };
  }
  try {
    return checkList(readDocument(text, file), file);
  } catch (error) {
    if (!(Error.isError(error) && error.name === 'RangeError')) throw error;
    const [tooDeep = '', hint = ''] = TOO_DEEP.split('\n');
    const message = error.message.startsWith('the aliases') ? error.message : tooDeep;
    return { entries: [], problems: [atBeginning(file, message, hint)] };
  }
}

/**
 * Problems at keys of entries that were parsed from this text, for what is found out about them later.
 *
 * @param mistakes their text is `message\nhint`.
 */
export function problemsIn(
  text: string,
  file: string,
  mistakes: readonly { entry: Entry; key: string; text: string }[],
): Problem[] {
  const document = readDocument(text, file);
  const nodes = new Map<string, unknown>();
  for (const node of entryNodes(document, [])) {
    const { line, column } = document.lineOf(node);
    nodes.set(`${line}:${column}`, node);
  }
  return mistakes.map(({ entry: { position }, key, text: said }) =>
    document.problemAt(nodeAt(nodes.get(`${position.line}:${position.column}`), [key]), said),
  );
}

function atBeginning(file: string, message: string, hint: string): Problem {
  return { file, line: 1, column: 1, length: 1, message, hint, excerpt: '' };
}

function checkList(document: ListDocument, file: string): ParsedList {
  const problems = [...document.problems];
  const entries: Entry[] = [];
  const seen = new Map<string, Named>();
  for (const node of entryNodes(document, problems)) {
    if (document.endOf(node) >= document.soundUntil) break;
    const { problems: found, listed, named } = checkEntry(document, node);
    for (const problem of found) problems.push(problem);
    if (named !== undefined) problems.push(...collisions(document, named, seen));
    if (listed !== undefined && found.length === 0) {
      entries.push(...normalise(listed, { file, ...document.lineOf(node) }));
    }
  }
  return { entries, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

const FORM = 'write\nmodels:\n  - name: owner/model\n    sha: and the 40 digits of the commit';

/** The entries' nodes; adds to the problems what is wrong with the list around them. */
function entryNodes(document: ListDocument, problems: Problem[]): readonly unknown[] {
  const { root } = document;
  const list = isMap(root) ? modelsOf(document, problems) : root;
  if (isSeq(list) && list.items.length > 0) return list.items;
  if (list === undefined || document.soundUntil < Infinity) return [];
  const empty = isSeq(list) || document.plain(list) === null;
  const text = empty ? `the list is empty\n${FORM}` : `this is not a list of models\n${FORM}`;
  problems.push(document.problemAt(list, text));
  return [];
}

/** The value of `models`; undefined where there is none, which is said. */
function modelsOf(document: ListDocument, problems: Problem[]): unknown {
  const { root } = document;
  if (!isMap(root)) return undefined;
  const pairs = root.items.map((pair) => ({ pair, name: keyText(pair.key) }));
  if (pairs.some(({ name }) => name === 'name') && !pairs.some(({ name }) => name === 'models')) {
    problems.push(document.problemAt(root, `this is an entry, not a list of them\n${FORM}`));
    return undefined;
  }
  let models: unknown;
  let found = false;
  for (const { pair, name } of pairs) {
    if (document.endOf(pair.key) >= document.soundUntil) break;
    if (name !== 'models') {
      const meant = nearest(name, LIST_KEYS);
      const hint = meant === undefined ? 'the only key around the list is models' : `did you mean ${meant}?`;
      problems.push(document.problemAt(pair.key, `"${name}" is not a key of the list\n${hint}`));
    } else if (found) {
      problems.push(document.problemAt(pair.key, 'the key models is there twice\nmake one list of the two'));
    } else {
      models = document.resolve(pair.value) ?? pair.key;
      found = true;
    }
  }
  if (!found && pairs.length === 0) return root;
  return models;
}

type Named = NonNullable<CheckedEntry['named']>;

/** The references that an entry has in common with one before it; remembers its own. */
function collisions(document: ListDocument, named: Named, seen: Map<string, Named>): Problem[] {
  const groups = [{ tags: named.tags, node: named.node }, ...named.companions];
  const met = groups.map(({ tags, node }) => ({ node, shared: sharedTags({ ...named, tags }, named, seen) }));
  return met.flatMap(({ node, shared }) =>
    Array.from(shared, ([first, tags]) => collision(document, { first, named, node, tags })),
  );
}

/** By the entry that has them already; tags that meet within an entry are its own mistake. */
function sharedTags(
  { image, tags }: Pick<Named, 'image' | 'tags'>,
  named: Named,
  seen: Map<string, Named>,
): Map<Named, string[]> {
  const shared = new Map<Named, string[]>();
  for (const tag of tags) {
    const reference = `${image}:${tag}`;
    const first = seen.get(reference);
    if (first === undefined) seen.set(reference, named);
    else if (first !== named) shared.set(first, [...(shared.get(first) ?? []), tag]);
  }
  return shared;
}

interface Met {
  first: Named;
  named: Named;
  node: unknown;
  tags: readonly string[];
}

function collision(document: ListDocument, { first, named, node, tags }: Met): Problem {
  const { line } = document.lineOf(first.node);
  const image = `${named.image}:${tags.join(',')}`;
  return document.problemAt(
    node,
    first.name === named.name
      ? `${named.name} is listed twice with the tag ${tags.join(', ')}; first on line ${line}\n` +
          'remove one of the two, or give one another tag'
      : `${named.name} and ${first.name} on line ${line} would be one image, ${image}\n` +
          'give one of the two another tag, or another name with image:',
  );
}
