#!/usr/bin/env node
/** The command line's entry: `ai-action …`. */
import { runProgram } from './commands/program.ts';
import { useProxies } from './http/proxies.ts';

const NODE = 24;

if (Number(process.versions.node.split('.')[0]) < NODE) {
  console.error(`error: ai-action needs Node ${NODE} or newer, and this is ${process.version}`);
  console.error('  hint: npx and npm install bring the right one along: npx github:depot/ai-action');
  process.exit(2);
}

useProxies();

/** What a shell makes of SIGPIPE, which Node ignores: whoever reads (`| head`) has seen enough. */
const PIPE_CLOSED = 128 + 13;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(PIPE_CLOSED);
  });
}

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
