/** What an update did, for the body of a pull request or a job's page. */
import type { Failure } from '../publish/failure.ts';
import { count, formatBytes } from '../report/format.ts';
import { escapeMarkdown, markdownCode, markdownTable } from '../report/markdown.ts';
import type { FileChanges } from './changes.ts';
import type { ModelUpdate, NewCommit } from './find-updates.ts';

/** Bytes of each of the tables: GitHub takes 65,536 characters for a body. */
const MOST_TABLE = 20_000;
/** Characters of a commit's title, or of a failure's message. */
const MOST_TEXT = 200;

/** @param endpoint of the Hub, which the links lead to. */
export function updateSummary(updates: readonly ModelUpdate[], endpoint: string): string {
  const updated = updates.filter(isUpdated);
  const failed = updates.filter((update) => update.status === 'failed');
  const parts = [`## ${count(updated.length, 'model')} with a newer commit`];
  if (updated.length > 0) {
    const heading = ['Model', 'Commit', 'Date', 'What changed'];
    parts.push(
      markdownTable(
        heading,
        updated.map((update) => updateRow(update, endpoint)),
        MOST_TABLE,
      ),
    );
  }
  if (failed.length > 0) {
    const rows = failed.map(({ name, error }) => [link(name, endpoint, name), problemText(error)]);
    parts.push(`### Left as they are`, markdownTable(['Model', 'Why'], rows, MOST_TABLE));
  }
  const moved = updates.flatMap(({ name, movedTo }) =>
    movedTo === undefined ? [] : [`- ${markdownCode(name)} is now ${link(movedTo, endpoint, movedTo)}`],
  );
  if (moved.length > 0) parts.push('### Called otherwise by now', moved.slice(0, 100).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

export function isUpdated(update: ModelUpdate): update is ModelUpdate & NewCommit {
  return update.status === 'updated';
}

function updateRow(update: ModelUpdate & NewCommit, endpoint: string): string[] {
  const { name, from, to, commits } = update;
  const [newest] = commits ?? [];
  const title = newest === undefined ? '' : `<br>${markdownCode(clip(newest.title))}`;
  return [
    link(name, endpoint, name),
    `${link(short(from), endpoint, `${name}/tree/${from}`)} → ${link(short(to), endpoint, `${name}/tree/${to}`)}`,
    newest === undefined ? '' : dayOf(newest.date),
    `${escapeMarkdown(describeChanges(update))}${title}`,
  ];
}

/** `2 files changed, 1 added: 90.9 MB to move, of 91.6 MB`. */
export function describeChanges({ changes, bytes }: NewCommit): string {
  if (changes === undefined) return `${formatBytes(bytes)}, the old commit is gone`;
  const words = wordsOf(changes);
  return words.length === 0
    ? 'no file of the image'
    : `${words.join(', ')}: ${formatBytes(changes.bytes)} of ${formatBytes(bytes)}`;
}

function wordsOf({ added, changed, removed }: FileChanges): string[] {
  return [[changed, 'changed'] as const, [added, 'added'] as const, [removed, 'removed'] as const]
    .filter(([number]) => number > 0)
    .map(([number, word], at) => (at === 0 ? `${count(number, 'file')} ${word}` : `${number} ${word}`));
}

export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function short(sha: string): string {
  return sha.slice(0, 12);
}

/** As code, so that no name or title of somebody's reads as a mention or a reference. */
function link(text: string, endpoint: string, path: string): string {
  return `[${markdownCode(text)}](${endpoint}/${path})`;
}

function problemText({ message, hint }: Failure): string {
  return [message, hint ?? ''].map((text) => escapeMarkdown(clip(text))).join('<br>');
}

function clip(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
}
