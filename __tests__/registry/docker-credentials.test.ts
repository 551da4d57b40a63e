import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Credentials } from '../../src/registry/credentials.ts';
import { dockerCredentials } from '../../src/registry/docker-credentials.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-credentials-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function look(config: unknown, host: string): Promise<Credentials | undefined> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(folder, 'config.json'), text);
  const env = { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env['PATH']}` };
  return dockerCredentials(env).credentialsFor(host);
}

/** A real program on the PATH. */
async function helper(name: string, script: string): Promise<void> {
  const file = join(folder, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const auth = Buffer.from('me:pass:word').toString('base64');
const me: Credentials = { kind: 'password', username: 'me', password: 'pass:word' };
/** Answers with what it was asked. */
const echoing = `read -r host; printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$host" "$1" "$host"`;

describe('what stands in the file', () => {
  test.each([
    ['registry.example:5000', { 'registry.example:5000': { auth } }],
    ['registry.example', { 'https://registry.example/v1/': { auth } }],
    ['docker.io', { 'https://index.docker.io/v1/': { auth } }],
    ['registry-1.docker.io', { 'docker.io': { auth } }],
    ['registry.example', { 'registry.example': { username: 'me', password: 'pass:word' } }],
  ])('is found for %s under %j', async (host, auths) => {
    await expect(look({ auths }, host)).resolves.toEqual(me);
  });

  test('may be an identity token', async () => {
    const auths = { 'registry.example': { auth, identitytoken: 'refresh' } };
    await expect(look({ auths }, 'registry.example')).resolves.toEqual({
      kind: 'identity-token',
      token: 'refresh',
    });
  });

  test.each([
    ['another host', { auths: { 'other.example': { auth } } }],
    ['another port', { auths: { 'registry.example:5000': { auth } } }],
    ['an empty entry', { auths: { 'registry.example': {} } }],
    ['nothing', {}],
  ])('is nothing where there is %s', async (_, config) => {
    await expect(look(config, 'registry.example')).resolves.toBeUndefined();
  });

  test('is nothing where there is no file', async () => {
    const provider = dockerCredentials({ DOCKER_CONFIG: join(folder, 'missing') });
    await expect(provider.credentialsFor('registry.example')).resolves.toBeUndefined();
  });

  test('is said to be broken when it is, with its name', async () => {
    const file = join(folder, 'config.json');
    await expect(look('{', 'registry.example')).rejects.toThrow(`${file} is not a Docker configuration`);
    await expect(look({ auths: [1] }, 'registry.example')).rejects.toThrow(file);
    const auths = { 'registry.example': { auth: 'bm9jb2xvbg==' } };
    await expect(look({ auths }, 'registry.example')).rejects.toMatchObject({
      message: `The entry "registry.example" of ${file} is not base64 of user:password.`,
      hint: 'Sign in again with "docker login registry.example".',
    });
  });
});

describe('a credential helper', () => {
  test('is asked for its host', async () => {
    await helper('echo', echoing);
    await expect(look({ credHelpers: { 'registry.example': 'echo' } }, 'registry.example')).resolves.toEqual({
      kind: 'password',
      username: 'get',
      password: 'registry.example',
    });
  });

  test('is asked for Docker Hub under its old name', async () => {
    await helper('echo', echoing);
    const found = await look({ credsStore: 'echo' }, 'docker.io');
    expect(found).toMatchObject({ password: 'https://index.docker.io/v1/' });
  });

  test('for a host comes before the general one, and that before the file', async () => {
    await helper('one', `echo '{"Username":"one","Secret":"s"}'`);
    await helper('two', `echo '{"Username":"two","Secret":"s"}'`);
    const config = {
      credsStore: 'two',
      credHelpers: { 'registry.example': 'one' },
      auths: { 'registry.example': { auth }, 'other.example': { auth } },
    };
    await expect(look(config, 'registry.example')).resolves.toMatchObject({ username: 'one' });
    await expect(look(config, 'other.example')).resolves.toMatchObject({ username: 'two' });
  });

  test('may hold an identity token', async () => {
    await helper('token', `echo '{"Username":"<token>","Secret":"refresh"}'`);
    const found = await look({ credsStore: 'token' }, 'registry.example');
    expect(found).toEqual({ kind: 'identity-token', token: 'refresh' });
  });

  test('that has nothing leaves it to the file', async () => {
    await helper('empty', `echo 'credentials not found in native keychain'; exit 1`);
    const config = { credsStore: 'empty', auths: { 'registry.example': { auth } } };
    await expect(look(config, 'registry.example')).resolves.toEqual(me);
    await expect(look(config, 'other.example')).resolves.toBeUndefined();
  });

  test('that fails says why', async () => {
    await helper('locked', `echo 'the keychain is locked' >&2; exit 1`);
    await expect(look({ credsStore: 'locked' }, 'registry.example')).rejects.toThrow(
      'docker-credential-locked failed for registry.example: the keychain is locked',
    );
  });

  test('that is missing is named', async () => {
    await expect(look({ credsStore: 'nowhere' }, 'registry.example')).rejects.toThrow(
      `docker-credential-nowhere, which ${join(folder, 'config.json')} names for registry.example, is not on the PATH.`,
    );
  });

  test('that talks nonsense is told apart', async () => {
    await helper('odd', 'echo hello');
    await expect(look({ credsStore: 'odd' }, 'registry.example')).rejects.toMatchObject({
      hint: 'Run: echo registry.example | docker-credential-odd get',
    });
  });
});
