/** A model of 100,000 small files: one layer, and no more memory than another model takes, list of files apart. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startAiAction } from '../support/ai-action.ts';
import { memoryFile, shaOf, type StandInFile } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { modelList } from '../support/model-list.ts';
import { pullImage } from '../support/pulled.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const COUNT = 100_000;
const NAME = 'owner/many';
const pathOf = (number: number): string => `data/${`${number % 1000}`.padStart(3, '0')}/${number}.json`;

describe('a model of 100,000 small files', () => {
  let hub: Hub;
  let registry: RunningServe;

  beforeAll(async () => {
    const files: StandInFile[] = [];
    for (let number = 0; number < COUNT; number += 1) {
      files.push(await memoryFile(pathOf(number), `{"number": ${number}}`));
    }
    hub = await startHub({ models: [{ name: NAME, sha: shaOf(files), files }] });
    registry = await startServe();
  }, 120_000);
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await hub.close();
  });

  test('is published, each file is asked for once, and the layer has them all', async () => {
    await using list = await modelList([{ name: NAME, sha: hub.models[0]?.sha ?? '' }]);
    const running = startAiAction(['publish', ...list.args, '--registry', registry.host, '--hub', hub.url]);
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/1 of 1 layers pushed/) });
    expect(hub.requests.filter(({ url }) => url.includes('/resolve/'))).toHaveLength(COUNT);
    expect(running.peakMemory() / 2 ** 20).toBeLessThan(MEMORY);

    const image = await pullImage(`${registry.host}/${NAME}`);
    await using work = await temporaryFolder();
    const layer = join(work.path, 'layer.tar.gz');
    const response = await fetch(`http://${registry.host}/v2/${NAME}/blobs/${image?.layers[0]?.digest}`);
    await writeFile(layer, Buffer.from(await response.arrayBuffer()));
    const listed = await run('tar', ['-tzf', layer], { maxBuffer: 2 ** 30 });
    expect(listed.stdout.split('\n').filter((path) => path.endsWith('.json'))).toHaveLength(COUNT);
    const { stdout: last } = await run('tar', ['-xzf', layer, '--to-stdout', pathOf(COUNT - 1)]);
    expect(last).toBe(`{"number": ${COUNT - 1}}`);
  }, 240_000);
});

/** MiB of the whole process: what is on its way, Node itself and its threads, and what a list of so many files takes. */
const MEMORY = 640;
