/** The workflow that publishes, run by act: what happens on a merge, and on what may come instead of a plain one. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { SECRET } from '../support/access.ts';
import { callerOf, callerRepository, runAct, shallowClone } from '../support/act.ts';
import type { ActOutcome, CallerRepository } from '../support/act.ts';
import { copyFrom } from '../support/buildkit.ts';
import { freePort } from '../support/distribution.ts';
import { startGitHub, type GitHubStandIn } from '../support/github-api.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { importSettings } from '../support/imports.ts';
import { startOidcIssuer, type OidcIssuer } from '../support/oidc-issuer.ts';
import { pullImage } from '../support/pulled.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

const NAMES = ['owner/one', 'owner/two', 'owner/three'];
const ZEROS = '0'.repeat(40);

describeWith(
  'act',
  'registry',
  'buildkit',
)('publish.yml', () => {
  const run = randomUUID().slice(0, 8);
  let hub: Hub;
  let issuer: OidcIssuer;
  let importer: TestRegistry;
  /** host:port */
  let served: string;
  let github: GitHubStandIn;
  let state: TemporaryFolder;
  /** Of each model two commits, the newer first. */
  let models: Record<string, [newer: string, older: string]>;
  let repository: CallerRepository;
  /** Each test has images of its own. */
  let prefix = '';
  let count = 0;

  beforeAll(async () => {
    const history = await Promise.all(
      NAMES.map(async (name) => [await model(name, 'new'), await model(name, 'old')]),
    );
    models = Object.fromEntries(
      history.map(([newer, older]) => [newer?.name, [newer?.sha ?? '', older?.sha ?? '']]),
    );
    hub = await startHub({ models: history.flat() });
    issuer = await startOidcIssuer();
    const port = await freePort();
    served = `127.0.0.1:${port}`;
    const rules = [{ repository_id: '42', ref: 'refs/heads/main', names: ['**'], actions: ['import'] }];
    const access = {
      WRITE_ACCESS: 'token',
      TOKEN_SECRET: SECRET,
      ACCESS_RULES: JSON.stringify(rules),
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: served,
    };
    const variables = importSettings({ [serviceAddress('REGISTRY')]: {} }, access);
    importer = await startRegistry({ port, variables });
    state = await temporaryFolder();
  }, 60_000);
  afterAll(async () => {
    await importer.stop();
    await issuer.stop();
    await hub.close();
    await state[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    prefix = `act-${run}-${(count += 1)}`;
    github = await startGitHub('ghs_of_the_job');
    repository = await callerRepository();
    return async () => {
      await github.close();
      await repository[Symbol.asyncDispose]();
    };
  });

  const caller = (inputs: object = {}): Promise<string> =>
    callerOf('publish.yml', {
      registry: `${serviceAddress('REGISTRY')}/${prefix}`,
      hub: hub.url,
      builder: 'stream',
      ...inputs,
    });
  const push = (before: string, number: number, from = repository): Promise<ActOutcome> =>
    runAct(from, {
      run: count * 100 + number,
      workflow: 'publish.yml',
      event: 'push',
      payload: { ref: 'refs/heads/main', before },
      env: { GITHUB_API_URL: github.url, ...issuer.environment },
      state: state.path,
    });

  test('the first push publishes all; a merge what it changed, imports it, and a Dockerfile copies from it', async () => {
    const inputs = { builder: 'buildx', 'import-url': importer.url };
    const old = { 'owner/one': models['owner/one']?.[1], 'owner/two': models['owner/two']?.[1] };
    const first = await repository.commit({
      '.github/workflows/publish.yml': await caller(inputs),
      'models/models.yaml': listOf(old),
    });
    const all = await push(ZEROS, 1);
    expect(done(all)).toEqual({
      made: '2',
      skipped: '0',
      failed: '0',
    });

    github.runs.push({ head_sha: first, conclusion: 'success' });
    await repository.commit({
      'models/models.yaml': listOf({ ...old, 'owner/two': models['owner/two']?.[0] }),
    });
    const merge = await push(first, 2);
    expect(done(merge)).toEqual({ made: '1', skipped: '0', failed: '0' });
    expect(merge.outputs['shards']).toBe('[1]');
    expect(merge.log).toContain('the last commit that was published without failure');
    // What the first run knew of layers, the second has from the cache.
    expect(merge.log).toContain('Layer index of ai-action-layers-');
    expect(merge.summaries.join('')).toContain(`from=${served}/owner/two:latest`);

    await using copied = await temporaryFolder();
    await copyFrom('eager', { image: `${served}/owner/two`, path: '/config.json', destination: copied.path });
    expect(await readFile(join(copied.path, 'config.json'), 'utf8')).toBe('owner/two: new');
  }, 240_000);

  test('a force-push that lost its base publishes what is missing; a shallow clone fetches its base', async () => {
    const files = { '.github/workflows/publish.yml': await caller() };
    const one = { 'owner/one': models['owner/one']?.[0] };
    const first = await repository.commit({ ...files, 'models/models.yaml': listOf(one) });
    const forced = await push('f'.repeat(40), 1);
    expect(published(forced)).toEqual({ made: '1', skipped: '0', failed: '0' });
    expect(forced.annotations).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('compared with the registry') as unknown },
    ]);

    github.runs.push({ head_sha: first, conclusion: 'success' });
    await repository.commit({
      'models/models.yaml': listOf({ ...one, 'owner/two': models['owner/two']?.[0] }),
    });
    await using clone = await shallowClone(repository);
    const shallow = await push(first, 2, clone);
    expect(done(shallow)).toEqual({ made: '1', skipped: '0', failed: '0' });
    expect(shallow.log).toContain(`compared with that of ${first}`);
  }, 240_000);

  test('of three jobs one fails, the report says why, and a re-run publishes that one alone', async () => {
    await repository.commit({
      '.github/workflows/publish.yml': await caller(),
      'models/models.yaml': listOf(Object.fromEntries(NAMES.map((name) => [name, models[name]?.[0]]))),
    });
    hub.fail({ on: 'storage', path: 'three.bin', times: Infinity, fault: { kind: 'corrupt', at: 3 } });
    const partly = await push(ZEROS, 1);
    hub.recover();
    expect(partly.succeeded).toBe(false);
    const results = Object.entries(partly.steps).filter(([step]) => /^publish \(\d\): Publish$/.test(step));
    expect(results.map(([, result]) => result).toSorted()).toEqual(['failure', 'success', 'success']);
    expect(published(partly)).toEqual({ made: '2', skipped: '0', failed: '1' });
    expect(partly.summaries.at(-1)).toMatch(/2 published, 1 failed[^]*owner\/three[^]*three\.bin/);
    expect(partly.annotations).toContainEqual({
      severity: 'error',
      message: expect.stringContaining('three.bin') as unknown,
      properties: expect.objectContaining({ file: 'models/models.yaml' }) as unknown,
    });

    const rerun = await push(ZEROS, 1);
    expect(done(rerun)).toEqual({ made: '1', skipped: '0', failed: '0' });
    expect(await pullImage(`${serviceAddress('REGISTRY')}/${prefix}/owner/three`)).toBeDefined();

    const nothing = await push(ZEROS, 2);
    done(nothing);
    expect(nothing.outputs['shards']).toBe('[]');
    expect(Object.keys(nothing.steps)).not.toContainEqual(expect.stringContaining(': Publish'));
  }, 240_000);
});

function listOf(shas: Record<string, string | undefined>): string {
  return JSON.stringify({ models: Object.entries(shas).map(([name, sha]) => ({ name, sha })) }, null, 2);
}

function published({ outputs }: ActOutcome): object {
  return { made: outputs['published'], skipped: outputs['skipped'], failed: outputs['failed'] };
}

/** @throws Error with the log where the run failed */
function done(outcome: ActOutcome): object {
  if (!outcome.succeeded) throw new Error(outcome.log);
  return published(outcome);
}

async function model(name: string, age: 'new' | 'old'): Promise<StandInModel> {
  const files = [
    await memoryFile('config.json', `${name}: ${age}`),
    await memoryFile(`${name.replace('owner/', '')}.bin`, 'weights that stay'),
  ];
  return { name, sha: shaOf(files), files };
}
