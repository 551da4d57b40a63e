/** Which commit a push is compared with, and how the list is had from it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { openApi, type GitHubApi } from '../../src/github/api.ts';
import { chooseBase } from '../../src/github/base.ts';
import { readBaseFrom } from '../../src/github/base-list.ts';
import { readEvent, type Event } from '../../src/github/event.ts';
import { lastSuccess } from '../../src/github/workflow-runs.ts';
import { git } from '../support/git.ts';
import { startGitHub, type GitHubStandIn, type WorkflowRun } from '../support/github-api.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';

const [BEFORE, LAST, PULLED, NOW] = ['b', 'c', 'd', 'e'].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const TOKEN = 'ghs_0123456789abcdef';

let github: GitHubStandIn;
beforeAll(async () => {
  github = await startGitHub(TOKEN);
});
afterAll(async () => github.close());
beforeEach(() => {
  github.refuse(200);
  github.requests.length = 0;
});

const push: Event = {
  name: 'push',
  ref: 'refs/heads/main',
  repository: { owner: 'acme', repo: 'models' },
  workflow: 'publish.yml',
  before: BEFORE,
  pullRequestBase: undefined,
};

async function api(token = TOKEN): Promise<GitHubApi | undefined> {
  return openApi({ GITHUB_API_URL: github.url }, push.repository, token);
}

describe('a push is compared with', () => {
  const now: WorkflowRun = { head_sha: NOW, conclusion: null };
  const baseOf = async (event: Event, runs: WorkflowRun[], token = TOKEN): Promise<string | undefined> => {
    github.runs = runs;
    return chooseBase(event, await lastSuccess(await api(token), event)).sha;
  };

  test('the last commit whose run ended well, in one request', async () => {
    const runs: WorkflowRun[] = [
      now,
      { head_sha: BEFORE, conclusion: 'cancelled' },
      { head_sha: PULLED, conclusion: 'success', branch: 'next' },
      { head_sha: LAST, conclusion: 'success' },
    ];
    expect(await baseOf(push, runs)).toBe(LAST);
    expect(github.requests).toEqual([expect.stringMatching(/branch=main&event=push.*status=success/)]);
  });

  test('the registry, where no run ended well yet', async () => {
    expect(await baseOf(push, [now, { head_sha: BEFORE, conclusion: 'failure' }])).toBeUndefined();
  });

  test('what was there before, where this is the first run', async () => {
    expect(await baseOf(push, [now])).toBe(BEFORE);
  });

  test('the registry, where the branch is new', async () => {
    expect(await baseOf({ ...push, before: '0'.repeat(40) }, [now])).toBeUndefined();
  });

  test('what was there before, where the job may not ask for runs, and says so', async () => {
    github.refuse(403);
    const last = await lastSuccess(await api(), push);
    expect(chooseBase(push, last)).toMatchObject({
      sha: BEFORE,
      warning: expect.stringMatching(/actions: read/),
    });
  });

  test.each([
    ['without a token', push, ''],
    ['with a token that GitHub does not take', push, 'ghs_other'],
    ['where the workflow is not known', { ...push, workflow: undefined }, TOKEN],
  ])('what was there before, %s', async (_what, event, token) => {
    expect(await baseOf(event, [now, { head_sha: LAST, conclusion: 'success' }], token)).toBe(BEFORE);
  });

  test('the registry, where GitHub cannot be asked: what a cancelled run left would be lost', async () => {
    github.refuse(501);
    expect(await baseOf(push, [])).toBeUndefined();
  });
});

test.each([
  ['a pull request with its base', { ...push, name: 'pull_request', pullRequestBase: PULLED }, PULLED],
  ['a tag with the registry', { ...push, ref: 'refs/tags/v1' }, undefined],
  ['a schedule with the registry', { ...push, name: 'schedule' }, undefined],
  ['what somebody starts by hand with the registry', { ...push, name: 'workflow_dispatch' }, undefined],
])('%s is what the list is compared with', (_what, event, sha) => {
  expect(chooseBase(event, { kind: 'first-run' }).sha).toBe(sha);
});

test('an event is read from what the runner says of it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'event.json');
  writeFileSync(
    path,
    JSON.stringify({ before: BEFORE, forced: true, pull_request: { base: { sha: PULLED } } }),
  );
  const event = await readEvent({
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: path,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'acme/models',
    GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/publish.yml@refs/heads/main',
  });
  expect(event).toEqual({ ...push, pullRequestBase: PULLED });
  expect(await readEvent({})).toMatchObject({ name: '', repository: undefined, workflow: undefined });
});

async function read(workspace: string, sha: string): ReturnType<typeof readBaseFrom> {
  const access = { api: await api(), serverUrl: 'https://github.com', token: TOKEN, workspace };
  return readBaseFrom(access, join(workspace, 'models', 'models.yaml'), sha);
}

describe('the list at a commit', () => {
  let folder: TemporaryFolder;
  let origin: string;
  let forced: string;

  const commit = (text: string, ...options: string[]): string => {
    writeFileSync(join(origin, 'models', 'models.yaml'), text);
    git(origin, 'add', '.');
    git(origin, 'commit', '--quiet', '-m', text, ...options);
    return git(origin, 'rev-parse', 'HEAD');
  };
  const clone = (name: string): string => {
    git(folder.path, 'clone', '--quiet', '--depth=1', `file://${origin}`, name);
    return join(folder.path, name);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    origin = join(folder.path, 'origin');
    mkdirSync(join(origin, 'models'), { recursive: true });
    git(origin, 'init', '--quiet', '--initial-branch=main');
    commit('one');
    forced = commit('two');
    commit('three', '--amend');
  });
  afterAll(async () => folder[Symbol.asyncDispose]());

  test('is fetched into a shallow clone, also where a force push took the commit off its branch', async () => {
    const found = await read(clone('shallow'), forced);
    expect(found).toEqual({ kind: 'found', text: 'two', commit: forced });
  });

  test('is read through GitHub where git cannot fetch it', async () => {
    const workspace = clone('cut-off');
    git(workspace, 'remote', 'set-url', 'origin', 'file:///nowhere');
    github.files.set(`models/models.yaml@${LAST}`, 'größer\n');
    expect(await read(workspace, LAST)).toEqual({ kind: 'found', text: 'größer\n', commit: LAST });
    expect(await read(workspace, BEFORE)).toEqual({
      kind: 'unknown-revision',
      message: expect.stringMatching(
        /is not a commit of this repository, and git cannot fetch it: .*nowhere/s,
      ),
    });
  });

  test('is read through GitHub where there is no repository', async () => {
    await using bare = await temporaryFolder();
    mkdirSync(join(bare.path, 'models'));
    github.files.set(`models/models.yaml@${LAST}`, 'one\n');
    expect(await read(bare.path, LAST)).toEqual({ kind: 'found', text: 'one\n', commit: LAST });
  });
});
