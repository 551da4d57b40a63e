/** The program's commands, and running one of them as a shell does. */
import { Command, CommanderError } from 'commander';

import { UsageError, UserError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { diffCommand } from './diff.ts';
import { estimateCommand } from './estimate.ts';
import { inspectCommand } from './inspect.ts';
import type { Io } from './io.ts';
import type { ExitCode, Finish, Outcome } from './outcome.ts';
import { listCommand } from './list.ts';
import { planCommand } from './plan.ts';
import { proposeCommand } from './propose.ts';
import { pruneCommand } from './prune.ts';
import { publishCommand } from './publish.ts';
import { pullCommand } from './pull.ts';
import { removeCommand } from './remove.ts';
import { reportCommand } from './report.ts';
import { runModelCommand } from './run-model.ts';
import { serveCommand } from './serve.ts';
import { failureLines } from './text.ts';
import { topCommand } from './top.ts';
import { updateCommand } from './update.ts';
import { validateCommand } from './validate.ts';
import { verifyCommand } from './verify.ts';

const COMMANDS = [
  planCommand,
  publishCommand,
  reportCommand,
  validateCommand,
  updateCommand,
  topCommand,
  pruneCommand,
  proposeCommand,
  inspectCommand,
  estimateCommand,
  diffCommand,
  verifyCommand,
  pullCommand,
  listCommand,
  removeCommand,
  runModelCommand,
  serveCommand,
];

/** The program with all its commands and their options. It throws a CommanderError where others end the process. */
export function createProgram(io: Io, finish: Finish): Command {
  const program = new Command('ai-action')
    .description('Publish machine-learning models as container images that can be pulled file by file.')
    .version(VERSION)
    .showSuggestionAfterError()
    .helpCommand(false);
  for (const command of COMMANDS) program.addCommand(command(io, finish));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // What is wrong is told by whoever runs the program.
      outputError: () => undefined,
    });
  }
  return program;
}

/**
 * Runs one command to its end.
 *
 * @param args the words after the program's name.
 * @throws CommanderError where they are wrong, or only ask for help; and whatever the command throws.
 */
export async function runCommand(args: readonly string[], io: Io): Promise<Outcome> {
  let outcome: Outcome = { exitCode: 0 };
  await createProgram(io, (told) => {
    outcome = told;
  }).parseAsync([...args], { from: 'user' });
  return outcome;
}

/** As `runCommand`. Never throws: what went wrong stands on `io.stderr`. */
export async function runProgram(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const { exitCode, failures = [] } = await runCommand(args, io);
    for (const { name, error } of failures) io.stderr.write(`${failureLines(name, error).join('\n')}\n`);
    return exitCode;
  } catch (error) {
    return explain(error, io);
  }
}

function explain(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) {
    // Asked-for help is no mistake; and help that nobody asked for says all there is to say.
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') io.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof UserError) {
    io.stderr.write(`error: ${error.message}\n`);
    if (error.hint !== undefined) io.stderr.write(`  hint: ${error.hint.replaceAll('\n', '\n        ')}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  io.stderr.write(`${Error.isError(error) ? (error.stack ?? error.message) : String(error)}\n`);
  io.stderr.write('This is a bug, or the machine failed: please report it with the lines above.\n');
  return 1;
}
