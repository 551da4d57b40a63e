/** Which registries are Google's: Artifact Registry, also under the names that Container Registry had. */

/** `us-docker.pkg.dev`, `europe-west1-docker.pkg.dev`. */
const ARTIFACT_REGISTRY = /^([a-z0-9-]+)-docker\.pkg\.dev$/;

/** The locations of the repositories that stand behind the old names. */
const CONTAINER_REGISTRY: Readonly<Record<string, string>> = {
  'gcr.io': 'us',
  'us.gcr.io': 'us',
  'eu.gcr.io': 'europe',
  'asia.gcr.io': 'asia',
};

/** A repository of Artifact Registry holds images under names of their own: its packages. */
export interface ArtifactRepository {
  project: string;
  location: string;
  repository: string;
  /** Leading part of the packages' names; may be empty. */
  prefix: string;
}

export function isArtifactRegistry(host: string): boolean {
  return ARTIFACT_REGISTRY.test(host) || Object.hasOwn(CONTAINER_REGISTRY, host);
}

/**
 * @param path what follows the host in references: project, repository and the beginning of names. A project of an
 *   organisation has two parts, `example.com/project`, and is called `example.com:project` by Google's APIs.
 * @returns undefined where the path names no repository
 * @see https://cloud.google.com/artifact-registry/docs/transition/setup-gcr-repo for the old names
 */
export function parseArtifactRepository(host: string, path: string): ArtifactRepository | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const first = parts.shift();
  if (first === undefined) return undefined;
  const project = first.includes('.') ? `${first}:${parts.shift() ?? ''}` : first;
  const [, named] = ARTIFACT_REGISTRY.exec(host) ?? [];
  const location = named ?? CONTAINER_REGISTRY[host];
  const repository = named === undefined ? host : parts.shift();
  if (location === undefined || repository === undefined || project.endsWith(':')) return undefined;
  return { project, location, repository, prefix: parts.join('/') };
}

/** The beginning of its images' names, as they follow the host in references. */
export function pathOf(host: string, { project, repository }: ArtifactRepository): string {
  const inPath = project.replace(':', '/');
  return repository === host ? inPath : `${inPath}/${repository}`;
}
