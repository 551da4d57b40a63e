/** `ai-action diff`: what differs between two images, and what a puller moves from one to the other. */
import { Argument, Command } from 'commander';

import { compareImages, type ComparedFile, type ImageComparison } from '../inspecting/compare-images.ts';
import { count, formatBytes } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import { formatTable } from '../report/table.ts';
import type { Io } from './io.ts';
import { withReferences, type ReadOptions } from './open-reference.ts';
import { OPTIONS, referenceArgument, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';

interface DiffOptions extends ReadOptions {
  platform?: string;
}

export function diffCommand(io: Io, finish: Finish): Command {
  const { platform, insecure, json } = OPTIONS;
  const command = new Command('diff')
    .description('say which files differ between two images, and what a puller moves from one to the other')
    .addArgument(referenceArgument())
    .addArgument(new Argument('<other>', 'the image that it is compared with, as the later one'));
  for (const option of [platform, insecure, json]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (reference: string, other: string, options: DiffOptions) =>
    finish(await runDiff([reference, other], options, io)),
  );
}

async function runDiff(texts: [string, string], options: DiffOptions, io: Io): Promise<Outcome> {
  const platform = options.platform === undefined ? {} : { platform: options.platform };
  const comparison = await withReferences(texts, options, io, ([from, to]) =>
    compareImages({ ...from!, ...platform }, { ...to!, ...platform }),
  );
  io.stdout.write(
    options.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison),
  );
  return { exitCode: 0 };
}

function comparisonText(comparison: ImageComparison): string {
  const { added, changed, removed, unchanged, sharedLayers, layers, ranges } = comparison;
  const rows = [
    ...added.map((file) => ['added', ...fileRow(file)]),
    ...changed.map((file) => ['changed', ...fileRow(file)]),
    ...removed.map((file) => ['removed', ...fileRow(file)]),
  ];
  const lines = [
    formatTable(rows),
    `${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged`,
    `to move by whole layers: ${formatBytes(layers.bytes)} in ${count(layers.count, 'layer')}; ` +
      `${formatBytes(sharedLayers.bytes)} in ${sharedLayers.count} shared`,
    `to move by ranges: ${formatBytes(ranges.bytes)}`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

function fileRow({ path, size, sizeBefore }: ComparedFile): string[] {
  const before = sizeBefore === undefined || sizeBefore === size ? '' : `${formatBytes(sizeBefore)} → `;
  return [printable(path), `${before}${formatBytes(size)}`];
}
