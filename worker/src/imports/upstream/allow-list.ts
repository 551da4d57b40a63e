/** The registries that may be imported from: the operator's variable UPSTREAMS, JSON by host (docs/imports.md). */
import { isRegistry, isRepository } from '../../../../src/oci/reference.ts';
import { OciError } from '../../errors.ts';
import { SettingsError } from '../../settings.ts';

export interface Upstream {
  /** host[:port], as requests name it */
  host: string;
  /** How the Worker proves itself there. */
  kind: 'artifact-registry' | 'basic' | 'anonymous';
  /** The name of the Worker's secret that holds the proof. */
  secret?: string;
  /** Only this repository, and those below it, may be imported. */
  prefix?: string;
  /** Hosts besides its own that may issue its tokens. */
  tokenHosts: readonly string[];
  /** Plain http instead of https; on this machine only. */
  isPlain: boolean;
}

const KINDS = ['artifact-registry', 'basic', 'anonymous'] as const;
const FIELDS = new Set(['kind', 'secret', 'prefix', 'tokenHosts', 'http']);

/**
 * The upstream that a request may import a repository from.
 * @throws OciError DENIED where the operator has not allowed it; SettingsError
 */
export function findUpstream(setting: unknown, host: string, repository: string): Upstream {
  const upstream = parseUpstreams(setting).find((each) => each.host === host.toLowerCase());
  if (upstream !== undefined && isWithin(repository, upstream.prefix)) return upstream;
  throw new OciError(
    'DENIED',
    `importing ${repository} from ${host} is not allowed: the operator lists what is, in UPSTREAMS`,
  );
}

/** @param setting as JSON, or its text. @throws SettingsError saying where it is wrong */
export function parseUpstreams(setting: unknown): Upstream[] {
  if (setting === undefined || setting === '') return [];
  const json = typeof setting === 'string' ? parseJson(setting) : setting;
  if (!isObject(json)) throw wrong('it is not an object of hosts');
  return Object.entries(json).map(([host, value]) => parseUpstream(host, value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it is not JSON');
  }
}

function parseUpstream(host: string, value: unknown): Upstream {
  if (!isRegistry(host) || host !== host.toLowerCase()) throw wrong(`"${host}" is not a host`);
  if (!isObject(value)) throw wrong(`"${host}" is not an object`);
  const unknown = Object.keys(value).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw wrong(`"${host}" has "${unknown}", which means nothing`);
  const { secret, prefix, tokenHosts = [], http = false } = value;
  const kind = KINDS.find((each) => each === value['kind']);
  if (kind === undefined) throw wrong(`"${host}" has no kind of ${KINDS.join(', ')}`);
  if (kind === 'anonymous' ? secret !== undefined : typeof secret !== 'string' || secret === '') {
    throw wrong(`"${host}" ${kind === 'anonymous' ? 'needs no secret' : 'names no secret'}`);
  }
  if (prefix !== undefined && (typeof prefix !== 'string' || !isRepository(prefix))) {
    throw wrong(`the prefix of "${host}" is not a repository name`);
  }
  if (!isListOfHosts(tokenHosts)) throw wrong(`the tokenHosts of "${host}" are not a list of hosts`);
  if (typeof http !== 'boolean' || (http && !isLoopback(host))) {
    throw wrong(`"${host}" cannot be reached over http: only a loopback address can`);
  }
  return {
    host,
    kind,
    tokenHosts,
    isPlain: http,
    ...(typeof secret === 'string' ? { secret } : {}),
    ...(typeof prefix === 'string' ? { prefix } : {}),
  };
}

/** Whether host[:port] is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}

/**
 * Whether the Worker may send anything there on an upstream's behalf: https, or http on this machine where the
 * upstream itself is reached so.
 */
export function isSafe(url: URL, { isPlain }: Upstream): boolean {
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isPlain && isLoopback(url.host));
}

function isWithin(repository: string, prefix: string | undefined): boolean {
  return prefix === undefined || repository === prefix || repository.startsWith(`${prefix}/`);
}

function isListOfHosts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((host) => typeof host === 'string' && isRegistry(host));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): SettingsError {
  return new SettingsError(`UPSTREAMS is wrong: ${message}`);
}
