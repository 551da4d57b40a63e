/** Changes of a sequence with a dash per element (YAML 1.2, chapter 8.2.1), by whole lines. */
import type { CST } from 'yaml';
import type { Change, Splice } from './splice.ts';

export interface BlockSource {
  text: string;
  token: CST.BlockSequence;
  /** Where the content of each element ends. */
  ends: readonly number[];
}

/** Lines as offsets: from the beginning of the first to the beginning of the one behind the last. */
interface Span {
  start: number;
  end: number;
}

export function changeBlock(source: BlockSource, { remove, add }: Change): Splice[] {
  const { text } = source;
  const spans = spansOf(source);
  const splices: Splice[] = [];
  let done = 0;
  for (const [at] of spans.entries()) {
    if (!remove.has(at)) continue;
    const span = removal(text, spans, at);
    splices.push({ start: Math.max(span.start, done), end: span.end, text: '' });
    done = span.end;
  }
  const last = spans.at(-1);
  if (add.length === 0 || last === undefined) return splices;
  return [...splices, { start: last.end, end: last.end, text: addition(source, spans, { remove, add }) }];
}

/** The lines of each element, with the comments behind it that are indented deeper than its dash. */
function spansOf({ text, token, ends }: BlockSource): Span[] {
  return dashesOf(token).map((dash, at) => {
    const start = lineStart(text, dash);
    let end = lineEnd(text, ends[at] ?? dash);
    while (indentOfComment(text, skipBlank(text, end)) > dash - start) {
      end = lineEnd(text, skipBlank(text, end));
    }
    return { start, end };
  });
}

function dashesOf(token: CST.BlockSequence): number[] {
  return token.items.flatMap(({ start }) =>
    start.filter(({ type }) => type === 'seq-item-ind').map(({ offset }) => offset),
  );
}

/**
 * What to take out for an element: its lines and the comment above it, except where that comment is the heading of
 * a paragraph that goes on, or of the whole sequence; and where it was a paragraph, the empty lines above it.
 */
function removal(text: string, spans: readonly Span[], at: number): Span {
  const { start: first, end } = spans[at] ?? { start: 0, end: 0 };
  const above = spans[at - 1]?.end;
  const isLast = at === spans.length - 1;
  const goesOn = !isLast && !isBlank(text, end);
  if (above === undefined) return { start: first, end: isLast ? end : skipBlank(text, end) };
  let start = first;
  while (start > above && indentOfComment(text, lineAbove(text, start)) >= 0) start = lineAbove(text, start);
  const heads = start > above;
  if (heads && goesOn) return { start: first, end };
  while (start > above && isBlank(text, lineAbove(text, start))) start = lineAbove(text, start);
  return { start, end };
}

function addition({ text, token }: BlockSource, spans: readonly Span[], { remove, add }: Change): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const [dash = 0] = dashesOf(token);
  const indent = ' '.repeat(dash - lineStart(text, dash));
  const [beforeLast, last] = [spans.at(-2), spans.at(-1)];
  const apart = beforeLast !== undefined && last !== undefined && isBlank(text, beforeLast.end);
  const elements = add.map(
    (element) =>
      `${apart ? newline : ''}${indent}- ${element.replaceAll('\n', `${newline}${indent}  `)}${newline}`,
  );
  const ended = text.endsWith('\n') || last === undefined || last.end < text.length;
  if (ended) return elements.join('');
  return (remove.has(spans.length - 1) ? '' : newline) + elements.join('').slice(0, -newline.length);
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

function lineAbove(text: string, start: number): number {
  return lineStart(text, start - 1);
}

/** The indentation of the line that begins at `start`, where it is a comment; otherwise -1. */
function indentOfComment(text: string, start: number): number {
  const comment = /[ \t]*#/y;
  comment.lastIndex = start;
  return (comment.exec(text)?.[0].length ?? 0) - 1;
}

function isBlank(text: string, start: number): boolean {
  return start < text.length && text.slice(start, lineEnd(text, start)).trim() === '';
}

function skipBlank(text: string, start: number): number {
  return isBlank(text, start) ? skipBlank(text, lineEnd(text, start)) : start;
}
