/**
 * References: `registry/repository[:tag][@digest]`, by the grammar of the distribution specification
 * (spec.md, "Pulling manifests") and of Docker's `reference` package.
 */
import { isDigest, type Digest } from './digest.ts';

export interface Reference {
  /** host[:port] */
  registry: string;
  repository: string;
  tag?: string;
  digest?: Digest;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const REGISTRY = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;

export function isRepository(name: string): boolean {
  return name.length <= 255 && REPOSITORY.test(name);
}

export function isTag(tag: string): boolean {
  return TAG.test(tag);
}

/** Whether the text is a registry's address: a host name or address with an optional port. */
export function isRegistry(host: string): boolean {
  return REGISTRY.test(host) && URL.canParse(`http://${host}`);
}

/** @throws RangeError saying which part is wrong; a registry must be written, Docker Hub is not assumed. */
export function parseReference(text: string): Reference {
  const slash = text.indexOf('/');
  const registry = text.slice(0, Math.max(slash, 0));
  if (!isRegistry(registry) || !(/[.:[]/.test(registry) || registry === 'localhost')) {
    throw new RangeError(`"${text}" does not begin with a registry, as in registry.example/owner/model:tag`);
  }
  const { repository, tag, digest } = splitSuffix(text.slice(slash + 1));
  if (!isRepository(repository)) {
    throw new RangeError(
      `"${repository}" in "${text}" is not a repository name (lower-case letters, digits and . _ - between them)`,
    );
  }
  if (tag !== undefined && !isTag(tag)) throw new RangeError(`"${tag}" in "${text}" is not a tag`);
  if (digest !== undefined && !isDigest(digest))
    throw new RangeError(`"${digest}" in "${text}" is not a digest`);
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * References as people write images, by the rules of Docker's `reference` package: without a registry it is Docker Hub's,
 * without an owner there of `library`, and with neither tag nor digest of `latest`.
 * @throws RangeError saying which part is wrong
 */
export function parseFamiliar(text: string): Reference {
  const [first = '', ...rest] = text.split('/');
  const isNamed = rest.length > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const isOfHub = !isNamed || first === 'index.docker.io';
  const below = isNamed ? rest.join('/') : text;
  const whole = isOfHub ? `docker.io/${below.includes('/') ? '' : 'library/'}${below}` : text;
  const reference = parseReference(whole);
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: 'latest' }
    : reference;
}

function splitSuffix(rest: string): { repository: string; tag?: string; digest?: string } {
  const at = rest.indexOf('@');
  const digest = at < 0 ? {} : { digest: rest.slice(at + 1) };
  const named = at < 0 ? rest : rest.slice(0, at);
  const colon = named.indexOf(':');
  return colon < 0
    ? { repository: named, ...digest }
    : { repository: named.slice(0, colon), tag: named.slice(colon + 1), ...digest };
}

export function formatReference(reference: Reference): string {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
