/** `ai-action propose`, against GitHub's API as it is stood in for. What a workflow does with it: act/care.test.ts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { aiAction, type Outcome } from '../support/ai-action.ts';
import { startRepository, type RepositoryStandIn } from '../support/github-repository.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';

const HEAD = 'b'.repeat(40);
let github: RepositoryStandIn;
let folder: TemporaryFolder;

beforeAll(async () => {
  github = await startRepository('the token');
  folder = await temporaryFolder();
  github.branches.set('main', HEAD);
  github.commits.set(HEAD, { message: '', parents: [], files: { 'models.yaml': 'models: []\n' } });
});
afterAll(async () => {
  await github.close();
  await folder[Symbol.asyncDispose]();
});

async function propose(list: string, env: Record<string, string> = {}): Promise<Outcome> {
  await writeFile(join(folder.path, 'models.yaml'), list);
  await writeFile(join(folder.path, 'long.md'), 'x'.repeat(70_000));
  return aiAction(['propose', '--models', 'models.yaml', '--body', 'absent.md', 'long.md'], {
    cwd: folder.path,
    env: {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_WORKSPACE: folder.path,
      GITHUB_EVENT_PATH: '',
      GITHUB_SHA: HEAD,
      GITHUB_TOKEN: 'the token',
      ...env,
    },
  });
}

test('a list that is as the branch has it is not proposed', async () => {
  expect(await propose('models: []\n')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing to propose') as unknown,
  });
  expect([...github.branches.keys()]).toEqual(['main']);
});

test('a text that is too long for GitHub is cut', async () => {
  expect(await propose('models: [] # changed\n')).toMatchObject({ code: 0 });
  expect(github.pulls).toMatchObject([
    { body: expect.stringMatching(/^\nx{1000,}\n\n… and more\.\n$/) as unknown },
  ]);
});

test('says what is missing: a token, or one that may', async () => {
  expect(await propose('models: []\n', { GITHUB_TOKEN: '' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('propose needs a token of GitHub') as unknown,
  });
  expect(await propose('models: []\n', { GITHUB_TOKEN: 'another' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/does not let this token[^]*pull-requests: write/) as unknown,
  });
  expect(await propose('models: []\n', { GITHUB_API_URL: 'http://127.0.0.1:1' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^error: GitHub could not be asked for a pull request in acme\/models: /,
    ) as unknown,
  });
});
