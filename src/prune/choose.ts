/** Which images of a repository nothing needs any more. */
import type { Digest } from '../oci/digest.ts';
import type { StoredImage } from './image-store.ts';
import type { Links } from './links.ts';

export interface Choice {
  /**
   * What may go, one group after the other: an index before what it lists, a referrer before its subject, so that
   * wherever it is stopped, what is left is whole.
   */
  groups: readonly (readonly StoredImage[])[];
  /** How many images stay. */
  kept: number;
  /** Bytes of manifests' blobs that only what goes refers to. */
  bytes: number;
}

/**
 * An image stays while it has a tag or has changed since `before`, and so does everything that such an image needs:
 * what its index lists, its subject, and the referrers of what stays.
 * @param links by digest; those whose links are unknown stay
 * @param before milliseconds since the epoch
 */
export function chooseUnneeded(
  images: readonly StoredImage[],
  links: ReadonlyMap<Digest, Links>,
  before: number,
): Choice {
  const roots = images.filter(
    ({ digest, tags, changedAt }) => tags.length > 0 || changedAt >= before || !links.has(digest),
  );
  const needed = closure(
    roots.map(({ digest }) => digest),
    links,
  );
  const going = images.filter(({ digest }) => !needed.has(digest));
  return {
    groups: inOrder(going, links),
    kept: images.length - going.length,
    bytes: bytesOfOnly(going, needed, links),
  };
}

function closure(roots: readonly Digest[], links: ReadonlyMap<Digest, Links>): Set<Digest> {
  const referrers = new Map<Digest, Digest[]>();
  for (const [digest, { subject }] of links) {
    if (subject === undefined) continue;
    const known = referrers.get(subject);
    if (known === undefined) referrers.set(subject, [digest]);
    else known.push(digest);
  }
  const needed = new Set(roots);
  // A set that is walked through while it grows.
  for (const digest of needed) {
    for (const next of referredBy(links.get(digest))) needed.add(next);
    for (const referrer of referrers.get(digest) ?? []) needed.add(referrer);
  }
  return needed;
}

/** What goes together, who refers before what is referred to. */
function inOrder(going: readonly StoredImage[], links: ReadonlyMap<Digest, Links>): StoredImage[][] {
  const depths = new Map(going.map(({ digest }) => [digest, 0]));
  const sink = (digest: Digest, depth: number): void => {
    for (const next of referredBy(links.get(digest))) {
      if ((depths.get(next) ?? Infinity) > depth) continue;
      depths.set(next, depth + 1);
      sink(next, depth + 1);
    }
  };
  for (const { digest } of going) sink(digest, depths.get(digest) ?? 0);
  const groups: StoredImage[][] = [];
  for (const image of going) (groups[depths.get(image.digest) ?? 0] ??= []).push(image);
  return groups;
}

/** The digests that an image cannot be whole without. */
export function referredBy(links: Links | undefined): readonly Digest[] {
  if (links === undefined) return [];
  return links.subject === undefined ? links.children : [...links.children, links.subject];
}

function bytesOfOnly(
  going: readonly StoredImage[],
  needed: ReadonlySet<Digest>,
  links: ReadonlyMap<Digest, Links>,
): number {
  const stay = new Set([...needed].flatMap((digest) => links.get(digest)?.blobs.map((blob) => blob.digest)));
  const go = new Map(
    going.flatMap(({ digest }) => links.get(digest)?.blobs ?? []).map((blob) => [blob.digest, blob.size]),
  );
  let bytes = 0;
  for (const [digest, size] of go) if (!stay.has(digest)) bytes += size;
  return bytes;
}
