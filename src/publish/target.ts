/** Where images go: `HOST/PREFIX` of the command line, and the repositories below it. */
import { UsageError } from '../errors.ts';
import type { Importer, ImportRepository } from '../imports/open-importer.ts';
import type { Entry } from '../models/entry.ts';
import { repositoryOf } from '../models/image-name.ts';
import { isRegistry, isRepository } from '../oci/reference.ts';
import type { Registry, Repository } from '../registry/registry.ts';

export interface Destination {
  /** host[:port] */
  host: string;
  /** Leading part of every repository's name; may be empty. */
  prefix: string;
}

/** Where one entry's image goes. */
export interface Target {
  /** host[:port] */
  registry: string;
  /** Name of the repository within its registry. */
  repositoryName: string;
  repository: Repository;
  /** Where it is imported to from there, if anywhere. */
  imports: ImportRepository | undefined;
}

export interface Registries {
  registry: Registry;
  importer: Importer | undefined;
}

/** @throws UsageError when the text is not `HOST[:PORT][/PREFIX]`. */
export function parseDestination(text: string): Destination {
  const [host = '', ...rest] = text.replace(/\/+$/, '').split('/');
  const prefix = rest.join('/');
  if (!isRegistry(host) || (prefix !== '' && !isRepository(prefix))) {
    throw new UsageError(`--registry "${text}" is not HOST/PREFIX`, { hint: destinationHint(text) });
  }
  return { host, prefix };
}

function destinationHint(text: string): string {
  const bare = text.replace(/^https?:\/*/, '');
  const lower = bare.toLowerCase();
  if (bare !== text) return `Leave the scheme out: ${lower}`;
  if (lower !== text && isRepository(lower.slice(lower.indexOf('/') + 1))) {
    return `Write it in lower case, as the names of repositories are: ${lower}`;
  }
  return 'Write the registry and, where it has one, the project: us-docker.pkg.dev/project/models, ghcr.io/owner, localhost:5000.';
}

export function imageOf(entry: Entry, { host, prefix }: Destination): string {
  return `${host}/${repositoryOf(prefix, entry.image)}`;
}

/** @throws UserError where prefix and image make no repository's name. */
export function targetOf(
  entry: Entry,
  { host, prefix }: Destination,
  { registry, importer }: Registries,
): Target {
  const repositoryName = repositoryOf(prefix, entry.image);
  return {
    registry: host,
    repositoryName,
    repository: registry.repository(repositoryName),
    imports: importer?.repository(repositoryOf(importer.place.prefix, entry.image)),
  };
}
