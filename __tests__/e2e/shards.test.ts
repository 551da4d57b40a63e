/** A plan that is published by many jobs: `plan --plan-file`, `publish --shard`, `report`. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { PlanFile } from '../../src/publish/plan-file.ts';
import { aiAction, type Outcome } from '../support/ai-action.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { layerOrigins, publishJson } from '../support/published.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NAMES = ['owner/one', 'owner/two', 'owner/three'];
const MISSING = 'a'.repeat(40);

describe('shards', () => {
  let registry: RunningServe;
  let hub: Hub;
  let list: ModelList;
  let models: StandInModel[];
  let listed: ListedModel[];

  beforeAll(async () => {
    models = await Promise.all(
      NAMES.map(async (name) => {
        const files = [await memoryFile('config.json', `{"name": "${name}"}`)];
        return { name, sha: shaOf(files), files };
      }),
    );
    [registry, hub, list] = await Promise.all([startServe(), startHub({ models }), modelList()]);
    listed = [...models.map(({ name, sha }) => ({ name, sha })), { name: 'owner/gone', sha: MISSING }];
    await list.write(listed);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await list[Symbol.asyncDispose]();
    await hub.close();
  });

  const args = (): string[] => [...list.args, '--registry', `${registry.host}/shards`, '--hub', hub.url];
  const planFile = (): string => join(list.folder, 'plan.json');
  const results = (): string => join(list.folder, 'results');
  const publish = (shard: number) =>
    publishJson([
      ...args(),
      '--plan-file',
      planFile(),
      '--shard',
      String(shard),
      '--results',
      join(results(), `shard-${shard}.json`),
    ]);
  const report = (): Promise<Outcome> =>
    aiAction(['report', '--plan-file', planFile(), '--results', results(), ...list.args.slice(2)]);
  const plan = async (...more: string[]): Promise<PlanFile> => {
    const { code, stderr } = await aiAction(['plan', ...args(), '--plan-file', planFile(), ...more]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(await readFile(planFile(), 'utf8')) as PlanFile;
  };

  test('a model that fails is one shard’s, a job that is lost is told, and a re-run publishes what is left', async () => {
    const { shards } = await plan();
    const shardOf = (name: string): number => shards.findIndex((shard) => shard[0]?.name === name) + 1;
    expect(shards.map(({ length }) => length)).toEqual([1, 1, 1, 1]);

    expect(await publish(shardOf('owner/one'))).toMatchObject({
      code: 0,
      json: { models: [{ name: 'owner/one', status: 'published' }] },
    });
    expect(await publish(shardOf('owner/two'))).toMatchObject({ code: 0 });
    expect(await publish(shardOf('owner/gone'))).toMatchObject({ code: 1 });
    const lost = await report();
    expect(lost.code).toBe(1);
    expect(lost.stdout).toContain('2 published, 2 failed');
    expect(lost.stderr).toContain('error: owner/three: the job of shard');
    expect(lost.stderr).toContain('error: owner/gone:');

    // The re-run of failed jobs has the same plan: what was published meanwhile is not published again.
    expect(await publish(shardOf('owner/three'))).toMatchObject({ code: 0 });
    expect((await report()).stdout).toContain('3 published, 1 failed');
    expect(await publish(shardOf('owner/one'))).toMatchObject({
      json: { models: [{ status: 'up-to-date' }] },
    });
  });

  test('what jobs on machines of their own have pushed, a later run mounts', async () => {
    const twins = models
      .slice(0, 2)
      .map(({ files }, at) => ({ name: `twin/${at}`, sha: shaOf(files), files }));
    hub.models.push(...twins);
    await using machines = await temporaryFolder();
    const cache = (name: string): string[] => ['--cache', join(machines.path, name)];
    const elsewhere = [
      ...list.args.slice(0, 2),
      '--registry',
      `${registry.host}/elsewhere`,
      '--hub',
      hub.url,
    ];
    await aiAction([
      'plan',
      ...elsewhere,
      ...cache('plan'),
      '--plan-file',
      planFile(),
      '--only',
      'owner/one',
      'owner/two',
    ]);
    for (const shard of ['1', '2']) {
      const file = join(machines.path, 'results', `${shard}.json`);
      const part = ['--plan-file', planFile(), '--shard', shard, '--results', file];
      await publishJson([...elsewhere, ...cache(shard), ...part]);
    }
    const handedOn = ['--plan-file', planFile(), '--results', join(machines.path, 'results')];
    expect(await aiAction(['report', ...handedOn, ...cache('report')])).toMatchObject({ code: 0 });
    await list.write(twins.map(({ name, sha }) => ({ name, sha })));
    const { json } = await publishJson([...elsewhere, ...cache('report')]);
    await list.write(listed);
    const origins = json.models.flatMap((model) => Object.values(layerOrigins(model)));
    expect(origins).toEqual(['mounted', 'mounted']);
  });

  test('what is up to date is in no shard, and --select all makes every image anew', async () => {
    await publishJson(args());
    const { shards, upToDate } = await plan();
    expect({ names: shards.flat().map(({ name }) => name), upToDate }).toEqual({
      names: ['owner/gone'],
      upToDate: 3,
    });
    await plan('--select', 'all', '--only', 'owner/one', '--shards', '1');
    expect(await publish(1)).toMatchObject({ json: { models: [{ status: 'published' }] } });
  });

  test('says what is wrong with a plan, a shard or results, and what to write', async () => {
    await plan('--only', 'owner/gone', '--shards', '1');
    expect(await aiAction(['publish', ...args(), '--plan-file', planFile(), '--shard', '2'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--shard 2: the plan has 1 shard') as unknown,
    });
    const other = await modelList([{ name: 'owner/one', sha: MISSING }]);
    const otherList = ['publish', ...other.args, '--registry', registry.host, '--plan-file', planFile()];
    expect(await aiAction(otherList)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('owner/gone:latest, and the list has not') as unknown,
    });
    await other[Symbol.asyncDispose]();
    expect(await aiAction(['publish', ...args(), '--shard', '1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--shard needs --plan-file') as unknown,
    });
    expect(await aiAction(['plan', ...args(), '--plan-file', planFile(), '--shards', '257'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Write a number from 1 to 256') as unknown,
    });
    const unwritable = join(planFile(), 'below-a-file.json');
    const planned = ['plan', ...args(), '--only', 'owner/one', '--plan-file', unwritable];
    expect(await aiAction(planned)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--plan-file .* cannot be written: [^]*hint: Name a file/) as unknown,
    });
    // Before anything is published.
    expect(await aiAction(['publish', ...args(), '--results', unwritable])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/--results .* cannot be written: /) as unknown,
    });
    await writeFile(join(results(), 'shard-9.json'), '[]');
    expect(await report()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('these are no results of publish') as unknown,
    });
    await writeFile(planFile(), '{"version": 2}');
    expect(await report()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is no such plan') as unknown,
    });
  });
});
