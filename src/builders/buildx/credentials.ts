/**
 * Has buildx sign in with credentials of ours, which may change during a build: a Docker configuration that is the
 * user's own but for a credential helper, which reads them from a file that is kept fresh.
 * @see https://github.com/docker/docker-credential-helpers
 */
import { chmod, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { codeOf } from '../../errors.ts';
import type { CredentialProvider, Credentials } from '../../registry/credentials.ts';
import { isDockerHub } from '../../registry/endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Lending {
  /** host[:port] */
  registry: string;
  credentials: CredentialProvider | undefined;
  env: Environment;
  /** Told why they could not be renewed. */
  onLine: (line: string) => void;
}

export interface LentCredentials extends Disposable {
  /** For buildx. */
  env: Environment;
}

const HELPER = 'ai-action';

/** Tokens live for minutes, and buildx asks its helper again during a push. Seconds. */
const RENEW_EVERY = 60;

/** @param folder is made; it is nobody else's to read. */
export async function lendCredentials(
  folder: string,
  { registry, credentials, env, onLine }: Lending,
): Promise<LentCredentials> {
  const found = await credentials?.credentialsFor(registry);
  // Where we have none, buildx looks into Docker's store by itself.
  if (credentials === undefined || found === undefined) return { env, [Symbol.dispose]: () => undefined };
  await mkdir(folder, { mode: 0o700 });
  const file = join(folder, 'credentials.json');
  await replaceFile(file, helperAnswer(registry, found));
  const renew = async (): Promise<void> => {
    const fresh = await credentials.credentialsFor(registry);
    if (fresh !== undefined) await replaceFile(file, helperAnswer(registry, fresh));
  };
  const config = join(folder, 'config');
  const own = env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  await copyConfig(own, config, { [hubKey(registry)]: HELPER });
  const helper = join(folder, `docker-credential-${HELPER}`);
  await writeFile(
    helper,
    `#!/bin/sh\n[ "$1" = get ] && cat > /dev/null && exec cat "$(dirname "$0")/credentials.json"\n`,
  );
  await chmod(helper, 0o700);
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      onLine(`the credentials for ${registry} could not be renewed: ${String(error)}`),
    );
  }, RENEW_EVERY * 1000);
  return {
    env: { ...env, DOCKER_CONFIG: config, PATH: `${folder}${delimiter}${env['PATH'] ?? ''}` },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Never half written, since the helper may read it at any time. */
async function replaceFile(file: string, content: object): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function helperAnswer(registry: string, credentials: Credentials): object {
  return credentials.kind === 'identity-token'
    ? { ServerURL: registry, Username: '<token>', Secret: credentials.token }
    : { ServerURL: registry, Username: credentials.username, Secret: credentials.password };
}

/** Builders, contexts and plugins stay where they are; no other registry is spoken to. */
async function copyConfig(own: string, copy: string, credHelpers: Record<string, string>): Promise<void> {
  await mkdir(copy);
  const names = await orNothing(readdir(own), []);
  for (const name of names) {
    if (name !== 'config.json') await symlink(join(own, name), join(copy, name));
  }
  const text = await orNothing(readFile(join(own, 'config.json'), 'utf8'), '{}');
  const { auths: _auths, credsStore: _store, ...rest } = JSON.parse(text) as Record<string, unknown>;
  await writeFile(join(copy, 'config.json'), JSON.stringify({ ...rest, credHelpers }));
}

async function orNothing<T>(reading: Promise<T>, nothing: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return nothing;
    throw error;
  }
}

/** Under which name Docker knows the credentials of a registry. */
function hubKey(registry: string): string {
  return isDockerHub(registry) ? 'https://index.docker.io/v1/' : registry;
}
