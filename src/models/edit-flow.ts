/** Changes of a sequence in brackets (YAML 1.2, chapter 7.4). */
import type { CST } from 'yaml';
import type { Change, Splice } from './splice.ts';

export interface FlowSource {
  text: string;
  token: CST.FlowCollection;
  /** Where the content of each element ends. */
  ends: readonly number[];
}

/** An element with the space and the comments around it, without the commas. */
interface Piece {
  before: string;
  element: string;
  after: string;
}

export function changeFlow(source: FlowSource, { remove, add }: Change): Splice[] {
  const { text, token } = source;
  const close = token.end[0]?.offset ?? text.length;
  const splice = { start: token.offset + 1, end: close };
  const pieces = piecesOf(source, close);
  const kept = pieces.filter((_, at) => !remove.has(at));
  const last = kept.at(-1);
  if (last === undefined) return [{ ...splice, text: add.join(', ') }];
  const [first] = kept;
  if (first !== undefined && remove.has(0) && first.before.trim() === '') {
    first.before = /^\s*/.exec(text.slice(splice.start, close))?.[0] ?? '';
  }
  const behind = pieces.at(-1)?.after ?? '';
  if (remove.has(pieces.length - 1) && behind.trim() === '') last.after += behind;
  const gap = kept.length > 1 && /^\s+$/.test(last.before) ? last.before : ' ';
  last.element += add.map((element) => `,${gap}${element}`).join('');
  return [{ ...splice, text: kept.map(({ before, element, after }) => before + element + after).join(',') }];
}

function piecesOf({ text, token, ends }: FlowSource, close: number): Piece[] {
  const commas = token.items.flatMap(({ start }) =>
    start.filter(({ type }) => type === 'comma').map(({ offset }) => offset),
  );
  return ends.map((end, at) => {
    const from = at === 0 ? token.offset + 1 : (commas[at - 1] ?? token.offset) + 1;
    const leading = /(?:\s|#[^\n]*\n)*/y;
    leading.lastIndex = from;
    const before = leading.exec(text)?.[0] ?? '';
    const comma = commas[at];
    // A comma behind the last element is dropped: `[a,]` becomes `[a]`.
    const after =
      comma !== undefined && at === ends.length - 1
        ? text.slice(end, comma) + text.slice(comma + 1, close)
        : text.slice(end, comma ?? close);
    return { before, element: text.slice(from + before.length, end), after };
  });
}
