/** `ai-action prune` on our own registry, which removes by its own collection, and where it has no place. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { runProgram } from '../../src/commands/program.ts';
import { collectUntagged } from '../../src/prune/collection.ts';
import { bearer, operatorToken, SECRET } from '../support/access.ts';
import { startCollector } from '../support/collection.ts';
import { OciClient } from '../support/oci-client.ts';
import { sendError, startRegistryStandIn } from '../support/registry-stand-in.ts';
import { temporaryFolder } from '../support/temporary.ts';
import type { TestRegistry } from '../support/worker.ts';

/** In this process, which is quicker. */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const code = await runProgram(['prune', ...args], {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    env: { DOCKER_CONFIG: '/no/docker', ...env },
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe('our own registry', () => {
  let registry: TestRegistry;
  let host: string;
  beforeAll(async () => {
    registry = await startCollector({
      WRITE_ACCESS: 'token',
      TOKEN_SECRET: SECRET,
      OPERATOR_TOKENS: JSON.stringify([
        operatorToken('aia_operator', { names: ['**'], actions: ['operate'] }),
        operatorToken('aia_pusher', { names: ['**'], actions: ['push'] }),
      ]),
    });
    ({ host } = new URL(registry.url));
  });
  afterAll(async () => registry.stop());

  const client = (name: string): OciClient => new OciClient(registry.url, name, bearer('aia_pusher'));

  /** Runs `prune` where `docker login` left this password. */
  async function signedIn(password: string, args: readonly string[]): ReturnType<typeof run> {
    await using folder = await temporaryFolder();
    const auth = Buffer.from(`me:${password}`).toString('base64');
    await writeFile(join(folder.path, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    return await run(args, { DOCKER_CONFIG: folder.path });
  }

  test('says what it would condemn, condemns when told to, and leaves others and tags alone', async () => {
    const images = client('models/gpt2');
    const others = client('other/gpt2');
    const { digest } = await images.pushImage('untagged');
    await images.pushImage('tagged', 'latest');
    const { digest: of } = await others.pushImage('of others');
    const { Authorization: proof } = bearer('aia_operator');
    const options = { host, origin: registry.url, names: ['models/**'], days: 0, retry: {} };
    const asked = { ...options, authorization: async () => proof };

    const told = await collectUntagged({ ...asked, dryRun: true });
    expect(told).toMatchObject({ state: 'done', counts: { condemn: { manifest: 1 } } });
    expect(told.keys?.join()).toContain(digest.slice('sha256:'.length));
    expect((await images.request('HEAD', `manifests/${digest}`)).status).toBe(200);

    await collectUntagged({ ...asked, dryRun: false });
    // There is no delay between its passes here.
    for (let state = ''; !['done', 'failed'].includes(state);) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const answer = await fetch(`${registry.url}/v2/_gc`, { headers: bearer('aia_operator') });
      ({ state } = (await answer.json()) as { state: string });
    }
    expect((await images.request('HEAD', `manifests/${digest}`)).status).toBe(404);
    expect((await images.request('HEAD', 'manifests/latest')).status).toBe(200);
    expect((await others.request('HEAD', `manifests/${of}`)).status).toBe(200);
  });

  test('is asked for a dry run unless told otherwise, and keeps what is younger than 30 days', async () => {
    await client('models/young').pushImage('young');
    const json = await signedIn('aia_operator', ['--registry', `${host}/models`, '--json']);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({
      registry: host,
      deleted: false,
      olderThan: 720,
      repositories: [],
      collection: { state: 'done', manifests: 0 },
    });
    const args = ['--registry', `${host}/models`, '--older-than', '5w', '--delete'];
    const text = await signedIn('aia_operator', args);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(
      /^condemned 0 images untagged for 35 days, .* unless they are needed again$/m,
    );
    const hour = await signedIn('aia_operator', ['--registry', `${host}/models`, '--older-than', '1h']);
    expect(hour).toMatchObject({ code: 0, stderr: '' });
  });

  test('refuses who may not operate it', async () => {
    const args = ['--registry', host];
    for (const refused of [await run(args), await signedIn('aia_pusher', args)]) {
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/^error: Could not ask for a collection .*answered 40[13]/m);
      expect(refused.stderr).toMatch(/hint: .*the action "operate"/);
    }
  });
});

describe('ends with 2 and asks nothing of', () => {
  test.each<[string, number, Record<string, string>]>([
    [
      'a registry that wants a token of its own',
      401,
      { 'www-authenticate': 'Bearer realm="https://x/token"' },
    ],
    ['a registry that knows nothing of this', 404, {}],
  ])('%s', async (_what, status, headers) => {
    await using registry = await startRegistryStandIn((_request, response) => {
      sendError(response, status, 'NO', headers);
      return true;
    });
    const { code, stdout, stderr } = await run(['--registry', `${registry.host}/models`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      `prune knows Artifact Registry, ghcr.io and ai-action registries, and ${registry.host} is`,
    );
    expect(stderr).toMatch(/hint: Use what .* has itself/);
  });

  test.each([
    ['no registry', [], /--registry is missing/],
    ['an age of minutes', ['--registry', 'x.example', '--older-than', '30m'], /an hour at least/],
    ['no age', ['--registry', 'x.example', '--older-than', '0d'], /an hour at least/],
    ['ghcr.io without a token', ['--registry', 'ghcr.io/acme'], /hint: Set GITHUB_TOKEN/],
    ['ghcr.io without an owner', ['--registry', 'ghcr.io', '--github-token', 'x'], /as in ghcr\.io\/owner/],
    [
      'half of an Artifact Registry',
      ['--registry', 'us-docker.pkg.dev/project'],
      /us-docker\.pkg\.dev\/project\/models/,
    ],
    ['Artifact Registry for nobody', ['--registry', 'us-docker.pkg.dev/p/r'], /nothing says how to sign in/],
    [
      'a sign-in to Google for another registry',
      ['--registry', 'localhost:5000', '--service-account-key', 'x'],
      /localhost:5000 is not Artifact Registry/,
    ],
  ])('%s', async (_what, args, said) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });
});
