/** The command line: `runProgram` parses it, runs one command and gives its exit code. */
import { Command, CommanderError } from 'commander';

import { UsageError, UserError } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { ExitCode, Io } from './io.ts';
import { planCommand } from './plan.ts';
import { publishCommand } from './publish.ts';
import { serveCommand } from './serve.ts';
import { validateCommand } from './validate.ts';

/** @param args the words after the program's name. Never throws: what went wrong stands on `io.stderr`. */
export async function runProgram(args: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command('ai-action')
    .description('Publish machine-learning models as container images that can be pulled file by file.')
    .version(VERSION)
    .showSuggestionAfterError()
    .helpCommand(false);
  for (const command of [planCommand, publishCommand, validateCommand, serveCommand]) {
    program.addCommand(command(io, finish));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, io);
  }
}

function explain(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) {
    // Asked-for help is no mistake; everything else has been said by commander itself.
    return error.exitCode === 0 ? 0 : 2;
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
