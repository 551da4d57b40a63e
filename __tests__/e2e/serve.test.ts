/** `serve --models`, which is what `npm start` runs. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { pullImage } from '../support/pulled.ts';
import { startServing } from '../support/serving.ts';
import { temporaryFolder } from '../support/temporary.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');

function placed(folder: string, examples: string): string[] {
  const [storage, cache] = [join(folder, 'registry'), join(folder, 'cache')];
  return ['--storage', storage, '--cache', cache, '--models', join(examples, 'models.yaml')];
}

interface Served {
  /** host:port */
  host: string;
  printed: string;
  code: number | null;
}

/** Starts the registry with the examples, looks into it, and ends it. */
async function serveExamples(
  args: readonly string[],
  look: (host: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<Served> {
  const { host, printed, stop } = await startServing(args, { env });
  await look(host);
  const { code } = await stop();
  return { host, printed: printed(), code };
}

test('the examples are published, a snippet is printed, and a second start finds them up to date', async () => {
  await using work = await temporaryFolder();
  await cp(EXAMPLES, join(work.path, 'examples'), { recursive: true });
  const args = placed(work.path, join(work.path, 'examples'));
  const first = await serveExamples(args, async (host) => {
    expect(await pullImage(`${host}/examples/digits`)).toBeDefined();
  });
  expect(first.code).toBe(0);
  expect(first.printed).toContain(`${first.host}/examples/digits:latest  published`);
  expect(first.printed).toContain(
    `COPY --from=${first.host}/examples/digits:latest /model.safetensors /model/`,
  );
  expect(first.printed).toContain('--driver-opt network=host');

  // A token and a Hub that cannot be right concern neither the registry's own list nor its folders.
  const env = { AI_ACTION_TOKEN: 'sesame', HF_TOKEN: 'another-service' };
  const second = await serveExamples(args, async () => undefined, env);
  expect(second.code).toBe(0);
  expect(second.printed).toContain(`${second.host}/examples/digits:latest  up to date`);
}, 120_000);

test('the list is published into a registry that asks for a token', async () => {
  await using work = await temporaryFolder();
  const args = [...placed(work.path, EXAMPLES), '--token', 'sesame'];
  const { code, printed } = await serveExamples(args, async () => undefined);
  expect({ code, printed }).toEqual({
    code: 0,
    printed: expect.stringContaining('digits:latest  published'),
  });
}, 120_000);
