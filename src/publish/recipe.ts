import type { BuilderName } from '../image/layer-key.ts';
import { RECIPE_VERSION } from '../image/recipe.ts';
import type { Entry } from '../models/entry.ts';
import { optionsDigest } from '../models/options-digest.ts';
import type { Digest } from '../oci/digest.ts';

/** The version of the way from GGUF headers to labels; raising it publishes images with GGUF files anew. */
const GGUF_VERSION = 1;

/**
 * The value of the recipe annotation: two images of one revision are the same where it is the same.
 * @param prompt of the content of the entry's prompt, where it has one
 */
export function recipeOf(entry: Entry, builder: BuilderName, prompt?: Digest): string {
  return `${RECIPE_VERSION}+sha256:${optionsDigest(entry, builder, prompt)}`;
}

/** That of an image with GGUF files. Which images these are is known only once their files are. */
export function ggufRecipe(recipe: string): string {
  return `${recipe}+gguf:${GGUF_VERSION}`;
}
