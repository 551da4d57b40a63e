/** Signing in with the clients that people have. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { operatorToken } from '../../support/access.ts';
import { aiAction } from '../../support/ai-action.ts';
import { CONFIG, descriptor, digestOf, IMAGE } from '../../support/oci-client.ts';
import { startOidcIssuer, type OidcIssuer } from '../../support/oidc-issuer.ts';
import { errorOf, impatient, nobody, user } from '../../support/registry-client.ts';
import { describeWith, serviceAddress } from '../../support/services.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary.ts';
import { someBytes, startRegistry, type TestRegistry } from '../../support/worker.ts';
import type { Digest } from '../../../src/oci/digest.ts';

let issuer: OidcIssuer;
let registry: TestRegistry;
let host: string;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  const rule = { repository_id: '42', ref: 'refs/heads/main', names: ['acme/**'], actions: ['push'] };
  registry = await startRegistry({
    variables: {
      READ_ACCESS: 'private',
      REQUEST_LOG: 'on',
      WRITE_ACCESS: 'token',
      OPERATOR_TOKENS: JSON.stringify([operatorToken('the token', { actions: ['push', 'delete'] })]),
      ACCESS_RULES: JSON.stringify([rule]),
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: 'registry.example',
    },
  });
  host = `localhost:${new URL(registry.url).port}`;
});
afterAll(async () => {
  await registry.stop();
  await issuer.stop();
});

describe('our own client, at a private registry,', () => {
  const config = Buffer.from('{}');
  const blob = someBytes(300_000);

  async function publish(password: string, name: string): Promise<void> {
    const client = impatient(host, { credentials: user('me', password) });
    const repository = client.repository(name);
    for (const bytes of [config, blob]) await repository.putBlob(digestOf(bytes) as Digest, bytes);
    const layer = descriptor('application/vnd.oci.image.layer.v1.tar', blob);
    const manifest = {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: descriptor(CONFIG, config),
      layers: [layer],
    };
    await repository.putManifest('latest', Buffer.from(JSON.stringify(manifest)), IMAGE);
    const mounted = client.repository(`${name}-copy`);
    expect(await mounted.mountBlob(digestOf(blob) as Digest, name)).toBe(true);
    expect(await repository.headManifest('latest')).toMatchObject({ mediaType: IMAGE });
    await client.close();
  }

  test('publishes with an operator’s token', async () => {
    await expect(publish('the token', 'acme/own')).resolves.toBeUndefined();
  });

  test('publishes with a workflow’s', async () => {
    await expect(publish(await issuer.token(), 'acme/workflow')).resolves.toBeUndefined();
  });

  test('is refused where the token does not reach', async () => {
    const error = await errorOf(publish('the token', 'other/own'));
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining('other/own') });
  });

  test.each([
    ['without a password', nobody],
    ['with a wrong one', user('me', 'wrong')],
  ])('%s gets nothing, and is told to sign in', async (_, credentials) => {
    const client = impatient(host, { credentials });
    const error = await errorOf(client.repository('acme/own').headManifest('latest'));
    expect(error.hint).toContain(`docker login ${host}`);
    await client.close();
  });
});

/** Bytes of a repository's blobs that the registry gave, by its log. */
function blobBytes(repository: string): number {
  return registry
    .log()
    .split('\n')
    .filter((line) => line.includes(`"${repository}"`) && line.includes('/blobs/:digest"'))
    .map((line) => JSON.parse(line) as { method: string; bytes: number })
    .filter(({ method }) => method === 'GET')
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

describeWith('buildkit', 'stargz')('clients of containers, at a private registry,', () => {
  let folder: TemporaryFolder;
  let layer: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(path.join(folder.path, 'context'));
    await writeFile(path.join(folder.path, 'context/file'), someBytes(100_000));
    layer = path.join(folder.path, 'layer.tar');
    await succeed('tar', ['-C', path.join(folder.path, 'context'), '-cf', layer, 'file']);
  });
  afterEach(async () => folder[Symbol.asyncDispose]());

  interface Ended {
    code: unknown;
    output: string;
  }

  /** With the sign-ins of this test's folder, and no others. */
  function run(command: string, args: string[], input = ''): Promise<Ended> {
    const env = {
      ...process.env,
      DOCKER_CONFIG: path.join(folder.path, 'docker'),
      REGISTRY_AUTH_FILE: path.join(folder.path, 'docker/config.json'),
    };
    return new Promise((resolve) => {
      const child = execFile(command, args, { env }, (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, output: stdout + stderr }),
      );
      // A command that reads nothing may be over already.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }

  async function succeed(command: string, args: string[], input?: string): Promise<string> {
    const { code, output } = await run(command, args, input);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${output}`);
    return output;
  }

  const signIn = (password: string): Promise<string> =>
    succeed('docker', ['login', host, '--username', 'me', '--password-stdin'], password);

  test.each([
    ['docker', ['login']],
    ['skopeo', ['login', '--tls-verify=false']],
  ])('%s refuses a wrong password at once, and takes the right ones', async (command, args) => {
    const all = [...args, host, '--username', 'me', '--password-stdin'];
    const wrong = await run(command, all, 'wrong');
    expect(wrong.code).toBe(1);
    expect(wrong.output).toMatch(/unauthorized|invalid username\/password/);
    for (const password of ['the token', await issuer.token()]) {
      expect(await succeed(command, all, password)).toContain('Login Succeeded');
    }
  });

  test('crane pushes, copies, pulls and deletes once it is signed in, and not before', async () => {
    const push = ['append', '--new_layer', layer, '--new_tag', `${host}/acme/crane:1`];
    expect((await run('crane', push)).code).toBe(1);
    await succeed('crane', ['auth', 'login', host, '-u', 'me', '-p', 'the token']);
    await succeed('crane', push);
    await succeed('crane', ['validate', '--remote', `${host}/acme/crane:1`]);
    expect(await succeed('crane', ['copy', `${host}/acme/crane:1`, `${host}/acme/crane-copy:1`])).toContain(
      'mounted blob',
    );
    await succeed('crane', ['delete', `${host}/acme/crane-copy:1`]);
    const elsewhere = await run('crane', [
      'append',
      '--new_layer',
      layer,
      '--new_tag',
      `${host}/other/crane:1`,
    ]);
    expect(elsewhere).toMatchObject({ code: 1, output: expect.stringContaining('401 Unauthorized') });
  });

  test('skopeo pushes, pulls and deletes', async () => {
    await signIn('the token');
    await succeed('crane', ['append', '--new_layer', layer, '--new_tag', `${host}/acme/skopeo:1`]);
    const copy = ['copy', '--src-tls-verify=false', '--dest-tls-verify=false'];
    const image = `docker://${host}/acme/skopeo`;
    await succeed('skopeo', [...copy, `${image}:1`, `${image}:2`]);
    await succeed('skopeo', [...copy, `${image}:2`, `dir:${path.join(folder.path, 'pulled')}`]);
    await succeed('skopeo', ['delete', '--tls-verify=false', `${image}:2`]);
    const anonymous = await run('skopeo', [
      ...copy,
      '--no-creds',
      `${image}:1`,
      `dir:${path.join(folder.path, 'no')}`,
    ]);
    expect(anonymous.code).toBe(1);
  });

  test('buildx pushes what it built with a workflow’s token, and copies out of what only a sign-in reads', async () => {
    const context = path.join(folder.path, 'context');
    const options = ['--builder', serviceAddress('BUILDX_BUILDER'), '--provenance=false', '--no-cache'];
    const build = (dockerfile: string, output: string): Promise<Ended> =>
      run('buildx', ['build', ...options, '--file', '-', '--output', output, context], dockerfile);
    const image = `${host}/acme/built:${Date.now()}`;
    const push = `type=image,name=${image},push=true`;
    expect((await build('FROM scratch\nCOPY file /\n', push)).output).toContain('401 Unauthorized');
    await signIn(await issuer.token());
    expect(await build('FROM scratch\nCOPY file /\n', push)).toMatchObject({ code: 0 });
    const out = path.join(folder.path, 'out');
    const copied = await build(`FROM scratch\nCOPY --from=${image} /file /\n`, `type=local,dest=${out}`);
    expect(copied).toMatchObject({ code: 0 });
  });

  test('a lazy builder copies one file out of what only a sign-in reads, without the rest', async () => {
    const name = `acme/lazy-${Date.now()}`;
    const model = path.join(folder.path, 'model');
    await mkdir(model);
    await writeFile(path.join(model, 'weights.safetensors'), someBytes(24 * 1024 * 1024));
    await writeFile(path.join(model, 'config.json'), '{"lazy": true}');
    const list = path.join(folder.path, 'models.yaml');
    await writeFile(list, JSON.stringify({ models: [{ name, source: './model' }] }));
    await signIn('the token');
    const cache = path.join(folder.path, 'cache');
    const published = await aiAction(['publish', '--models', list, '--registry', host, '--cache', cache], {
      env: { DOCKER_CONFIG: path.join(folder.path, 'docker') },
    });
    expect(published).toMatchObject({ code: 0 });
    const before = blobBytes(name);
    const out = path.join(folder.path, 'out');
    const builder = ['--builder', serviceAddress('STARGZ_BUILDX_BUILDER'), '--provenance=false'];
    const output = ['--file', '-', '--output', `type=local,dest=${out}`, path.join(folder.path, 'context')];
    const dockerfile = `FROM scratch\nCOPY --from=${host}/${name} /config.json /\n`;
    expect(await run('buildx', ['build', ...builder, ...output], dockerfile)).toMatchObject({ code: 0 });
    expect(await readFile(path.join(out, 'config.json'), 'utf8')).toBe('{"lazy": true}');
    const read = blobBytes(name) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1024 * 1024);
  });
});
