/** `ai-action update`: moves the models of the list to the Hub's newest commits. */
import { Command } from 'commander';

import { findUpdates, type ModelUpdate } from '../curation/find-updates.ts';
import { updateList } from '../curation/update-list.ts';
import { short } from '../curation/markdown.ts';
import { dayOf, describeChanges, isUpdated, updateSummary } from '../curation/update-summary.ts';
import { wholeEntries } from '../models/variants.ts';
import { writeOutputFile } from '../report/output-file.ts';
import { openProgress } from '../report/progress.ts';
import { formatTable } from '../report/table.ts';
import { openCuration, unlessInterrupted } from './hub-access.ts';
import type { Io } from './io.ts';
import { OPTIONS } from './options.ts';
import { failuresIn, type Finish, type Outcome } from './outcome.ts';
import { selectEntries } from './select.ts';

export interface UpdateOptions {
  models: string;
  only?: string[];
  hub?: string;
  dryRun?: boolean;
  summary?: string;
  json?: boolean;
}

export function updateCommand(io: Io, finish: Finish): Command {
  const { models, only, hub, summary, json } = OPTIONS;
  const command = new Command('update')
    .description('move the models of the list to their newest commits on the Hub')
    .option('--dry-run', 'say what would change, and leave the list as it is');
  for (const option of [models, only, hub, summary, json]) command.addOption(option());
  return command.action(async (options: UpdateOptions) => finish(await runUpdate(options, io)));
}

export async function runUpdate(options: UpdateOptions, io: Io): Promise<Outcome> {
  const selected = await selectEntries({ models: options.models, ...onlyOf(options) }, io);
  const entries = wholeEntries(selected.entries);
  const progress = openProgress(io.stderr);
  const run = openCuration(options.hub, io, progress);
  let updates: ModelUpdate[];
  try {
    updates = await unlessInterrupted(findUpdates(entries, run), io);
  } finally {
    progress.close();
  }
  if (options.dryRun !== true) updates = await updateList(options.models, entries, updates);
  const summary = updateSummary(updates, run.endpoint);
  if (options.summary !== undefined) await writeOutputFile('--summary', options.summary, summary);
  io.stdout.write(
    options.json === true ? `${JSON.stringify({ models: updates }, null, 2)}\n` : updateText(updates),
  );
  const failures = failuresIn(updates);
  return {
    exitCode: failures.length === 0 ? 0 : 1,
    failures,
    outputs: { updated: updates.filter(isUpdated).length, failed: failures.length },
    summary,
  };
}

function onlyOf({ only }: UpdateOptions): { only?: string[] } {
  return only === undefined ? {} : { only };
}

function updateText(updates: readonly ModelUpdate[]): string {
  const rows = updates.filter(isUpdated).map((update) => {
    const [newest] = update.commits ?? [];
    const commits = `${short(update.from)} → ${short(update.to)}`;
    return ['updated', update.name, commits, newest ? dayOf(newest.date) : '', describeChanges(update)];
  });
  const moved = updates.flatMap(({ name, movedTo }) =>
    movedTo === undefined ? [] : [`note: ${name} is called ${movedTo} on the Hub by now`],
  );
  const lines = [formatTable(rows), ...moved, totals(updates)];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

const STATUS_WORDS = {
  updated: 'updated',
  current: 'up to date',
  pinned: 'pinned',
  folder: 'of folders',
  failed: 'failed',
};

function totals(updates: readonly ModelUpdate[]): string {
  const words = Object.entries(STATUS_WORDS)
    .map(([status, word]) => ({ word, number: updates.filter((update) => update.status === status).length }))
    .filter(({ number }) => number > 0)
    .map(({ word, number }) => `${number} ${word}`);
  return words.join(', ');
}
