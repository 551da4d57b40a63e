/**
 * Where things lie in the bucket. No component of a repository name begins with `_`, so no key of one repository is
 * a key of another.
 */
import { isDigest, parseDigest, type Digest } from '../../../src/oci/digest.ts';

/** `sha256:abc` as `sha256/abc`. */
function path(digest: Digest): string {
  const { algorithm, hex } = parseDigest(digest);
  return `${algorithm}/${hex}`;
}

/** A blob's bytes, under a name that was made before their digest was known. */
export function dataKey(id: string): string {
  return `data/${id}`;
}

/** The pointer from a digest to the bytes. */
export function blobKey(digest: Digest): string {
  return `blobs/${path(digest)}`;
}

/** The same pointer as a repository's own. */
export function membershipKey(repository: string, digest: Digest): string {
  return `repositories/${repository}/_blobs/${path(digest)}`;
}

/** Begins every key of the repository, and no other's. */
export function repositoryPrefix(repository: string): string {
  return `repositories/${repository}/_`;
}

/** Everything of a repository, in an order that leaves what is whole whenever deleting it is stopped. */
export function repositoryPrefixes(repository: string): string[] {
  const folders = ['_tags/', '_referrers/', '_manifests/', '_blobs/'];
  return [`imports/${repository}/_/`, ...folders.map((folder) => `repositories/${repository}/${folder}`)];
}

export function manifestKey(repository: string, digest: Digest): string {
  return `repositories/${repository}/_manifests/${path(digest)}`;
}

/** What the key of a repository's object says. */
export interface RepositoryKey {
  repository: string;
  /** A tag has none. */
  digest: Digest | undefined;
  kind: 'blob' | 'manifest' | 'referrer' | 'tag';
}

const KINDS = { blobs: 'blob', manifests: 'manifest', referrers: 'referrer', tags: 'tag' } as const;

/** @returns undefined for what is none */
export function parseRepositoryKey(key: string): RepositoryKey | undefined {
  const match = /^repositories\/(.+?)\/_(blobs|manifests|referrers|tags)\/(.+)$/.exec(key);
  if (match === null) return undefined;
  const [, repository = '', folder = '', rest = ''] = match;
  const kind = KINDS[folder as keyof typeof KINDS];
  return { repository, kind, digest: kind === 'tag' ? undefined : lastDigest(rest) };
}

/** @returns the digest of a key below `blobs/` */
export function parseBlobKey(key: string): Digest | undefined {
  return key.startsWith('blobs/') ? lastDigest(key) : undefined;
}

function lastDigest(text: string): Digest | undefined {
  const digest = text.split('/').slice(-2).join(':');
  return isDigest(digest) ? digest : undefined;
}

export function tagPrefix(repository: string): string {
  return `repositories/${repository}/_tags/`;
}

export function tagKey(repository: string, tag: string): string {
  return tagPrefix(repository) + tag;
}

export function referrerPrefix(repository: string, subject: Digest): string {
  return `repositories/${repository}/_referrers/${path(subject)}/`;
}

export function referrerKey(repository: string, subject: Digest, digest: Digest): string {
  return referrerPrefix(repository, subject) + path(digest);
}

/** The list of all models, compiled. */
export const CATALOGUE_KEY = 'catalogue/list.json';

/** What the catalogue holds of one model. */
export function modelKey(repository: string): string {
  return `catalogue/models/${repository}`;
}

/** Begins the keys of what was found out about a repository's images, and no others. */
export function inspectionPrefix(repository: string): string {
  return `catalogue/images/${repository}/_/`;
}

export function inspectionKey(repository: string, digest: Digest): string {
  return inspectionPrefix(repository) + path(digest);
}
