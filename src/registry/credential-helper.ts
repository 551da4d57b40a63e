/**
 * Credential helpers: programs `docker-credential-NAME` that take a registry on stdin and answer with JSON.
 * @see https://github.com/docker/docker-credential-helpers
 */
import { execFile } from 'node:child_process';

import { z } from 'zod';

import { UserError } from '../errors.ts';
import type { Credentials } from './credentials.ts';

const Found = z.object({ Username: z.string(), Secret: z.string() });

/** What a helper prints, with exit code 1, when it has nothing for a registry. */
const notFound = /credentials not found/i;

/** A keychain may ask its owner, who takes a while. */
const patience = 120_000;

/** @throws UserError when the helper is missing or fails; what it says is part of it */
export async function askHelper(
  name: string,
  registry: string,
  { file, env }: { file: string; env: Readonly<NodeJS.ProcessEnv> },
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const { error, stdout, stderr } = await run(program, registry, env);
  if (error) {
    if (notFound.test(stdout) || notFound.test(stderr)) return undefined;
    const missing = 'code' in error && error.code === 'ENOENT';
    const said = `${stdout}\n${stderr}`.trim().slice(0, 500);
    throw new UserError(
      missing
        ? `${program}, which ${file} names for ${registry}, is not on the PATH.`
        : `${program} failed for ${registry}${said === '' ? '.' : `: ${said}`}`,
      {
        hint: `Install or repair it, or take it out of ${file} and sign in with "docker login".`,
        cause: error,
      },
    );
  }
  const found = parse(stdout);
  if (!found) {
    throw new UserError(
      `${program} answered for ${registry} with something other than a user and a secret.`,
      {
        hint: `Run: echo ${registry} | ${program} get`,
      },
    );
  }
  const { Username: username, Secret: secret } = found;
  if (secret === '') return undefined;
  return username === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', username, password: secret };
}

interface Outcome {
  error: Error | null;
  stdout: string;
  stderr: string;
}

async function run(program: string, registry: string, env: Readonly<NodeJS.ProcessEnv>): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(program, ['get'], { env, timeout: patience }, (error, stdout, stderr) => {
      resolve({ error, stdout, stderr });
    });
    // A helper that answers without reading closes the pipe, which is its own affair; execFile tells how it ended.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(registry);
  });
}

function parse(stdout: string): z.infer<typeof Found> | undefined {
  try {
    return Found.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}
