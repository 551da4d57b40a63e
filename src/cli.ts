#!/usr/bin/env node
/** The command line's entry: `ai-action …`. */
import { runProgram } from './commands/program.ts';

const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one means it: whoever presses Ctrl-C twice does not want to wait for a clean end.
    if (end.signal.aborted) process.exit(130);
    end.abort();
  });
}
process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: end.signal,
});
