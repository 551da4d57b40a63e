/** The registries that `serve` may import from: `--upstreams` as the Worker's settings (docs/imports.md). */
import { z } from 'zod';

import { UsageError } from '../errors.ts';
import { isRegistry } from '../oci/reference.ts';
import { isDockerHub, isLoopback } from '../registry/endpoint.ts';
import { readSetting } from './read-setting.ts';

const Upstreams = z.record(z.string(), z.looseObject({ secret: z.string().optional() }));
type Upstreams = z.infer<typeof Upstreams>;

/**
 * @param words hosts of public registries, or files with what UPSTREAMS holds
 * @param env has the secrets that files name
 * @returns the variable UPSTREAMS, and the secrets under their names
 * @throws UsageError where a word is neither, a file cannot be read or a secret is not set
 */
export async function upstreamSettings(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const upstreams: Upstreams = {};
  for (const word of words)
    Object.assign(upstreams, isFile(word) ? await readUpstreams(word) : publicHost(word));
  const secrets: Record<string, string> = {};
  for (const [host, { secret }] of Object.entries(upstreams)) {
    if (secret !== undefined) secrets[secret] = secretOf(host, secret, env);
  }
  return { ...secrets, UPSTREAMS: JSON.stringify(upstreams) };
}

function isFile(word: string): boolean {
  return word.endsWith('.json');
}

function publicHost(word: string): Upstreams {
  const host = word.toLowerCase();
  if (!isRegistry(host)) {
    throw new UsageError(`--upstreams ${word} is neither a registry's host nor a .json file`, {
      hint: 'Write host or host:port, as in ghcr.io or localhost:5000, or the path of a file that ends in .json.',
    });
  }
  if (isDockerHub(host)) {
    return { 'registry-1.docker.io': { kind: 'anonymous', tokenHosts: ['auth.docker.io'] } };
  }
  const { hostname } = new URL(`http://${host}`);
  return { [host]: { kind: 'anonymous', ...(isLoopback(hostname) ? { http: true } : {}) } };
}

function readUpstreams(file: string): Promise<Upstreams> {
  return readSetting(file, {
    option: '--upstreams',
    schema: Upstreams,
    shape: 'JSON object of hosts, each with an object',
    hint: 'It holds what UPSTREAMS in wrangler.jsonc would, as in {"ghcr.io": {"kind": "anonymous"}} (docs/imports.md).',
  });
}

function secretOf(host: string, name: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = env[name] ?? '';
  if (value !== '') return value;
  throw new UsageError(`The secret ${name} of the upstream ${host} is not set`, {
    hint: `Set the environment variable ${name}.`,
  });
}
