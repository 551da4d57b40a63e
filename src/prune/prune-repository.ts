/** Removes what nothing needs any more from one repository. */
import pLimit from 'p-limit';

import { UserError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Repository } from '../registry/registry.ts';
import { chooseUnneeded, referredBy, type Choice } from './choose.ts';
import type { ImageStore, Removal, StoredImage } from './image-store.ts';
import { readLinks, type Links } from './links.ts';

export interface PruneOptions {
  /** What changed since stays; milliseconds since the epoch. */
  before: number;
  dryRun: boolean;
  signal: AbortSignal;
}

export interface PrunedImage {
  digest: Digest;
  changedAt: number;
  /** unneeded: a dry run's; kept: what refers to it could not be removed. */
  status: 'unneeded' | Removal | 'kept' | 'failed';
  error?: unknown;
}

export interface PrunedRepository {
  images: readonly PrunedImage[];
  /** How many were not to go. */
  kept: number;
  /** Of blobs that only images of `images` refer to. */
  bytes: number;
}

const MANIFESTS_AT_ONCE = 8;
const REMOVALS_AT_ONCE = 4;

/**
 * @param store lists and removes; `repository` is the same one, whose manifests are read
 * @returns undefined where there is no such repository
 * @throws UserError where it is not known what is needed: then nothing is removed
 */
export async function pruneRepository(
  name: string,
  { store, repository }: { store: ImageStore; repository: Repository },
  options: PruneOptions,
): Promise<PrunedRepository | undefined> {
  const known = await readAll(name, { store, repository }, options);
  if (known === undefined) return undefined;
  const choice = chooseUnneeded(known.images, known.links, options.before);
  const images = options.dryRun
    ? choice.groups.flat().map((image) => told(image, { status: 'unneeded' }))
    : await removeAll(choice, known.links, {
        remove: async (image) => store.remove(name, image),
        signal: options.signal,
      });
  return { images, kept: choice.kept, bytes: choice.bytes };
}

interface Known {
  images: readonly StoredImage[];
  links: ReadonlyMap<Digest, Links>;
}

/** Lists again until nothing in the list is unread: what is chosen from is then younger than all that was read. */
async function readAll(
  name: string,
  { store, repository }: { store: ImageStore; repository: Repository },
  { signal }: PruneOptions,
): Promise<Known | undefined> {
  const links = new Map<Digest, Links>();
  const unserved = new Set<Digest>();
  const turn = pLimit(MANIFESTS_AT_ONCE);
  for (;;) {
    const images = await store.images(name);
    if (images === undefined) return undefined;
    const unread = images.filter(({ digest }) => !links.has(digest) && !unserved.has(digest));
    if (unread.length === 0) {
      const hidden = images.find(({ digest, tags }) => tags.length > 0 && unserved.has(digest));
      if (hidden !== undefined) throw unknownNeeds(repository.name, hidden);
      return { images, links };
    }
    await turn.map(unread, async ({ digest }) => {
      signal.throwIfAborted();
      const found = await readLinks(repository, digest);
      if (found === undefined) unserved.add(digest);
      else links.set(digest, found);
    });
  }
}

function unknownNeeds(name: string, { digest, tags }: StoredImage): UserError {
  return new UserError(`${name}:${tags[0]} (${digest}) is listed but cannot be pulled.`, {
    hint: 'What it needs is unknown, so nothing is removed from its repository: push the tag again, or delete it.',
  });
}

interface Remover {
  remove: (image: StoredImage) => Promise<Removal>;
  signal: AbortSignal;
}

async function removeAll(
  { groups }: Choice,
  links: ReadonlyMap<Digest, Links>,
  { remove, signal }: Remover,
): Promise<PrunedImage[]> {
  const results: PrunedImage[] = [];
  /** What an image needs that is still there. */
  const needed = new Set<Digest>();
  const turn = pLimit(REMOVALS_AT_ONCE);
  for (const group of groups) {
    const removed = await turn.map([...group], async (image) => {
      signal.throwIfAborted();
      return needed.has(image.digest)
        ? told(image, { status: 'kept' })
        : removeOne(image, { remove, signal });
    });
    for (const { digest, status } of removed) {
      if (status === 'removed' || status === 'missing') continue;
      for (const next of referredBy(links.get(digest))) needed.add(next);
    }
    results.push(...removed);
  }
  return results;
}

async function removeOne(image: StoredImage, { remove, signal }: Remover): Promise<PrunedImage> {
  try {
    return told(image, { status: await remove(image) });
  } catch (error) {
    signal.throwIfAborted();
    return told(image, { status: 'failed', error });
  }
}

function told(
  { digest, changedAt }: StoredImage,
  outcome: Pick<PrunedImage, 'status' | 'error'>,
): PrunedImage {
  return { digest, changedAt, ...outcome };
}
