/** Parts of the bodies of pull requests; GitHub takes 65,536 characters for one. */
import type { Failure } from '../publish/failure.ts';
import { escapeMarkdown, markdownCode, markdownTable } from '../report/markdown.ts';

/** Bytes of a table. */
const MOST_TABLE = 20_000;
/** Characters of a text that somebody else wrote. */
const MOST_TEXT = 200;

export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(heading, rows, MOST_TABLE);
}

/** As code, so that no name or title of somebody's reads as a mention or a reference. */
export function link(text: string, endpoint: string, path: string): string {
  return `[${markdownCode(text)}](${endpoint}/${path})`;
}

export function failureText({ message, hint }: Failure): string {
  return [message, ...(hint === undefined ? [] : [hint])]
    .map((text) => escapeMarkdown(clip(text)))
    .join('<br>');
}

export function clip(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
}

/** The first digits of a commit. */
export function short(sha: string): string {
  return sha.slice(0, 12);
}
