/**
 * Runs the registry as a process of its own: `node serve.ts '{"storage": …}'`; with `worker`, another Worker of this
 * folder in its place. Miniflare does not run within Jest.
 */
import path from 'node:path';
import { buildWorker } from '../../src/workerd/bundle.ts';
import { startRuntime } from '../../src/workerd/runtime.ts';
import { serve } from '../../src/workerd/serve.ts';
import type { TestOptions } from './worker.ts';

const { worker, ...options } = JSON.parse(process.argv[2] ?? '{}') as TestOptions & {
  storage: string;
  port: number;
};
const log = (line: string): boolean => process.stderr.write(`${line}\n`);

async function start(): Promise<{ url: string; close: () => Promise<void> }> {
  if (worker === undefined) return serve({ ...options, log });
  const runtime = await startRuntime({
    bundle: await buildWorker(path.join(import.meta.dirname, worker)),
    host: '127.0.0.1',
    port: options.port,
    storage: options.storage,
    settings: { WRITE_ACCESS: 'open', ...options.variables },
    log,
  });
  return { url: runtime.url.origin, close: async () => runtime.close() };
}

try {
  const registry = await start();
  process.stdout.write(`${JSON.stringify({ url: registry.url })}\n`);
  // The test's end closes the pipe, also where the test was killed.
  process.stdin.resume().once('end', () => void registry.close());
} catch (error) {
  const { name, message, hint } = error as Error & { hint?: string };
  process.stdout.write(`${JSON.stringify({ error: { name, message, hint } })}\n`);
}
