import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { upstreamSettings } from '../../src/commands/upstreams.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('hosts are public, Docker Hub among them, and this machine speaks plain http', async () => {
  const { UPSTREAMS = '' } = await upstreamSettings(['ghcr.io', 'docker.io', 'localhost:5000'], {});
  expect(JSON.parse(UPSTREAMS)).toEqual({
    'ghcr.io': { kind: 'anonymous' },
    'registry-1.docker.io': { kind: 'anonymous', tokenHosts: ['auth.docker.io'] },
    'localhost:5000': { kind: 'anonymous', http: true },
  });
});

/** Of such a file beside a host. */
async function fileSettings(text: string, env: Record<string, string> = {}): Promise<Record<string, string>> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'upstreams.json');
  await writeFile(file, text);
  return await upstreamSettings(['ghcr.io', file], env);
}

describe('a file', () => {
  test('holds what UPSTREAMS does, and names secrets of the environment', async () => {
    const listed = { 'eu-docker.pkg.dev': { kind: 'artifact-registry', secret: 'GAR_KEY', prefix: 'a/b' } };
    const { UPSTREAMS = '', ...secrets } = await fileSettings(JSON.stringify(listed), {
      GAR_KEY: '{}',
      OTHER: 'x',
    });
    expect(JSON.parse(UPSTREAMS)).toEqual({ 'ghcr.io': { kind: 'anonymous' }, ...listed });
    expect(secrets).toEqual({ GAR_KEY: '{}' });
  });

  test.each([
    ['{"a": {"kind": "basic", "secret": "LOGIN"}}', /secret LOGIN of the upstream a is not set/],
    ['{"a": "anonymous"}', /cannot be read: it is no JSON object of hosts/],
    ['["ghcr.io"]', /it is no JSON object of hosts/],
    ['{', /it is no JSON object of hosts/],
  ])('that is wrong is told: %s', async (text, message) => {
    await expect(fileSettings(text)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message),
    });
  });
});

test.each([
  ['absent.json', /absent\.json cannot be read: there is no such file/],
  ['https://ghcr.io', /neither a registry's host nor a \.json file/],
])('%s is refused', async (word, message) => {
  await expect(upstreamSettings([word], {})).rejects.toThrow(message);
});
