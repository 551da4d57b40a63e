/** Whether an entry's tags hold what the list asks for (docs/architecture.md, "Up to date"). */
import { readPublished, type PublishedImage } from '../image/published.ts';
import type { Digest } from '../oci/digest.ts';
import { ggufRecipe } from './recipe.ts';
import type { Target } from './target.ts';

/** What is asked for: an image, or a companion of one. */
export interface Wanted {
  isCurrent(image: PublishedImage): boolean;
  /** Why what a tag has is outdated, in words that follow "outdated: ". */
  whyOutdated(tag: string, image: PublishedImage): string;
}

export interface TagState {
  /** An image that is up to date, for the stale tags to be moved to. */
  current: PublishedImage | undefined;
  /** Tags whose image is absent or not up to date. */
  stale: readonly string[];
  /** Tags whose image has yet to be imported: those that are up to date, or will be once they are moved. */
  notImported: readonly NotImported[];
  /** An image that a tag has now: its unchanged layers are taken over. */
  previous: PublishedImage | undefined;
  /** Why something is to be done, or that nothing is; in words. */
  reason: string;
}

export interface NotImported {
  tag: string;
  /** Of the image that the tag is to name. */
  digest: Digest;
  /** Of the one that it names where it is imported to. */
  imported: Digest | undefined;
}

/** What one tag names. */
interface Found {
  tag: string;
  image: PublishedImage | undefined;
  /** What it names where it is imported to. */
  imported: Digest | undefined;
  isCurrent: boolean;
}

/** Asks the registry once for each tag, and so the one that imports from it. */
export async function readTagState(
  { repository, imports }: Pick<Target, 'repository' | 'imports'>,
  tags: readonly string[],
  wanted: Wanted,
): Promise<TagState> {
  const found = await Promise.all(
    tags.map(async (tag): Promise<Found> => {
      const [image, imported] = await Promise.all([readPublished(repository, tag), imports?.digestAt(tag)]);
      return { tag, image, imported, isCurrent: image !== undefined && wanted.isCurrent(image) };
    }),
  );
  const current = found.find((one) => one.isCurrent)?.image;
  const stale = found.filter((one) => !one.isCurrent);
  const behind = imports === undefined || current === undefined ? [] : notImported(found, current);
  return {
    current,
    stale: stale.map(({ tag }) => tag),
    notImported: behind,
    previous: found.find(({ image }) => image !== undefined)?.image,
    reason: whyStale(stale[0], wanted) ?? whyBehind(behind[0], imports?.name) ?? 'up to date',
  };
}

/** @param recipe the recipe annotation, or what `ggufRecipe` makes of it */
export function wantedImage({ sha, recipe }: { sha: string; recipe: string }): Wanted {
  return {
    isCurrent: (image) =>
      image.revision === sha && (image.recipe === recipe || image.recipe === ggufRecipe(recipe)),
    whyOutdated(tag, { revision }) {
      if (revision === undefined) return `${tag} is an image that says no revision`;
      return revision === sha
        ? `${tag} was made with other options or an older recipe`
        : `${tag} is at revision ${short(revision)}, the list at ${short(sha)}`;
    },
  };
}

/** A stale tag is going to name the image that is up to date. */
function notImported(found: readonly Found[], current: PublishedImage): NotImported[] {
  return found
    .map(({ tag, image, imported, isCurrent: isUpToDate }) => {
      const { digest } = (isUpToDate && image ? image : current).descriptor;
      return { tag, digest, imported };
    })
    .filter(({ digest, imported }) => digest !== imported);
}

function whyBehind(behind: NotImported | undefined, name = ''): string | undefined {
  if (behind === undefined) return undefined;
  const { tag, digest, imported } = behind;
  return imported === undefined
    ? `not imported: ${name} has nothing tagged ${tag}`
    : `not imported: ${tag} of ${name} is ${short(imported)}, and is to be ${short(digest)}`;
}

function whyStale(stale: Found | undefined, wanted: Wanted): string | undefined {
  if (stale === undefined) return undefined;
  const { tag, image } = stale;
  if (image === undefined) return `missing: nothing is tagged ${tag}`;
  return `outdated: ${wanted.whyOutdated(tag, image)}`;
}

/** Of a revision or a digest. */
export function short(hash: string): string {
  return hash.replace(/^sha\d+:/, '').slice(0, 12);
}
