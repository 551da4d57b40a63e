/**
 * Changes of a list by the program, made in its text: comments, order, quotes and empty lines of everything else
 * stay as they are.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { UserError } from '../errors.ts';
import { keyText, nodeAt } from './document.ts';
import { changeSequence, contentEnd } from './edit-sequence.ts';
import type { Entry } from './entry.ts';
import { ENTRY_KEYS, type ListedEntry } from './schema.ts';
import { applySplices, type Splice } from './splice.ts';

/** `entry` is one that was parsed from the very text that is edited. */
export type Edit =
  | { kind: 'update'; entry: Entry; sha?: string; tags?: readonly string[] }
  | { kind: 'add'; listed: ListedEntry }
  | { kind: 'remove'; entry: Entry };

interface Editing {
  text: string;
  document: Document.Parsed;
  list: YAMLSeq | undefined;
  /** The index of the entry that begins at `line:column`. */
  indices: ReadonlyMap<string, number>;
  /** The anchors that an alias refers to. */
  aliases: ReadonlySet<string>;
}

/**
 * @param text a list without problems.
 * @throws UserError where a value is shared by an anchor and cannot be changed for one entry.
 * @throws RangeError where an entry is not of this text, or two edits are of one place.
 */
export function editList(text: string, edits: readonly Edit[]): string {
  const editing = open(text);
  const splices: Splice[] = [];
  const remove = new Set<number>();
  const add: ListedEntry[] = [];
  for (const edit of edits) {
    if (edit.kind === 'add') add.push(edit.listed);
    else if (edit.kind === 'remove') remove.add(indexOf(editing, edit.entry));
    else splices.push(...updates(editing, edit));
  }
  if (remove.size + add.length > 0) splices.push(...changeList(editing, remove, add));
  return applySplices(text, splices);
}

function open(text: string): Editing {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    keepSourceTokens: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const found = isMap(document.contents) ? nodeAt(document.contents, ['models']) : document.contents;
  const list = isSeq(found) ? found : undefined;
  const indices = new Map<string, number>();
  for (const [at, item] of list?.items.entries() ?? []) {
    const { line, col } = lines.linePos((item as YAMLMap).range?.[0] ?? 0);
    indices.set(`${line}:${col}`, at);
  }
  const aliases = new Set<string>();
  visit(document, {
    Alias: (_key, { source }) => {
      aliases.add(source);
    },
  });
  return { text, document, list, indices, aliases };
}

function indexOf({ indices }: Editing, { name, position: { line, column } }: Entry): number {
  const at = indices.get(`${line}:${column}`);
  if (at === undefined) throw new RangeError(`${name} does not begin at ${line}:${column} of the list`);
  return at;
}

function changeList(editing: Editing, remove: ReadonlySet<number>, add: readonly ListedEntry[]): Splice[] {
  const { text, document, list } = editing;
  if (list === undefined || list.items.length === 0) return fillEmpty(text, document, add);
  const flow = list.flow === true;
  const splices = changeSequence(text, list, { remove, add: add.map((listed) => entryText(listed, flow)) });
  if (flow || add.length > 0 || remove.size < list.items.length) return splices;
  // A sequence of no elements has no block form.
  const { contents } = document;
  const colon = isMap(contents) ? text.lastIndexOf(':', list.range?.[0] ?? 0) : -1;
  const start = colon < 0 ? (splices[0]?.start ?? 0) : colon + 1;
  return [{ start, end: start, text: colon < 0 ? '[]\n' : ' []' }, ...splices];
}

