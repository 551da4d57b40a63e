/** Says which files of a model lie over files of a base image: a container shows the model's. */
import type { OpenBase } from '../bases/bases.ts';
import { listBase, type ListedBase } from '../deriving/list-base.ts';
import { findOverlaps } from '../deriving/overlaps.ts';
import { UserError } from '../errors.ts';
import type { ImageLayer } from '../image/image.ts';
import { imageLayer } from '../reading/image.ts';
import { eachAtOnce, listLayer } from '../reading/list-image.ts';
import type { Repository } from '../registry/registry.ts';
import { count } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import type { Progress } from '../report/progress.ts';

/** Paths that are named; of more than these the number is said. */
const MOST_NAMED = 10;

/** A base is one object a run, and is read once in it. */
const listings = new WeakMap<OpenBase, Promise<ListedBase>>();

export interface Stack {
  base: OpenBase;
  layers: readonly ImageLayer[];
  /** The repository of the layers. */
  repository: Repository;
  /** What is made of both, for messages. */
  name: string;
}

/** Looks at the base's first platform: the others have the same files, built for other machines. */
export async function tellOverlaps(
  { base, layers, repository, name }: Stack,
  progress: Progress,
): Promise<void> {
  try {
    const listed = await listingOf(base);
    const above = await eachAtOnce(layers, async ({ descriptor }) => ({
      digest: descriptor.digest,
      entries: (await listLayer(repository, imageLayer(descriptor, 0))).entries,
    }));
    const paths = findOverlaps(listed.layers, above)
      .filter(({ hides }) => hides === 'base')
      .map(({ path }) => `/${printable(path)}`);
    if (paths.length > 0) progress.note(`  ${name} hides of ${base.name}: ${named(paths)}`);
    if (listed.unread > 0) {
      const what = count(listed.unread, 'large layer');
      progress.note(`  ${name}: ${what} of ${base.name} not searched for files that it hides`);
    }
  } catch (error) {
    // A look that is only for the log: what a runtime cannot read either is its own to say.
    if (!(error instanceof UserError)) throw error;
    progress.note(`  ${name}: files that it hides of ${base.name} are not known: ${error.message}`);
  }
}

async function listingOf(base: OpenBase): Promise<ListedBase> {
  const [first] = base.images;
  if (first === undefined) throw new RangeError(`the base ${base.name} has no image`);
  const known = listings.get(base) ?? listBase(first, base.repository);
  listings.set(base, known);
  return known;
}

function named(paths: readonly string[]): string {
  const rest = paths.length - MOST_NAMED;
  return rest > 0 ? `${paths.slice(0, MOST_NAMED).join(', ')} and ${rest} more` : paths.join(', ');
}
