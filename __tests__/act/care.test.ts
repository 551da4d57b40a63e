/** The workflows that look after a list and a registry, run by act: validate, update, prune. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { SECRET } from '../support/access.ts';
import {
  callerOf,
  callerRepository,
  runAct,
  type ActOutcome,
  type CallerRepository,
} from '../support/act.ts';
import { freePort } from '../support/distribution.ts';
import { startRepository, type RepositoryStandIn } from '../support/github-repository.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { startOidcIssuer } from '../support/oidc-issuer.ts';
import { describeWith } from '../support/services.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';
import { startRegistry } from '../support/worker.ts';

const LIST = 'models/models.yaml';
const GONE = 'a'.repeat(40);

describeWith('act')('the workflows around publishing', () => {
  let hub: Hub;
  let github: RepositoryStandIn;
  let repository: CallerRepository;
  let state: TemporaryFolder;
  let newer: StandInModel;
  let older: StandInModel;
  let run = 0;

  beforeAll(async () => {
    [newer, older] = await Promise.all([model('new'), model('old')]);
    [hub, github, repository, state] = await Promise.all([
      startHub({ models: [newer, older] }),
      startRepository('ghs_of_the_job'),
      callerRepository(),
      temporaryFolder(),
    ]);
  });
  afterAll(async () => {
    await hub.close();
    await github.close();
    await repository[Symbol.asyncDispose]();
    await state[Symbol.asyncDispose]();
  });

  const start = (
    workflow: string,
    event: string,
    { payload = {}, env = {} }: { payload?: object; env?: Record<string, string> } = {},
  ): Promise<ActOutcome> =>
    runAct(repository, {
      workflow,
      event,
      payload,
      env: { GITHUB_API_URL: github.url, ...env },
      state: state.path,
      run: (run += 1),
    });

  test('a pull request of a fork is told what is wrong, on the very line, and reaches nothing', async () => {
    const base = await repository.commit({
      '.github/workflows/validate.yml': await callerOf('validate.yml', { hub: hub.url }),
      [LIST]: `models:\n  - name: owner/model\n    sha: ${older.sha}\n`,
    });
    await repository.commit({
      [LIST]: `models:\n  - name: owner/model\n    sha: ${older.sha}\n  - name: owner/gone\n    sha: ${GONE}\n`,
    });
    const fork = { head: { repo: { full_name: 'someone/models', fork: true } }, base: { sha: base } };
    const checked = await start('validate.yml', 'pull_request', { payload: { pull_request: fork } });
    expect(checked.succeeded).toBe(false);
    expect(checked.annotations).toContainEqual({
      severity: 'error',
      message: expect.stringContaining('owner/gone') as unknown,
      properties: expect.objectContaining({ file: LIST, line: '4' }) as unknown,
    });
    expect(checked.log).not.toContain('owner/model at');
  }, 240_000);

  test('every week one pull request: opened, and the next week brought up to date', async () => {
    const files = {
      '.github/workflows/update.yml': await callerOf('update.yml', { hub: hub.url }),
      [LIST]: `models:\n  # the one we like\n  - name: owner/model\n    sha: ${older.sha}\n`,
    };
    const head = await repository.commit(files);
    github.branches.set('main', head);
    github.commits.set(head, { message: '', parents: [], files });
    const env = { GITHUB_SHA: head, GITHUB_REF: 'refs/heads/main' };

    github.forbidPulls = true;
    const forbidden = await start('update.yml', 'schedule', { env });
    expect(forbidden.annotations.map(({ message }) => message).join('\n')).toMatch(
      /not permitted to create[^]*allow GitHub Actions to create pull requests/,
    );
    github.forbidPulls = false;
    const opened = await start('update.yml', 'schedule', { env });
    if (!opened.succeeded) throw new Error(opened.log);
    expect(opened.outputs['pull-request']).toBe('https://github.com/acme/models/pull/1');
    const commit = github.commits.get(github.branches.get('ai-action/update') ?? '');
    expect(commit?.parents).toEqual([head]);
    expect(commit?.files[LIST]).toBe(files[LIST].replace(older.sha, newer.sha));
    expect(github.pulls).toMatchObject([
      { head: 'ai-action/update', base: 'main', body: expect.stringContaining('owner/model') as unknown },
    ]);

    const again = await start('update.yml', 'schedule', { env });
    expect(again.log).toContain('The pull request is updated');
    expect(github.pulls).toHaveLength(1);
  }, 240_000);

  test('what no tag needs is told at first, and removed once the caller says so; the job proves who it is', async () => {
    const issuer = await startOidcIssuer();
    const port = await freePort();
    const rule = { repository_id: '42', names: ['**'], actions: ['operate'] };
    const registry = await startRegistry({
      port,
      variables: {
        WRITE_ACCESS: 'token',
        TOKEN_SECRET: SECRET,
        ACCESS_RULES: JSON.stringify([rule]),
        OIDC_ISSUER: issuer.url,
        OIDC_AUDIENCE: `127.0.0.1:${port}`,
      },
    });
    const prune = async (inputs: object): Promise<ActOutcome> => {
      const caller = { registry: `127.0.0.1:${port}`, 'older-than': '1d', ...inputs };
      await repository.commit({ '.github/workflows/prune.yml': await callerOf('prune.yml', caller) });
      return start('prune.yml', 'schedule', { env: issuer.environment });
    };
    try {
      const told = await prune({});
      expect(told.log).toContain('would be condemned at first; the input delete removes them');
      const removed = await prune({ delete: true });
      expect(removed.log).toMatch(/^condemned 0 images/m);
      expect([told.succeeded, removed.succeeded]).toEqual([true, true]);
    } finally {
      await registry.stop();
      await issuer.stop();
    }
  }, 240_000);
});

async function model(age: string): Promise<StandInModel> {
  const files = [await memoryFile('config.json', `{"age": "${age}"}`)];
  return { name: 'owner/model', sha: shaOf(files), files };
}
