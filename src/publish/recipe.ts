import type { BuilderName } from '../image/layer-key.ts';
import { RECIPE_VERSION } from '../image/recipe.ts';
import type { Entry } from '../models/entry.ts';
import { optionsDigest } from '../models/options-digest.ts';

/** The value of the recipe annotation: two images of one revision are the same where it is the same. */
export function recipeOf(entry: Entry, builder: BuilderName): string {
  return `${RECIPE_VERSION}+sha256:${optionsDigest(entry, builder)}`;
}
