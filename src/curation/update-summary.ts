/** What an update did, for the body of a pull request or a job's page. */
import { count, formatBytes } from '../report/format.ts';
import { escapeMarkdown, markdownCode } from '../report/markdown.ts';
import type { FileChanges } from './changes.ts';
import type { ModelUpdate, NewCommit } from './find-updates.ts';
import { clip, failureText, link, short, table } from './markdown.ts';

const MOST_MOVED = 100;

/** @param endpoint of the Hub, which the links lead to. */
export function updateSummary(updates: readonly ModelUpdate[], endpoint: string): string {
  const updated = updates.filter(isUpdated).map((update) => updateRow(update, endpoint));
  const failed = updates
    .filter((update) => update.status === 'failed')
    .map(({ name, error }) => [link(name, endpoint, name), failureText(error)]);
  const moved = updates.flatMap(({ name, movedTo }) =>
    movedTo === undefined ? [] : [`- ${markdownCode(name)} is now ${link(movedTo, endpoint, movedTo)}`],
  );
  const parts = [`## ${count(updated.length, 'model')} with a newer commit`];
  if (updated.length > 0) parts.push(table(['Model', 'Commit', 'Date', 'What changed'], updated));
  if (failed.length > 0) parts.push('### Left as they are', table(['Model', 'Why'], failed));
  if (moved.length > 0) {
    parts.push('### Called otherwise on the Hub by now', moved.slice(0, MOST_MOVED).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

export function isUpdated(update: ModelUpdate): update is ModelUpdate & NewCommit {
  return update.status === 'updated';
}

function updateRow(update: ModelUpdate & NewCommit, endpoint: string): string[] {
  const { name, from, to, commits } = update;
  const [newest] = commits ?? [];
  const title = newest === undefined ? '' : `<br>${markdownCode(clip(newest.title))}`;
  const commit = (sha: string): string => link(short(sha), endpoint, `${name}/tree/${sha}`);
  return [
    link(name, endpoint, name),
    `${commit(from)} → ${commit(to)}`,
    newest === undefined ? '' : dayOf(newest.date),
    `${escapeMarkdown(describeChanges(update))}${title}`,
  ];
}

/** `2 files changed, 1 added: 90.9 MB of 91.6 MB`. */
export function describeChanges({ changes, bytes }: NewCommit): string {
  if (changes === undefined) return `${formatBytes(bytes)}, the old commit is gone`;
  const words = wordsOf(changes);
  return words.length === 0
    ? 'no file of the image'
    : `${words.join(', ')}: ${formatBytes(changes.bytes)} of ${formatBytes(bytes)}`;
}

function wordsOf({ added, changed, removed }: FileChanges): string[] {
  const numbers = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
  ] as const;
  return numbers
    .filter(([number]) => number > 0)
    .map(([number, word], at) => (at === 0 ? `${count(number, 'file')} ${word}` : `${number} ${word}`));
}

export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
