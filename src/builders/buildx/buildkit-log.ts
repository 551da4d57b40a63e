/** What BuildKit said before it ended, where its log can be had. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { BuilderInstance } from './inspect.ts';
import type { RunOptions } from './run-buildx.ts';

/** The trace of a panic in a program of many goroutines. */
const LINES = 2000;

/** Empty where BuildKit is in no container of this machine, or its log cannot be read. */
export async function buildkitLog(
  { driver, node }: BuilderInstance,
  { env, signal }: RunOptions,
): Promise<string> {
  if (driver !== 'docker-container') return '';
  const args = ['logs', '--tail', String(LINES), `buildx_buildkit_${node}`];
  return promisify(execFile)('docker', args, { env, signal, maxBuffer: 16 * 2 ** 20 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => '',
  );
}
