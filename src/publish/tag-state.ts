/** Whether an entry's tags hold what the list asks for (docs/architecture.md, "Up to date"). */
import { readPublished, type PublishedImage } from '../image/published.ts';
import type { Repository } from '../registry/registry.ts';

/** What an up-to-date index carries. */
export interface Wanted {
  /** Revision annotation. */
  sha: string;
  /** Recipe annotation. */
  recipe: string;
}

export interface TagState {
  /** An image that is up to date, for the stale tags to be moved to. */
  current: PublishedImage | undefined;
  /** Tags whose image is absent or not up to date. */
  stale: readonly string[];
  /** An image that a tag has now: its unchanged layers are taken over. */
  previous: PublishedImage | undefined;
  /** Why something is to be done, or that nothing is; in words. */
  reason: string;
}

/** Asks the registry once for each tag. */
export async function readTagState(
  repository: Repository,
  tags: readonly string[],
  wanted: Wanted,
): Promise<TagState> {
  const images = await Promise.all(
    tags.map(async (tag) => ({ tag, image: await readPublished(repository, tag) })),
  );
  const isCurrent = (image: PublishedImage | undefined): boolean =>
    image?.revision === wanted.sha && image.recipe === wanted.recipe;
  const stale = images.filter(({ image }) => !isCurrent(image));
  return {
    current: images.find(({ image }) => isCurrent(image))?.image,
    stale: stale.map(({ tag }) => tag),
    previous: images.find(({ image }) => image !== undefined)?.image,
    reason: stale[0] === undefined ? 'up to date' : whyStale(stale[0].tag, stale[0].image, wanted),
  };
}

function whyStale(tag: string, image: PublishedImage | undefined, wanted: Wanted): string {
  if (image === undefined) return `missing: nothing is tagged ${tag}`;
  if (image.revision === undefined) return `outdated: ${tag} is an image that says no revision`;
  if (image.revision !== wanted.sha) {
    return `outdated: ${tag} is at revision ${short(image.revision)}, the list at ${short(wanted.sha)}`;
  }
  return `outdated: ${tag} was made with other options or an older recipe`;
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
