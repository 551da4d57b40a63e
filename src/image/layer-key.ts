/** The layer key: what a layer is made of, known before a byte of it is read. */
import { createHash } from 'node:crypto';
import type { LayerFiles } from './layer-plan.ts';
import { RECIPE_VERSION } from './recipe.ts';

/** Whose bytes a layer has: the two builders make different ones of the same files. */
export type BuilderName = 'stream' | 'buildx';

/** SHA-256 (64 hex) of recipe version, builder and the sorted (path, size, oid) list of a layer's files. */
export function layerKey(files: LayerFiles, builder: BuilderName): string {
  const hash = createHash('sha256').update(JSON.stringify([RECIPE_VERSION, builder]));
  for (const { path, size, oid } of files) hash.update(`\n${JSON.stringify([path, size, oid])}`);
  return hash.digest('hex');
}
