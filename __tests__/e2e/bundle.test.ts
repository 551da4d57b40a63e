/** dist/, which users run: the bundle in place of the sources, with the threads, chunks and Worker that lie beside it. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { isAlive } from '../../src/is-alive.ts';
import { runAction } from '../support/action.ts';
import { aiAction } from '../support/ai-action.ts';
import { tree } from '../support/pulling.ts';
import { startServing, type Serving } from '../support/serving.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { workerds } from '../support/workerds.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MODELS = join('examples', 'models.yaml');
const DIGITS = join(ROOT, 'examples', 'digits');

const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: { 'ai-action': string };
};
const { runs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as { runs: { main: string } };
const cli = join(ROOT, bin['ai-action']);
const main = join(ROOT, runs.main);

async function serveFrom(folder: string, ...options: readonly string[]): Promise<Serving> {
  const args = ['--storage', join(folder, 'registry'), '--cache', join(folder, 'cache'), ...options];
  return startServing(args, { cli, cwd: ROOT });
}

test('the command line publishes the examples and pulls them, and Ctrl-C in a terminal ends it cleanly', async () => {
  await using work = await temporaryFolder();
  await using serving = await serveFrom(work.path, '--models', MODELS);
  const image = `${serving.host}/examples/digits:latest`;
  expect(serving.printed()).toContain(`${image}  published`);

  const output = join(work.path, 'pulled');
  expect(await aiAction(['pull', image, '--output', output], { cli })).toMatchObject({ code: 0 });
  expect(await tree(output)).toEqual(await tree(DIGITS));

  const pids = await workerds(serving.pid);
  expect(pids).toHaveLength(1);
  expect(await serving.stop()).toEqual({ code: 0, stderr: '' });
  expect(pids.some(isAlive)).toBe(false);
  expect(await readdir(join(work.path, 'registry'))).not.toContain('lock');
}, 60_000);

test('the action publishes the examples and pulls them', async () => {
  await using work = await temporaryFolder();
  await using serving = await serveFrom(work.path);
  const run = { main, workspace: ROOT, eventName: 'workflow_dispatch' };
  const cache = join(work.path, 'action-cache');
  const published = await runAction({
    ...run,
    inputs: { models: MODELS, registry: serving.host, cache },
  });
  expect(published).toMatchObject({ code: 0, annotations: [], outputs: { published: '1', failed: '0' } });

  const output = join(work.path, 'pulled');
  const reference = `${serving.host}/examples/digits:latest`;
  const inputs = { command: 'pull', reference, output, cache };
  expect(await runAction({ ...run, inputs })).toMatchObject({ code: 0, annotations: [] });
  expect(await tree(output)).toEqual(await tree(DIGITS));
}, 60_000);
