/** The command line in this process: quicker than one of its own, and without a signal to end it by. */
import { runProgram } from '../../src/commands/program.ts';

export interface ProgramOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramOutcome> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await runProgram(args, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    env,
    signal: new AbortController().signal,
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}
