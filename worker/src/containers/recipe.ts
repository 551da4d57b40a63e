/** What besides the artifact decides a container: the rule, and what its base's tag names. */
import { digestOf, type Digest } from '../../../src/oci/digest.ts';
import type { Root } from './documents.ts';
import type { ContainerRule } from './rules.ts';

export const RECIPE_ANNOTATION = 'ai.depot.recipe';
/** Begins the recipes of rules, and no others. */
const KIND = 'rule:';
/** Raise it where the same is composed in another way. */
const VERSION = 1;

export async function recipeOf(
  { choices, platforms, settings }: ContainerRule,
  base: Digest,
): Promise<string> {
  const text = JSON.stringify({ base, choices, platforms, settings });
  return `${KIND}${VERSION}+${await digestOf(new Uint8Array(new TextEncoder().encode(text)))}`;
}

/** Whether a rule has made this; others may replace it, then. */
export function isOurs({ annotations }: Pick<Root, 'annotations'>): boolean {
  const recipe: unknown = annotations[RECIPE_ANNOTATION];
  return typeof recipe === 'string' && recipe.startsWith(KIND);
}
