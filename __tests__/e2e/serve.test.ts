/** `serve --models`, which is what `npm start` runs. */
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { aiAction } from '../support/ai-action.ts';
import { buildTo } from '../support/buildkit.ts';
import { pullImage } from '../support/pulled.ts';
import { tree } from '../support/pulling.ts';
import { describeWith } from '../support/services.ts';
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

test('a list that is not there is told of before anything is begun', async () => {
  await using work = await temporaryFolder();
  const { code, stderr } = await aiAction(['serve', ...placed(work.path, work.path)]);
  expect(code).toBe(2);
  expect(stderr).toContain(`there is no list at ${join(work.path, 'models.yaml')}`);
  expect(await readdir(work.path)).toEqual([]);
});

test('the list is published into a registry that asks for a token', async () => {
  await using work = await temporaryFolder();
  const args = [...placed(work.path, EXAMPLES), '--token', 'sesame'];
  const { code, printed } = await serveExamples(args, async () => undefined);
  expect({ code, printed }).toEqual({
    code: 0,
    printed: expect.stringContaining('digits:latest  published'),
  });
}, 120_000);

/** The lines of the Dockerfile that was printed, indented as they are. */
function dockerfileIn(printed: string): string[] {
  const lines = printed.split('\n');
  const from = lines.findIndex((line) => line.trim() === 'FROM scratch');
  return lines.slice(from, lines.indexOf('', from));
}

/** Starts the registry with the examples and builds the Dockerfile that it prints. @returns the files of what was built */
async function buildPrinted(folder: string): Promise<Record<string, string>> {
  await using built = await temporaryFolder();
  await using serving = await startServing(placed(folder, EXAMPLES));
  await buildTo(built.path, 'eager', dockerfileIn(serving.printed()));
  return tree(built.path);
}

describeWith('buildkit')('the Dockerfile that is printed', () => {
  test('copies the largest file of what was published, and all of what is up to date', async () => {
    await using work = await temporaryFolder();
    const digits = Object.entries(await tree(join(EXAMPLES, 'digits'))).map(
      ([path, content]) => [`model/${path}`, content] as const,
    );
    const weights = digits.filter(([path]) => path === 'model/model.safetensors');
    expect(await buildPrinted(work.path)).toEqual(Object.fromEntries(weights));
    expect(await buildPrinted(work.path)).toEqual(Object.fromEntries(digits));
  }, 60_000);
});
