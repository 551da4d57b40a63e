/**
 * Where things lie in the bucket. No component of a repository name begins with `_`, so no key of one repository is
 * a key of another.
 */
import { parseDigest, type Digest } from '../../../src/oci/digest.ts';

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

export function manifestKey(repository: string, digest: Digest): string {
  return `repositories/${repository}/_manifests/${path(digest)}`;
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
