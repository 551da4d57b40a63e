/** Publishing to CNCF distribution, with our Worker importing from it: what `--import-url` does. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';

import { bearer, operatorToken, SECRET } from '../support/access.ts';
import { aiAction } from '../support/ai-action.ts';
import { freePort } from '../support/distribution.ts';
import { importSettings } from '../support/imports.ts';
import { modelList, type ModelList } from '../support/model-list.ts';
import { OciClient } from '../support/oci-client.ts';
import { startOidcIssuer, type OidcIssuer } from '../support/oidc-issuer.ts';
import { planJson, publishJson } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import { baseContent, pushContent } from '../support/registry-content.ts';
import { startServe } from '../support/serve-process.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

const TOKEN = 'aia_of_the_operator';

describeWith('registry')('--import-url', () => {
  const prefix = `imports-e2e-${randomUUID().slice(0, 8)}`;
  let issuer: OidcIssuer;
  let importer: TestRegistry;
  /** host:port of the importer */
  let host: string;
  let list: ModelList;
  /** Each test has a model of its own. */
  let name = '';
  let count = 0;

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    const operator = operatorToken(TOKEN, { names: ['**'], actions: ['push', 'import', 'delete'] });
    const rule = { repository_id: '42', names: ['served/**'], actions: ['import'] };
    const port = await freePort();
    host = `127.0.0.1:${port}`;
    const access = {
      WRITE_ACCESS: 'token',
      TOKEN_SECRET: SECRET,
      OPERATOR_TOKENS: JSON.stringify([operator]),
      ACCESS_RULES: JSON.stringify([rule]),
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: host,
    };
    const variables = importSettings({ [serviceAddress('REGISTRY')]: { prefix } }, access);
    importer = await startRegistry({ port, variables });
  });
  afterAll(async () => {
    await importer.stop();
    await issuer.stop();
  });
  beforeEach(async () => {
    name = `owner/model-${(count += 1)}`;
    list = await modelList([{ name, source: './model', tag: ['v1', 'latest'] }]);
    await mkdir(join(list.folder, 'model'));
    await writeFile(join(list.folder, 'model', 'config.json'), `{"name": "${name}"}`);
    await writeFile(join(list.folder, 'model', 'model.safetensors'), Buffer.alloc(1024 * 1024, count));
  });
  afterEach(async () => list[Symbol.asyncDispose]());

  function args(registry = `${serviceAddress('REGISTRY')}/${prefix}`): string[] {
    return [...list.args, '--registry', registry, '--import-url', `${importer.url}/served`];
  }

  test('what is published is imported, tag by tag, and is up to date from then on', async () => {
    const env = { AI_ACTION_IMPORT_TOKEN: TOKEN };
    const { code, stderr, json } = await publishJson(args(), { env });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('imported') });
    const served = `${host}/served/${name}`;
    expect(json.models[0]).toMatchObject({ status: 'published', importedAs: served });
    const pushed = await pullImage(`${serviceAddress('REGISTRY')}/${prefix}/${name}`);
    for (const tag of ['v1', 'latest']) {
      expect(await pullImage(served, tag)).toEqual(pushed);
    }
    const again = await publishJson(args(), { env });
    expect(again.json.models[0]).toMatchObject({ status: 'up-to-date', importedAs: served });
  }, 60_000);

  test('a container is imported with its image, and again where it is missing there', async () => {
    const env = { AI_ACTION_IMPORT_TOKEN: TOKEN };
    const registry = serviceAddress('REGISTRY');
    await pushContent(new OciClient(`http://${registry}`, `${prefix}/base`), baseContent());
    const runtimes = [{ name: 'run', base: `${registry}/${prefix}/base:1` }];
    await list.write([{ name, source: './model', runtimes }]);
    const { json } = await publishJson(args(), { env });
    const [published] = json.models;
    expect(published).toMatchObject({ companions: [{ tags: ['latest-run'], status: 'published' }] });
    const tag = `${importer.url}/v2/served/${name}/manifests/latest-run`;
    const digestAt = async (): Promise<string | null> =>
      (await fetch(tag, { method: 'HEAD' })).headers.get('docker-content-digest');
    const digest = await digestAt();
    expect(published).toMatchObject({ companions: [{ digest }] });
    expect((await fetch(tag, { method: 'DELETE', headers: bearer(TOKEN) })).status).toBe(202);
    const plan = await planJson(args());
    expect(plan.json.models[0]).toMatchObject({ action: 'companions', companions: [{ action: 'import' }] });
    const again = await publishJson(args(), { env });
    expect(again.json.models[0]).toMatchObject({
      status: 'up-to-date',
      companions: [{ status: 'imported' }],
    });
    expect(await digestAt()).toBe(digest);
  }, 60_000);

  test('artifacts are imported with their image, files and all', async () => {
    const env = { AI_ACTION_IMPORT_TOKEN: TOKEN };
    await list.write([{ name, source: './model', formats: ['modelkit', 'modelpack', 'docker-model'] }]);
    const { code, json } = await publishJson(args(), { env });
    expect({ code, model: json.models[0] }).toMatchObject({ code: 0, model: { status: 'published' } });
    for (const format of ['modelkit', 'modelpack', 'docker-model']) {
      const served = `${host}/served/${name}:latest-${format}`;
      expect(await aiAction(['verify', served])).toMatchObject({ code: 0 });
    }
  }, 60_000);

  test('a tag that is missing there is imported by the next run, and only that is done', async () => {
    const env = { AI_ACTION_IMPORT_TOKEN: TOKEN };
    await publishJson(args(), { env });
    const tag = `${importer.url}/v2/served/${name}/manifests/v1`;
    expect((await fetch(tag, { method: 'DELETE', headers: bearer(TOKEN) })).status).toBe(202);
    const plan = await planJson(args());
    expect(plan.json.models[0]).toMatchObject({
      action: 'import',
      reason: `not imported: ${host}/served/${name} has nothing tagged v1`,
      importedAs: `${host}/served/${name}`,
    });
    const { code, json } = await publishJson(args(), { env });
    expect({ code, model: json.models[0] }).toMatchObject({
      code: 0,
      model: { status: 'imported', layers: [] },
    });
    expect((await fetch(tag)).status).toBe(200);
  }, 60_000);

  test('a workflow proves itself, and fails where no rule lets it import', async () => {
    const { json } = await publishJson(args(), { env: issuer.environment });
    expect(json.models[0]).toMatchObject({ status: 'published' });
    expect(new Set(issuer.audiences)).toEqual(new Set([host]));
    expect(await pullImage(`${host}/served/${name}`)).toBeDefined();

    const elsewhere = [...args(), '--import-url', `${importer.url}/others`];
    const refused = await publishJson(elsewhere, { env: issuer.environment });
    expect(refused.code).toBe(1);
    expect(refused.json.models[0]).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringMatching(/others\/owner\/model-\d: .* 403 \(DENIED: .* may not import others/),
        hint: expect.stringContaining('this workflow, by its repository_id'),
      },
    });
  }, 60_000);

  test('what cannot be imported is pushed all the same, and the failure says why', async () => {
    const pushed = `${serviceAddress('REGISTRY')}/${prefix}-elsewhere`;
    const { code, stdout, stderr } = await aiAction(['publish', ...args(pushed)], {
      env: { AI_ACTION_IMPORT_TOKEN: TOKEN },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 failed$/m);
    expect(stderr).toMatch(/403 \(DENIED: importing \S+ from \S+ is not allowed: .* UPSTREAMS/);
    expect(stderr).toMatch(/hint: .*the next run has only the import to do/);
    expect(await pullImage(`${pushed}/${name}`)).toBeDefined();
    expect(await pullImage(`${host}/served/${name}`)).toBeUndefined();
  }, 60_000);

  test('serve imports from the hosts that --upstreams names, on this machine over plain http', async () => {
    const registry = serviceAddress('REGISTRY');
    await using local = await startServe('--upstreams', 'ghcr.io', registry);
    const into = ['--import-url', `http://${local.host}`];
    const { json } = await publishJson([...list.args, '--registry', `${registry}/${prefix}`, ...into]);
    expect(json.models[0]).toMatchObject({ status: 'published', importedAs: `${local.host}/${name}` });
    expect(await pullImage(`${local.host}/${name}`)).toBeDefined();
  }, 60_000);

  test('the registry that is pushed to is none to import into', async () => {
    const registry = `${host}/served`;
    const { code, stderr } = await aiAction(['publish', ...args(registry)]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('where --registry pushes to'),
    });
  });
});
