/** `ai-action prune`: removes images that no tag, index or referrer needs any more. */
import { Command, InvalidArgumentError, Option } from 'commander';

import { UsageError } from '../errors.ts';
import { repositoryOf } from '../models/image-name.ts';
import { collectUntagged } from '../prune/collection.ts';
import { pruneRegistry } from '../prune/prune-registry.ts';
import { parseDestination, type Destination } from '../publish/target.ts';
import { endpointOf } from '../registry/endpoint.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { openProgress, type Progress } from '../report/progress.ts';
import type { Io } from './io.ts';
import { OPTIONS, withSignInOptions } from './options.ts';
import type { Finish, Outcome } from './outcome.ts';
import {
  collectedReport,
  failuresOf,
  prunedReport,
  pruneSummary,
  pruneText,
  type PruneReport,
} from './prune-report.ts';
import { openPruneTarget, ownRegistryProof, type PruneAccess, type PruneTarget } from './prune-target.ts';
import { tellWaits } from './run.ts';
import { selectEntries } from './select.ts';
import { failureLines } from './text.ts';

interface PruneCommandOptions extends PruneAccess {
  registry?: string;
  /** Hours. */
  olderThan: number;
  delete?: boolean;
  models: string;
  insecure?: boolean;
  json?: boolean;
}

const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24 };
const USUAL_AGE = 30 * 24;

export function pruneCommand(io: Io, finish: Finish): Command {
  const { registry, models, githubToken, insecure, json } = OPTIONS;
  const command = new Command('prune')
    .description('say which images no tag, index or referrer needs any more, and remove them with --delete')
    .addOption(registry())
    .addOption(
      new Option(
        '--older-than <age>',
        'leave alone what was pushed, or had a tag moved, since: hours, days or weeks',
      )
        .argParser(parseAge)
        .default(USUAL_AGE, '30d'),
    )
    .option('--delete', 'remove them; without it nothing is changed');
  for (const option of [githubToken, models, insecure, json]) command.addOption(option());
  withSignInOptions(command);
  return command.action(async (options: PruneCommandOptions) => finish(await runPrune(options, io)));
}

/** `30d` → hours. Below an hour it could take what a push on its way is about to tag. */
function parseAge(text: string): number {
  const [, number, unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const hours = Number(number) * (HOURS[unit] ?? Number.NaN);
  if (hours >= 1) return hours;
  throw new InvalidArgumentError('Write hours, days or weeks, an hour at least: 12h, 30d, 4w.');
}

/** @returns exit code 1 where something could not be removed, or is not known to be unneeded. */
export async function runPrune(options: PruneCommandOptions, io: Io): Promise<Outcome> {
  if (options.registry === undefined) {
    throw new UsageError('--registry is missing', {
      hint: 'Say whose images, as in --registry us-docker.pkg.dev/project/models, ghcr.io/owner or registry.example.',
    });
  }
  const destination = parseDestination(options.registry);
  const progress = openProgress(io.stderr);
  let report: PruneReport;
  try {
    const target = await openPruneTarget(destination, options, io, tellWaits(progress));
    report =
      target === undefined
        ? await collect(destination, options, io, progress)
        : await prune({ ...destination, ...target }, options, io, progress);
  } finally {
    progress.close();
  }
  const failures = failuresOf(report);
  io.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : pruneText(report));
  for (const { name, error } of failures) io.stderr.write(`${failureLines(name, error).join('\n')}\n`);
  return { exitCode: failures.length === 0 ? 0 : 1, summary: pruneSummary(report) };
}

async function prune(
  target: Destination & PruneTarget,
  options: PruneCommandOptions,
  io: Io,
  progress: Progress,
): Promise<PruneReport> {
  const { host, store, credentials } = target;
  const registry = openRegistry({
    host,
    credentials,
    insecure: options.insecure === true,
    signal: io.signal,
    onWait: tellWaits(progress),
  });
  try {
    const names = (await store.repositories()) ?? (await listedNames(target, options, io, progress));
    if (names.length === 0) progress.note(`there are no images below ${host}/${target.prefix}`);
    const results = await pruneRegistry(
      names,
      { store, registry },
      {
        before: Date.now() - options.olderThan * 3_600_000,
        dryRun: options.delete !== true,
        signal: io.signal,
        begin: (name) => progress.begin(name),
        end: (name) => progress.end(name),
      },
    );
    return prunedReport(host, results, options);
  } finally {
    await registry.close();
  }
}

/** The repositories of the list's models, where the registry does not tell all of them. */
async function listedNames(
  { host, prefix }: Destination,
  options: PruneCommandOptions,
  io: Io,
  progress: Progress,
): Promise<string[]> {
  progress.note(
    `${host} does not list the packages of ${prefix} to this token: taking those of ${options.models}`,
  );
  const { entries } = await selectEntries({ models: options.models }, io);
  return [...new Set(entries.map(({ image }) => repositoryOf(prefix, image)))];
}

/** A registry of ours, if it is one, removes by itself what it is asked to. */
async function collect(
  { host, prefix }: Destination,
  options: PruneCommandOptions,
  io: Io,
  progress: Progress,
): Promise<PruneReport> {
  const onWait = tellWaits(progress);
  progress.begin(host);
  const record = await collectUntagged({
    host,
    origin: endpointOf(host, options.insecure === true).origin,
    names: prefix === '' ? ['**'] : [prefix, `${prefix}/**`],
    days: options.olderThan / 24,
    dryRun: options.delete !== true,
    authorization: ownRegistryProof(host, io, onWait),
    retry: { signal: io.signal, onWait },
  });
  return collectedReport(host, record, options);
}
