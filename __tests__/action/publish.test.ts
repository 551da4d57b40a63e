/** The action as GitHub's runner runs it: a merge publishes what it changed. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { runAction, type ActionOutcome, type ActionRun } from '../support/action.ts';
import { startActionsCache } from '../support/actions-cache.ts';
import { git } from '../support/git.ts';
import { startGitHub, type GitHubStandIn } from '../support/github-api.ts';
import { rateLimited } from '../support/hub-faults.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { pullImage } from '../support/pulled.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';

const TOKEN = 'ghs_0123456789abcdef';
const ABSENT = 'a'.repeat(40);

describeWith('registry')('the action', () => {
  const prefix = `action-${randomUUID().slice(0, 8)}`;
  let folder: TemporaryFolder;
  let hub: Hub;
  let github: GitHubStandIn;
  let one: StandInModel;
  let two: StandInModel;
  const commits: string[] = [];

  const registry = (): string => `${serviceAddress('REGISTRY')}/${prefix}`;
  const image = (name: string): string => `${registry()}/${name}`;
  const workspace = (): string => join(folder.path, 'work');

  /** @returns the commit. */
  const commit = (...models: { name: string; sha: string }[]): string => {
    const text = models.map(({ name, sha }) => `  - name: ${name}\n    sha: ${sha}\n`).join('');
    writeFileSync(join(workspace(), 'models', 'models.yaml'), `models:\n${text}`);
    git(workspace(), 'add', '.');
    git(workspace(), 'commit', '--quiet', '-m', 'list');
    return git(workspace(), 'rev-parse', 'HEAD');
  };

  const run = async (options: Partial<ActionRun> = {}): Promise<ActionOutcome> =>
    runAction({
      workspace: workspace(),
      ...options,
      inputs: {
        registry: registry(),
        builder: 'stream',
        hub: hub.url,
        cache: join(folder.path, 'cache'),
        'github-token': TOKEN,
        ...options.inputs,
      },
      env: {
        GITHUB_API_URL: github.url,
        GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/publish.yml@refs/heads/main',
        ...options.env,
      },
    });

  beforeAll(async () => {
    folder = await temporaryFolder();
    mkdirSync(join(workspace(), 'models'), { recursive: true });
    one = await model('owner/one');
    two = await model('owner/two');
    hub = await startHub({ models: [one, two] });
    github = await startGitHub(TOKEN);
    git(workspace(), 'init', '--quiet', '--initial-branch=main');
  });
  afterAll(async () => {
    await hub?.close();
    await github?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  test('a first push publishes all that is missing, each failure at its line, and says what to paste', async () => {
    commits.push(commit(one, { name: 'owner/absent', sha: ABSENT }));
    github.runs = [{ head_sha: commits[0] ?? '', conclusion: null }];
    const { code, log, annotations, outputs, summary, state } = await run({
      event: { before: '0'.repeat(40) },
    });
    expect({ code, annotations }).toEqual({
      code: 1,
      annotations: [
        {
          severity: 'error',
          properties: {
            title: 'owner/absent failed',
            file: 'models/models.yaml',
            line: '4',
            endLine: '4',
          },
          message: expect.stringMatching(/does not exist[^]*\nCheck the name/),
        },
      ],
    });
    expect(log).toContain('The list is compared with the registry: the branch is new.');
    expect(log.startsWith('::add-mask::')).toBe(true);
    expect(outputs).toMatchObject({ published: '1', skipped: '0', failed: '1' });
    expect(JSON.parse(outputs['images'] ?? '')).toEqual([
      {
        name: 'owner/one',
        image: image('owner/one'),
        tags: ['latest'],
        status: 'published',
        digest: expect.stringMatching(/^sha256:/),
      },
    ]);
    expect(summary).toMatch(/^## Models: 1 published, 1 failed\n/);
    expect(summary).toMatch(/<details><summary>.*owner\/absent/);
    expect(summary).toContain('Check the name');
    expect(state).toMatchObject({ main: 'true', done: 'true' });
    expect(await pullImage(image('owner/one'))).toBeDefined();
  }, 60_000);

  test('the next push makes up for the failed one, though its own commit changed another', async () => {
    commits.push(commit(one, two));
    github.runs = [
      { head_sha: commits[1] ?? '', conclusion: null },
      { head_sha: commits[0] ?? '', conclusion: 'failure' },
    ];
    const { code, log, outputs } = await run({ event: { before: commits[0] } });
    expect(code).toBe(0);
    expect(log).toContain('no run of this workflow ended well on this branch yet');
    expect(outputs).toMatchObject({ published: '1', skipped: '1', failed: '0' });
  }, 60_000);

  test('a push makes up for one that was cancelled while it waited: a shallow clone fetches the last that ended well', async () => {
    const cancelled = commit(one, two, { name: 'owner/absent', sha: ABSENT });
    commits.push(cancelled);
    // Which changes nothing more in the list.
    writeFileSync(join(workspace(), 'models', 'README.md'), 'Models');
    const head = commit(one, two, { name: 'owner/absent', sha: ABSENT });
    github.runs = [
      { head_sha: head, conclusion: null },
      { head_sha: cancelled, conclusion: 'cancelled' },
      { head_sha: commits[1] ?? '', conclusion: 'success' },
    ];
    const shallow = join(folder.path, 'shallow');
    git(folder.path, 'clone', '--quiet', '--depth=1', `file://${workspace()}`, shallow);
    const { log, outputs } = await run({ workspace: shallow, event: { before: cancelled } });
    rmSync(shallow, { recursive: true });
    expect(log).toContain(`compared with that of ${commits[1]}, the last commit that was published`);
    expect(outputs).toMatchObject({ published: '0', skipped: '0', failed: '1' });
  }, 60_000);

  test('without git, the base is read through GitHub', async () => {
    const bare = join(folder.path, 'bare');
    mkdirSync(join(bare, 'models'), { recursive: true });
    const list = `models:\n  - name: owner/one\n    sha: ${one.sha}\n`;
    writeFileSync(join(bare, 'models', 'models.yaml'), list);
    github.files.set(`models/models.yaml@${commits[1]}`, list);
    const { code, log } = await run({ workspace: bare, event: { before: commits[1] } });
    expect(code).toBe(0);
    expect(log).toContain('1 unchanged since the base');
  }, 60_000);

  test('select: changed is as missing where the event has no base', async () => {
    const { code, log } = await run({
      eventName: 'schedule',
      inputs: { select: 'changed', only: 'owner/one' },
    });
    expect({ code, says: log.includes('compared with the registry: schedule has no base') }).toEqual({
      code: 0,
      says: true,
    });
  });

  test.each(['pull_request', 'merge_group'])(
    'of a %s nothing is published',
    async (eventName) => {
      commit({ name: 'owner/one', sha: 'main' }, two);
      const { code, annotations } = await run({ eventName });
      commit(one, two);
      expect(code).toBe(2);
      expect(annotations).toEqual([
        { severity: 'notice', properties: {}, message: expect.stringContaining('nothing is published') },
        {
          severity: 'error',
          properties: { file: 'models/models.yaml', line: '3', endLine: '3', col: '10', endColumn: '13' },
          message: expect.stringMatching(/40/),
        },
      ]);
    },
    60_000,
  );

  test('the next run mounts what another model has, wherever it runs; a cache that fails costs time only', async () => {
    await using cache = await startActionsCache();
    const inputs = { cache: join(folder.path, 'cached'), models: 'models/copy.yaml' };
    const publish = async (...names: string[]): Promise<ActionOutcome> => {
      const text = names.map((name) => `  - name: ${name}\n    sha: ${one.sha}\n`).join('');
      writeFileSync(join(workspace(), 'models', 'copy.yaml'), `models:\n${text}`);
      const main = await run({ eventName: 'schedule', inputs, env: cache.env });
      const post = await run({ inputs, env: cache.env, state: main.state });
      expect(post.code).toBe(0);
      // The next run has a machine of its own.
      rmSync(inputs.cache, { recursive: true });
      return { ...main, annotations: [...main.annotations, ...post.annotations] };
    };
    hub.models.push(
      { ...one, name: 'copy/one' },
      { ...one, name: 'copy/two' },
      { ...one, name: 'copy/three' },
    );
    expect((await publish('copy/one')).log).toContain('1 of 1 layers pushed');
    expect(cache.entries).toHaveLength(1);
    expect((await publish('copy/two')).log).toContain('0 of 1 layers pushed');
    cache.refuse(400);
    const { code, annotations } = await publish('copy/three');
    expect(code).toBe(0);
    expect(annotations.length).toBeGreaterThan(0);
    expect(annotations.every(({ severity }) => severity === 'warning')).toBe(true);
  }, 60_000);

  test.each([
    ['registry', '', 'the input registry is missing\nSay where the images go, as in registry: us-docker'],
    ['builder', 'kaniko', "the input builder is 'kaniko'. Allowed choices are stream, buildx."],
    ['cache', 'models/models.yaml', 'The cache directory models/models.yaml cannot be used: '],
  ])('the input %s as %j is wrong, and says what to write', async (name, value, said) => {
    const { code, annotations } = await run({ eventName: 'schedule', inputs: { [name]: value } });
    expect({ code, annotations }).toMatchObject({
      code: 1,
      annotations: [{ severity: 'error', message: expect.stringContaining(said) }],
    });
  });

  test('of a list that a merge has broken each conflict is told, at its line', async () => {
    const text = 'models:\n<<<<<<< HEAD\n  - name: a\n=======\n  - name: b\n>>>>>>> next\n';
    writeFileSync(join(workspace(), 'models', 'broken.yaml'), text);
    const { annotations } = await run({ inputs: { models: 'models/broken.yaml' } });
    expect(annotations).toMatchObject([
      {
        properties: { file: 'models/broken.yaml', line: '2' },
        message: expect.stringMatching(/^a merge left/),
      },
    ]);
  });

  test('an input that a command cannot do without is named, with what it is', async () => {
    expect((await run({ inputs: { command: 'top' } })).annotations).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        message: 'the input count is missing\nWrite it under with: how many of them the list shall have.',
      }),
    );
  });

  test('a job that is cancelled ends at once, and post says that it was not done', async () => {
    const options = { eventName: 'schedule', inputs: { models: 'models/late.yaml' } };
    writeFileSync(
      join(workspace(), 'models', 'late.yaml'),
      `models:\n  - name: owner/late\n    sha: ${one.sha}\n`,
    );
    hub.models.push({ ...one, name: 'owner/late' });
    hub.fail({ on: 'info', times: Infinity, fault: rateLimited(300) });
    const cancelled = await run({ ...options, cancelAt: 'for the rate limit' });
    hub.recover();
    expect(cancelled).toMatchObject({
      code: 1,
      annotations: [{ severity: 'error', message: expect.stringMatching(/^interrupted\n/) }],
      outputs: { failed: '1' },
    });
    // What was downloaded for a build, by a process that is no more.
    const { pid } = spawnSync('true');
    const left = join(folder.path, 'temp', `buildx-${hostname()}-${pid}-a`);
    mkdirSync(left, { recursive: true });
    const env = { RUNNER_TEMP: join(folder.path, 'temp') };
    expect(await run({ ...options, env, state: cancelled.state })).toMatchObject({
      code: 0,
      annotations: [{ severity: 'warning', message: expect.stringContaining('run it again') }],
    });
    expect(existsSync(left)).toBe(false);
  });
});

async function model(name: string): Promise<StandInModel> {
  const files = [await memoryFile('config.json', `{"name": "${name}"}`)];
  return { name, sha: shaOf(files), files };
}
