/** Invariant 7: one model's failure is its own. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { aiAction } from '../support/ai-action.ts';
import { memoryFile, shaOf, type StandInFile, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { planJson, publishJson } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import { describeRegistries } from '../support/registries.ts';

const MISSING = 'a'.repeat(40);

describeRegistries('failures', (host, prefix) => {
  let hub: Hub;
  let list: ModelList;
  let listed: ListedModel[];

  beforeAll(async () => {
    const fine = await model('owner/fine', [await memoryFile('config.json', '{"fine": true}')]);
    const gated = await model('owner/gated', [await memoryFile('config.json', '{"gated": true}')]);
    const wrong = await model('owner/wrong', [await memoryFile('model.safetensors', 'not what it says')]);
    const empty = await model('owner/empty', []);
    const odd = await model('owner/odd', [await memoryFile('../../etc/passwd', 'root')]);
    hub = await startHub({ models: [fine, { ...gated, gated: true }, wrong, empty, odd] });
    hub.fail({
      on: 'storage',
      path: 'model.safetensors',
      times: Infinity,
      fault: { kind: 'corrupt', at: 3 },
    });
    listed = [
      { name: 'owner/wrong', sha: wrong.sha },
      { name: 'owner/gated', sha: gated.sha },
      { name: 'owner/absent', sha: MISSING },
      { name: 'owner/fine', sha: MISSING, tag: 'old' },
      { name: 'owner/empty', sha: empty.sha },
      { name: 'owner/odd', sha: odd.sha },
      { name: 'owner/fine', sha: fine.sha },
    ];
    list = await modelList(listed);
  });
  afterAll(async () => {
    await list[Symbol.asyncDispose]();
    await hub.close();
  });

  const args = (): string[] => [...list.args, '--registry', `${host()}/${prefix}`, '--hub', hub.url];

  test('the fine one is published; the others say what failed, why and what to do', async () => {
    const { code, json } = await publishJson(args());
    expect(code).toBe(1);
    expect(
      json.models.map((result) => [
        result.name,
        result.status === 'failed' ? result.error : { status: result.status },
      ]),
    ).toEqual([
      [
        'owner/wrong',
        {
          message: expect.stringMatching(/"model\.safetensors" is not what its source says it is/),
          hint: expect.stringMatching(/again|HF_ENDPOINT/),
        },
      ],
      [
        'owner/gated',
        {
          message: expect.stringMatching(/owner\/gated is gated/),
          hint: expect.stringMatching(/Accept the terms at .*\/owner\/gated.*HF_TOKEN/),
        },
      ],
      [
        'owner/absent',
        { message: expect.stringMatching(/does not exist/), hint: expect.stringMatching(/Check the name/) },
      ],
      [
        'owner/fine',
        { message: expect.stringMatching(/no commit a{40}/), hint: expect.stringMatching(/commits\/main/) },
      ],
      [
        'owner/empty',
        { message: expect.stringMatching(/has no files/), hint: expect.stringMatching(/another revision/) },
      ],
      [
        'owner/odd',
        { message: expect.stringMatching(/\.\.\/\.\.\/etc\/passwd/), hint: expect.stringMatching(/exclude/) },
      ],
      ['owner/fine', { status: 'published' }],
    ]);
    expect(await pullImage(`${host()}/${prefix}/owner/fine`)).toBeDefined();
    expect(await pullImage(`${host()}/${prefix}/owner/wrong`)).toBeUndefined();
    expect(await pullImage(`${host()}/${prefix}/owner/gated`)).toBeUndefined();
  }, 60_000);

  test('people get a table, and an error and a hint for each', async () => {
    const { code, stdout, stderr } = await aiAction(['publish', ...args()]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed +\S+owner\/wrong:latest/m);
    expect(stderr).toMatch(/^error: owner\/gated: owner\/gated is gated/m);
    expect(stderr).toMatch(/^ {2}hint: Accept the terms/m);
    expect(stdout).toMatch(/^1 up to date, 6 failed$/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  }, 60_000);

  test('plan tells of those that it can know of', async () => {
    const { code, json } = await planJson(args());
    expect(code).toBe(1);
    const actions = json.models.map(({ name, tags, action }) => `${name}:${tags[0]} ${action}`);
    expect(actions).toEqual([
      'owner/wrong:latest publish',
      // Its files can be listed by everybody.
      'owner/gated:latest publish',
      'owner/absent:latest failed',
      'owner/fine:old failed',
      'owner/empty:latest failed',
      'owner/odd:latest failed',
      'owner/fine:latest none',
    ]);
  }, 60_000);

  test('a failed model is made up for by the next run', async () => {
    hub.recover();
    const { json } = await publishJson([...args(), '--only', 'owner/wrong']);
    expect(json.models).toMatchObject([{ name: 'owner/wrong', status: 'published' }]);
    expect(await pullImage(`${host()}/${prefix}/owner/wrong`)).toBeDefined();
  }, 60_000);
});

async function model(name: string, files: StandInFile[]): Promise<StandInModel> {
  return { name, sha: shaOf([...files, await memoryFile('name', name)]), files };
}
