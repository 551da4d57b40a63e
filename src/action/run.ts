/** The action: its inputs become a run of a command, and what became of it annotations, outputs and the job's page. */
import path from 'node:path';

import * as core from '@actions/core';
import { CommanderError, type Command } from 'commander';

import type { Io } from '../commands/io.ts';
import { LAYER_INDEX } from '../commands/options.ts';
import type { Outcome } from '../commands/outcome.ts';
import { createProgram, runCommand } from '../commands/program.ts';
import { problemsSummary } from '../commands/problems-summary.ts';
import { publishOutputs } from '../commands/publish-summary.ts';
import { UserError } from '../errors.ts';
import { annotate } from '../github/annotations.ts';
import { openApi } from '../github/api.ts';
import { readBaseFrom } from '../github/base-list.ts';
import { readEvent } from '../github/event.ts';
import { digestOf, restoreLayerIndex } from '../github/layer-cache.ts';
import { ListError } from '../models/list-error.ts';
import type { Problem } from '../models/problem.ts';
import { findCommand, hintForMissing, input, inWordsOfInputs, readInputs, secretsOf } from './inputs.ts';
import { harmless, logStream } from './log.ts';
import { commandFor, selectionWords } from './selection.ts';
import { saveRunState } from './state.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the exit code. Never throws: what went wrong is in the annotations. */
export async function runAction(env: Environment, signal: AbortSignal): Promise<number> {
  for (const secret of secretsOf(env)) core.setSecret(secret);
  for (const [name, value] of Object.entries(publishOutputs([]))) core.setOutput(name, value);
  const results: string[] = [];
  const io: Io = {
    stdout: { write: (text) => results.push(text) },
    stderr: logStream((text) => process.stdout.write(text)),
    env: { ...env, ...(input('hf-token') === '' ? {} : { HF_TOKEN: input('hf-token') }) },
    signal,
    mask: (secret) => core.setSecret(secret),
  };
  const program = await createProgram(io, () => undefined);
  const workspace = env['GITHUB_WORKSPACE'] ?? process.cwd();
  try {
    const outcome = await runInputs(program, io, workspace);
    process.stdout.write(harmless(results.join('')));
    await tell(inWorkflowWords(outcome, program), env, workspace);
    return outcome.exitCode;
  } catch (error) {
    process.stdout.write(harmless(results.join('')));
    annotateError(error, program, workspace);
    if (error instanceof ListError) await writePage(problemsSummary(error.problems), env);
    return 1;
  }
}

async function runInputs(program: Command, io: Io, workspace: string): Promise<Outcome> {
  const { env } = io;
  const event = await readEvent(env);
  const wanted = findCommand(program, input('command') || 'publish');
  const command = findCommand(program, commandFor(event, wanted.name()));
  if (command !== wanted)
    core.notice(`${event.name} is not merged: the list is checked, nothing is published.`);
  const { args, ignored } = readInputs(program, command);
  // What publish was asked for says nothing of how the list is checked instead.
  if (command === wanted) {
    for (const name of ignored) core.warning(`The input ${name} is not for ${command.name()}, and left out.`);
  }
  const token = input('github-token');
  const api = await openApi(env, event.repository, token);
  const serverUrl = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const access = { api, serverUrl, token, workspace };
  const readBase: NonNullable<Io['readBase']> = async (file, revision) =>
    readBaseFrom(access, file, revision);
  const selection = await core.group('What the list is compared with', async () =>
    selectionWords(command, { event, api, readBase }),
  );
  await takeUpLayerIndex(command);
  const [name = '', ...rest] = args;
  // Last, since it wins: an event without a base leaves nothing to select: changed from.
  return core.group(name, async () => runCommand([name, ...rest, ...selection], { ...io, readBase }));
}

/**
 * For what publishes, and for the report, which keeps what many jobs have published: of jobs that each kept their own,
 * the next run would have the layers of one. The rest of the cache directory is of use on one machine only.
 */
async function takeUpLayerIndex(command: Command): Promise<void> {
  if (!['publish', 'report'].includes(command.name())) return;
  const option = command.options.find(({ long }) => long === '--cache');
  const folder = input('cache') || String(option?.defaultValue);
  const index = path.resolve(folder, LAYER_INDEX);
  await core.group('Layers that earlier runs have published', async () => restoreLayerIndex(index));
  const isHandedOn = command.name() === 'publish' && input('plan-file') !== '' && input('results') !== '';
  if (!isHandedOn) saveRunState({ index, digest: await digestOf(index) });
}

/** Messages and hints name options of the command line. */
function inWorkflowWords(outcome: Outcome, program: Command): Outcome {
  const reworded = (text: string): string => inWordsOfInputs(program, text);
  const { failures = [], summary } = outcome;
  return {
    ...outcome,
    failures: failures.map((failure) => {
      const { message, hint } = failure.error;
      const said = { message: reworded(message), ...(hint === undefined ? {} : { hint: reworded(hint) }) };
      return { ...failure, error: { ...failure.error, ...said } };
    }),
    ...(summary === undefined ? {} : { summary: reworded(summary) }),
  };
}

async function tell(outcome: Outcome, env: Environment, workspace: string): Promise<void> {
  const { problems = [], failures = [], outputs = {}, summary } = outcome;
  annotateProblems(problems, workspace);
  for (const { name, position, error } of failures) {
    if (error.stack !== undefined) process.stdout.write(`${harmless(error.stack)}\n`);
    const { message, hint } = error;
    annotate({ severity: 'error', title: `${name} failed`, message, hint, place: position }, workspace);
  }
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  if (summary !== undefined) await writePage(summary, env);
}

/** @param markdown for the job's page, which elsewhere than on GitHub may not be there */
async function writePage(markdown: string, env: Environment): Promise<void> {
  if (markdown !== '' && env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(markdown, true).write();
}

function annotateProblems(problems: readonly Problem[], workspace: string): void {
  for (const problem of problems) {
    const { severity = 'error', message, hint } = problem;
    annotate({ severity, message, hint, place: problem }, workspace);
  }
}

function annotateError(error: unknown, program: Command, workspace: string): void {
  if (error instanceof ListError) {
    process.stdout.write(`${harmless(error.message)}\n`);
    return annotateProblems(error.problems, workspace);
  }
  const reworded = (text: string): string => inWordsOfInputs(program, text);
  if (error instanceof CommanderError) {
    const { message } = error;
    const hint = hintForMissing(program, message);
    return annotate({ severity: 'error', message: reworded(message), hint }, workspace);
  }
  if (error instanceof UserError) {
    const { message, hint } = error;
    const said = { message: reworded(message), hint: hint === undefined ? undefined : reworded(hint) };
    return annotate({ severity: 'error', ...said }, workspace);
  }
  const stack = Error.isError(error) ? (error.stack ?? error.message) : String(error);
  process.stdout.write(`${harmless(stack)}\n`);
  annotate({ severity: 'error', message: Error.isError(error) ? error.message : String(error) }, workspace);
}
