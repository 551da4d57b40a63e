/** Removing elements of a YAML sequence and adding to it, in the text. */
import { isMap, isSeq, type Node, type YAMLSeq } from 'yaml';
import { changeBlock } from './edit-block.ts';
import { changeFlow } from './edit-flow.ts';
import type { Change, Splice } from './splice.ts';

/** @param sequence parsed with `keepSourceTokens`. */
export function changeSequence(text: string, sequence: YAMLSeq, change: Change): Splice[] {
  if (change.remove.size === 0 && change.add.length === 0) return [];
  const ends = sequence.items.map((item) => contentEnd(text, item));
  const token = sequence.srcToken;
  if (token?.type === 'block-seq') return changeBlock({ text, token, ends }, change);
  if (token?.type === 'flow-collection') return changeFlow({ text, token, ends }, change);
  throw new TypeError('a sequence without its source');
}

/** The offset at which a node's content ends; block collections of the library go on to what follows them. */
export function contentEnd(text: string, node: unknown): number {
  if ((isSeq(node) || isMap(node)) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last !== undefined) return contentEnd(text, isMap(node) ? lastOf(last) : last);
  }
  const [start, end] = (node as Node).range ?? [0, 0, 0];
  return start + text.slice(start, end).trimEnd().length;
}

function lastOf(pair: unknown): unknown {
  const { key, value } = pair as { key: unknown; value: unknown };
  return value ?? key;
}
