/** Runs scheduled-worker.js as a process of its own: `node scheduled-serve.ts '{"storage", "variables"}'`. */
import path from 'node:path';
import { buildWorker } from '../../src/workerd/bundle.ts';
import { startRuntime } from '../../src/workerd/runtime.ts';

const { storage, variables } = JSON.parse(process.argv[2] ?? '{}') as {
  storage: string;
  variables: Record<string, string>;
};
const runtime = await startRuntime({
  bundle: await buildWorker(path.join(import.meta.dirname, 'scheduled-worker.js')),
  host: '127.0.0.1',
  port: 0,
  storage,
  settings: { WRITE_ACCESS: 'open', ...variables },
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ url: runtime.url.origin })}\n`);
process.stdin.resume().once('end', () => void runtime.close());
