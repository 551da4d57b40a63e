/**
 * A list's YAML as plain data and the places of its parts. Only texts, sequences and mappings are known (the
 * failsafe schema of YAML 1.2, chapter 10.1), so that a tag `1.0` and a sha of decimal digits stay as written.
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
  type Pair,
  parseDocument,
  type ParsedNode,
  visit,
  type YAMLMap,
} from 'yaml';
import { explainSyntax } from './explain-syntax.ts';
import type { Problem } from './problem.ts';

export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain };
export type Path = readonly (string | number)[];

/** Characters. 10,000 entries are about a million. */
export const MAX_TEXT = 8 * 1024 * 1024;
/** Characters: a longer line is not shown, since each of its mistakes would show it. */
const MAX_EXCERPT = 1000;
/** How many values the aliases of a list may stand for in all. */
const MAX_ALIASED = 100_000;
/** A list, its entries, their values and the elements of these; what is nested deeper is wrong anyway. */
const MAX_DEPTH = 6;

/** A parsed text that can say where things are. */
export interface ListDocument {
  root: ParsedNode | null;
  /** Mistakes of YAML itself, in order. */
  problems: readonly Problem[];
  /** Where the first of them is: what follows it is often not read as it was meant. */
  soundUntil: number;
  /** The node, or what its alias stands for. */
  resolve: (node: unknown) => unknown;
  plain: (node: unknown) => Plain;
  /** A problem at a node; without one, at the beginning of the text. The text is `message\nhint`. */
  problemAt: (node: unknown, text: string) => Problem;
  lineOf: (node: unknown) => { line: number; column: number };
  /** The offset at which the node ends, the space behind it included. */
  endOf: (node: unknown) => number;
}

/** @throws RangeError on a text that is nested too deeply for the parser. */
export function readDocument(text: string, file: string): ListDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    // Found by the caller: the library compares each key of a mapping with all before it.
    uniqueKeys: false,
  });
  const at = (start: number, end: number, said: string): Problem => {
    const [message = '', ...hint] = said.split('\n');
    const { line, col } = lines.linePos(start);
    const from = lines.lineStarts[line - 1] ?? 0;
    const shown = text.slice(from, (lines.lineStarts[line] ?? text.length + 1) - 1).trimEnd();
    const length = Math.max(1, Math.min(end, from + shown.length) - start);
    const excerpt = shown.length > MAX_EXCERPT ? '' : shown;
    const problem: Problem = { file, line, column: col, length, message, excerpt };
    return hint.length === 0 ? problem : { ...problem, hint: hint.join('\n') };
  };
  const { resolve, dangling } = aliasesOf(document);
  const conflicts = [...text.matchAll(CONFLICT)];
  const last = Math.max(0, text.trimEnd().length - 1);
  return {
    root: conflicts.length > 0 ? null : document.contents,
    problems:
      conflicts.length > 0
        ? conflicts.map(({ index, 0: mark }) => at(index, index + mark.length, UNMERGED))
        : [
            ...oneOfEach(
              [...document.errors, ...document.warnings].map((error) =>
                // What is missing at the end of the text is put right on its last line that has something.
                at(Math.min(error.pos[0], last), error.pos[1], explainSyntax(error.code, error.message)),
              ),
            ),
            ...dangling.map(({ range, source }) =>
              at(
                range?.[0] ?? 0,
                range?.[1] ?? 0,
                `the alias *${source} has no anchor &${source} before it\n${PLAIN_STAR}`,
              ),
            ),
          ],
    soundUntil:
      conflicts[0]?.index ?? document.errors.reduce((least, { pos }) => Math.min(least, pos[0]), Infinity),
    resolve,
    plain: plainReader(resolve),
    problemAt: (node, said) => at(startOf(node), (node as Node | null)?.range?.[1] ?? 0, said),
    lineOf: (node) => {
      const { line, col } = lines.linePos(startOf(node));
      return { line, column: col };
    },
    endOf: (node) => (node as Node | null | undefined)?.range?.[2] ?? 0,
  };
}

/** Brackets that are not closed are told of one by one, all at the text's end and all with one thing to do. */
function oneOfEach(problems: readonly Problem[]): Problem[] {
  const places = new Map(problems.toReversed().map((one) => [`${one.line}:${one.column} ${one.hint}`, one]));
  return problems.filter((one) => places.get(`${one.line}:${one.column} ${one.hint}`) === one);
}

function startOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}

/** What git writes before the two sides of what it could not merge: nothing around it is worth a word. */
const CONFLICT = /^<{7} .*$/gm;
const UNMERGED =
  'a merge left both sides of a conflict here\nkeep one of them, and take the lines <<<<<<<, ======= and >>>>>>> out';

const PLAIN_STAR = 'set the anchor; a glob that begins with * is written in quotes: "*.bin"';

/** Finds what every alias stands for in one walk; the library walks the whole document for each. */
function aliasesOf(document: Document.Parsed): { resolve: (node: unknown) => unknown; dangling: Alias[] } {
  const targets = new Map<unknown, unknown>();
  const anchors = new Map<string, unknown>();
  const dangling: Alias[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        targets.set(node, anchors.get(node.source));
        if (!anchors.has(node.source)) dangling.push(node);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return { resolve: (node) => (isAlias(node) ? targets.get(node) : node), dangling };
}

function plainReader(resolve: (node: unknown) => unknown): (node: unknown) => Plain {
  let aliased = 0;
  const read = (written: unknown, depth: number, inAlias: boolean): Plain => {
    const node = resolve(written);
    const counted = inAlias || node !== written;
    if (depth > MAX_DEPTH) return null;
    if (counted && ++aliased > MAX_ALIASED) {
      throw new RangeError(`the aliases stand for more than ${MAX_ALIASED} values`);
    }
    if (isSeq(node)) return node.items.map((item) => read(item, depth + 1, counted));
    if (isMap(node)) {
      return Object.fromEntries(
        node.items.map(({ key, value }) => [keyText(resolve(key)), read(value, depth + 1, counted)]),
      );
    }
    return scalarText(node);
  };
  return (node) => read(node, 0, false);
}

/** A key's text; a key that is a sequence or mapping has none. */
export function keyText(key: unknown): string {
  return isScalar(key) && typeof key.value === 'string' ? key.value : '';
}

function scalarText(node: unknown): string | null {
  if (!isScalar(node) || typeof node.value !== 'string') return null;
  return node.type === 'PLAIN' && /^(?:~|null|Null|NULL)?$/.test(node.value) ? null : node.value;
}

/** The node at a path below `node`, or the last one on the way that is written there and not behind an alias. */
export function nodeAt(node: unknown, path: Path): unknown {
  let found = node;
  for (const part of path) {
    const next = isSeq(found) ? found.items[Number(part)] : pairOf(found, String(part))?.value;
    if (next === undefined || next === null) return found;
    found = next;
  }
  return found;
}

/** The node of a key in a mapping, or the mapping. */
export function keyAt(node: unknown, name: string): unknown {
  return pairOf(node, name)?.key ?? node;
}

const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

/** The last pair of a name, which is the one that counts. */
function pairOf(map: unknown, name: string): Pair | undefined {
  if (!isMap(map)) return undefined;
  const index = indexes.get(map) ?? new Map(map.items.map((pair) => [keyText(pair.key), pair]));
  indexes.set(map, index);
  return index.get(name);
}
