/** Whether a companion's tags hold what is asked for. */
import { ANNOTATION } from '../image/annotations.ts';
import { companionTags } from '../models/entry.ts';
import type { Digest } from '../oci/digest.ts';
import type { Companion } from './companion.ts';
import { readTagState, type TagState, type Wanted } from './tag-state.ts';
import type { Target } from './target.ts';

export interface Asked {
  /** Of the image. */
  tags: readonly string[];
  /** Of the image's index. */
  image: Digest;
  /** What the companion's `recipe` said. */
  recipe: string;
}

export async function readCompanionState(
  companion: Companion,
  target: Pick<Target, 'repository' | 'imports'>,
  { tags, image, recipe }: Asked,
): Promise<TagState> {
  const wanted: Wanted = {
    isCurrent: ({ annotations }) =>
      annotations[ANNOTATION.image] === image && annotations[ANNOTATION.recipe] === recipe,
    whyOutdated: (tag, { annotations }) =>
      annotations[ANNOTATION.image] === image
        ? `${tag} was made with other options or an older recipe`
        : `${tag} is of another image than the model's`,
  };
  const state = await readTagState(target, companionTags(tags, companion.suffix), wanted);
  if (state.current !== undefined || state.previous === undefined) return state;
  const changed = await companion.whatChanged?.(state.previous.annotations);
  return changed === undefined ? state : { ...state, reason: `outdated: ${changed}` };
}
