/** The program's commands, and running one of them as a shell does. */
import { Command, CommanderError } from 'commander';

import { UsageError, UserError } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { Io } from './io.ts';
import type { ExitCode, Finish, Outcome } from './outcome.ts';
import { failureLines } from './text.ts';

const VERSION_FLAGS = ['-V', '--version'];

type LoadCommand = () => Promise<(io: Io, finish: Finish) => Command>;

/** In the order of the help. Each is loaded where it is needed: to load them all takes longer than many a run. */
const COMMANDS: Readonly<Record<string, LoadCommand>> = {
  plan: async () => (await import('./plan.ts')).planCommand,
  publish: async () => (await import('./publish.ts')).publishCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  update: async () => (await import('./update.ts')).updateCommand,
  top: async () => (await import('./top.ts')).topCommand,
  prune: async () => (await import('./prune.ts')).pruneCommand,
  propose: async () => (await import('./propose.ts')).proposeCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  estimate: async () => (await import('./estimate.ts')).estimateCommand,
  diff: async () => (await import('./diff.ts')).diffCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  pull: async () => (await import('./pull.ts')).pullCommand,
  container: async () => (await import('./container.ts')).containerCommand,
  list: async () => (await import('./list.ts')).listCommand,
  remove: async () => (await import('./remove.ts')).removeCommand,
  run: async () => (await import('./run-model.ts')).runModelCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
};

/**
 * The program with its commands and their options; all of them, unless others are asked for. It throws a CommanderError
 * where others end the process.
 */
export async function createProgram(
  io: Io,
  finish: Finish,
  commands: readonly LoadCommand[] = Object.values(COMMANDS),
): Promise<Command> {
  const program = new Command('ai-action')
    .description('Publish machine-learning models as container images that can be pulled file by file.')
    .version(VERSION, VERSION_FLAGS.join(', '))
    .showSuggestionAfterError()
    .helpCommand(false);
  for (const command of await Promise.all(commands.map((load) => load()))) {
    program.addCommand(command(io, finish));
  }
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
  const finish: Finish = (told) => {
    outcome = told;
  };
  const program = await createProgram(io, finish, commandsFor(args));
  await program.parseAsync([...args], { from: 'user' });
  return outcome;
}

/** All of them where it takes all to answer: the program's help, and what a misspelled command may have meant. */
function commandsFor([first = '']: readonly string[]): readonly LoadCommand[] {
  const named = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (named !== undefined) return [named];
  return VERSION_FLAGS.includes(first) ? [] : Object.values(COMMANDS);
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
