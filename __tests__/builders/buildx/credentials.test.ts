/** Credentials that buildx is lent while it builds. */
import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';

import { lendCredentials, type LentCredentials } from '../../../src/builders/buildx/credentials.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const REGISTRY = 'us-docker.pkg.dev';

afterEach(() => void jest.useRealTimers());

/** As buildx asks, in the middle of a push too. */
function asked({ env }: LentCredentials): unknown {
  const answer = execFileSync('docker-credential-ai-action', ['get'], { env, input: REGISTRY });
  return JSON.parse(answer.toString());
}

test('are those of the moment, however long the build takes, and nobody else’s to read', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  await using folder = await temporaryFolder();
  const at = join(folder.path, 'credentials');
  let given = 0;
  const said: string[] = [];
  using lent = await lendCredentials(at, {
    registry: REGISTRY,
    credentials: {
      async credentialsFor() {
        given += 1;
        if (given === 3) throw new Error('Google is busy');
        return { kind: 'password', username: 'oauth2accesstoken', password: `token ${given}` };
      },
    },
    env: { PATH: process.env['PATH'], DOCKER_CONFIG: join(folder.path, 'none') },
    onLine: (line) => said.push(line),
  });
  expect(asked(lent)).toMatchObject({ Username: 'oauth2accesstoken', Secret: 'token 1' });
  expect((await stat(at)).mode & 0o077).toBe(0);
  for (const token of ['token 2', 'token 2', 'token 4']) {
    jest.advanceTimersByTime(60_000);
    while ((asked(lent) as { Secret: string }).Secret !== token) await new Promise(setImmediate);
  }
  expect(said).toEqual([expect.stringContaining('could not be renewed: Error: Google is busy')]);
});
