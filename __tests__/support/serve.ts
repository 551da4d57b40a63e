/** Runs the registry as a process of its own: `node serve.ts '{"storage": …}'`. Miniflare does not run within Jest. */
import { serve, type ServeOptions } from '../../src/workerd/serve.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as ServeOptions;
try {
  const registry = await serve({ ...options, log: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${JSON.stringify({ url: registry.url })}\n`);
  // The test's end closes the pipe, also where the test was killed.
  process.stdin.resume().once('end', () => void registry.close());
} catch (error) {
  const { name, message, hint } = error as Error & { hint?: string };
  process.stdout.write(`${JSON.stringify({ error: { name, message, hint } })}\n`);
}
