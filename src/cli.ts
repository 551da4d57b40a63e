#!/usr/bin/env node
/** The command line's entry: `ai-action …`. */
import http from 'node:http';

import { runProgram } from './commands/program.ts';

const NODE = 24;

if (Number(process.versions.node.split('.')[0]) < NODE) {
  console.error(`error: ai-action needs Node ${NODE} or newer, and this is ${process.version}`);
  console.error('  hint: npx and npm install bring the right one along: npx github:depot/ai-action');
  process.exit(2);
}

// fetch does not look for HTTPS_PROXY, HTTP_PROXY and NO_PROXY by itself. Node can be told since 24.14; where none of
// them is set, telling it would only load fetch.
const isProxied = Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name));
if (isProxied && 'setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv();

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
