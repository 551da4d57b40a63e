/**
 * Docker's own store, which `docker login` fills: `${DOCKER_CONFIG:-~/.docker}/config.json` and credential helpers.
 * @see https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { UserError } from '../errors.ts';
import { askHelper } from './credential-helper.ts';
import type { CredentialProvider, Credentials } from './credentials.ts';
import { isDockerHub } from './endpoint.ts';

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const Config = z.object({
  auths: z.record(z.string(), Entry.nullable()).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
type Config = z.infer<typeof Config>;

/** Reads the store anew each time it is asked, since a `docker login` may come in between. */
export function dockerCredentials(env: Readonly<NodeJS.ProcessEnv> = process.env): CredentialProvider {
  const folder = env['DOCKER_CONFIG'] ?? '';
  const file = join(folder === '' ? join(homedir(), '.docker') : folder, 'config.json');
  return {
    async credentialsFor(host) {
      const config = await readConfig(file);
      return config && find(config, host, { file, env });
    },
  };
}

interface Place {
  file: string;
  env: Readonly<NodeJS.ProcessEnv>;
}

async function readConfig(file: string): Promise<Config | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UserError(`${file} cannot be read.`, { hint: 'Check its permissions.', cause: error });
  }
  try {
    return Config.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(`${file} is not a Docker configuration that can be read.`, {
      hint: 'Correct it, or move it away and sign in again with "docker login".',
      cause: error,
    });
  }
}

/** A helper for the host comes first, then the general one, then what stands in the file itself. */
async function find(config: Config, host: string, place: Place): Promise<Credentials | undefined> {
  const keys = keysOf(host);
  for (const key of keys) {
    const helper = config.credHelpers?.[key] ?? config.credsStore;
    const found = helper === undefined || helper === '' ? undefined : await askHelper(helper, key, place);
    if (found) return found;
  }
  const entries = Object.entries(config.auths ?? {});
  const entry =
    entries.find(([key]) => keys.includes(key)) ?? entries.find(([key]) => keys.includes(hostOf(key)));
  return entry?.[1] ? fromEntry(entry[1], { key: entry[0], file: place.file }) : undefined;
}

function keysOf(host: string): string[] {
  return isDockerHub(host)
    ? ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io', 'registry-1.docker.io']
    : [host];
}

/** Old entries carry a scheme and a path: `https://registry.example/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function fromEntry(
  { auth, username, password, identitytoken }: z.infer<typeof Entry>,
  { key, file }: { key: string; file: string },
): Credentials | undefined {
  if (identitytoken) return { kind: 'identity-token', token: identitytoken };
  if (!auth) return username && password ? { kind: 'password', username, password } : undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) {
    throw new UserError(`The entry "${key}" of ${file} is not base64 of user:password.`, {
      hint: `Sign in again with "docker login ${hostOf(key)}".`,
    });
  }
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