/** The first entries of a list without any: `models:`, `models: []`, or no more than comments. */
function fillEmpty(text: string, document: Document.Parsed, add: readonly ListedEntry[]): Splice[] {
  const { contents } = document;
  if (add.length === 0) return [];
  const entries = add.map((listed) => `  - ${entryText(listed, false).replaceAll('\n', '\n    ')}`);
  const old = isMap(contents) ? valueOf(contents, 'models') : contents;
  const [start = text.length, end = text.length] = (old as Node | null | undefined)?.range ?? [];
  const head = isMap(contents) ? [''] : ['models:'];
  const tail = /^\s*$/.test(text.slice(end)) && !text.includes('\n', end) ? [''] : [];
  const written = [...head, ...entries, ...tail].join('\n');
  return [{ start, end, text: written.replaceAll('\n', newlineOf(text)) }];
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** An entry in YAML, without a dash and without a newline at its end. */
function entryText(listed: ListedEntry, flow: boolean): string {
  const keys = ENTRY_KEYS.filter((key) => listed[key as keyof ListedEntry] !== undefined);
  const pairs = keys.map((key) => `${key}: ${valueText(listed[key as keyof ListedEntry] ?? '', flow)}`);
  return flow ? `{ ${pairs.join(', ')} }` : pairs.join('\n');
}

type Value = string | readonly unknown[] | Readonly<Record<string, unknown>>;

/** A value on one line, quoted where YAML's core schema would take it for something else than text. */
function valueText(value: Value, flow: boolean): string {
  const options = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
  const inFlow = stringify(typeof value === 'string' ? [value] : value, options).trimEnd();
  if (typeof value !== 'string') return inFlow;
  return flow ? inFlow.slice(1, -1) : stringify(value, options).trimEnd();
}

function updates(editing: Editing, edit: Extract<Edit, { kind: 'update' }>): Splice[] {
  const { entry, sha, tags } = edit;
  const map = editing.list?.items[indexOf(editing, entry)];
  if (!isMap(map) || isShared(editing, map)) throw sharedError(entry, 'entry');
  const splices: Splice[] = [];
  if (sha !== undefined && sha !== entry.sha) {
    splices.push(replaceValue(editing, entry, valueOf(map, 'sha'), sha));
  }
  if (tags !== undefined) splices.push(...changeTags(editing, map, entry, tags));
  return splices;
}

function changeTags(editing: Editing, map: YAMLMap, entry: Entry, tags: readonly string[]): Splice[] {
  const gone = entry.tags.flatMap((tag, at) => (tags.includes(tag) ? [] : [at]));
  const fresh = tags.filter((tag) => !entry.tags.includes(tag));
  if (gone.length + fresh.length === 0) return [];
  const written = valueOf(map, 'tag') ?? valueOf(map, 'tagAs');
  if (written === undefined) return [insertTags(editing.text, map, tags)];
  if (!isSeq(written))
    return [replaceValue(editing, entry, written, tags.length === 1 ? (tags[0] ?? '') : tags)];
  if (isShared(editing, written)) throw sharedError(entry, 'tag');
  const add = fresh.map((tag) => valueText(tag, written.flow === true));
  return changeSequence(editing.text, written, { remove: new Set(gone), add });
}

/** A new key behind the last one of an entry. */
function insertTags(text: string, map: YAMLMap, tags: readonly string[]): Splice {
  const value = valueText(tags.length === 1 ? (tags[0] ?? '') : tags, map.flow === true);
  const last = map.items.at(-1);
  const start = contentEnd(text, last?.value ?? last?.key);
  if (map.flow === true) return { start, end: start, text: `, tag: ${value}` };
  const [first = 0] = map.range ?? [];
  const indent = ' '.repeat(first - (text.lastIndexOf('\n', first - 1) + 1));
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  const at = text[end - 1] === '\r' ? end - 1 : end;
  return { start: at, end: at, text: `${newlineOf(text)}${indent}tag: ${value}` };
}

function valueOf(map: YAMLMap, name: string): unknown {
  return map.items.find(({ key }) => keyText(key) === name)?.value ?? undefined;
}

function replaceValue(
  editing: Editing,
  entry: Entry,
  node: unknown,
  value: string | readonly string[],
): Splice {
  if (!isScalar(node) && !isAlias(node)) throw new RangeError(`${entry.name} has no such value to change`);
  if (isShared(editing, node)) throw sharedError(entry, 'value');
  const start = node.range?.[0] ?? 0;
  const quote = isScalar(node) && typeof value === 'string' ? QUOTES.get(String(node.type)) : undefined;
  const text = quote === undefined ? valueText(value, true) : `${quote}${String(value)}${quote}`;
  return { start, end: contentEnd(editing.text, node), text };
}

const QUOTES = new Map([
  ['QUOTE_DOUBLE', '"'],
  ['QUOTE_SINGLE', "'"],
]);

function isShared({ aliases }: Editing, node: { anchor?: string } | Alias): boolean {
  return !isAlias(node) && node.anchor !== undefined && aliases.has(node.anchor);
}

function sharedError({ name, position: { file, line } }: Entry, what: string): UserError {
  return new UserError(`${file}:${line}: the ${what} of ${name} is shared with others by a YAML anchor`, {
    hint: 'write it out where it is used, or change it by hand',
  });
}
