/** The layer plan: which file is in which layer. */
import { compareBytes } from '../oci/compare.ts';
import type { SourceFile } from '../hub/source.ts';

/** A file of this many bytes or more has a layer of its own. */
export const LARGE_FILE = 32 * 1024 * 1024;

/** Docker stops at 125 layers and the stargz snapshotter's labels at about 56. */
export const MAX_LAYERS = 50;

export type Layout = 'layers' | 'single';

/** Files of one layer, sorted by the bytes of their paths; never empty. */
export type LayerFiles = readonly [SourceFile, ...SourceFile[]];

/**
 * Large files first, the small ones together in the last layer: a runtime keys an unpacked layer by all those below
 * it, so that what changes most often must lie on top. More than 49 large files share layers in equal numbers; the
 * sharing depends on the paths alone, so that a change of one file moves one layer there too.
 *
 * @param common small files that other images have, too: a layer of their own, the last, which then is the same there
 */
export function planLayers(
  files: readonly SourceFile[],
  layout: Layout,
  common: ReadonlySet<SourceFile> = new Set(),
): LayerFiles[] {
  const sorted = files.toSorted((a, b) => compareBytes(a.path, b.path));
  if (layout === 'single') return [sorted].filter(isFilled);
  const large = sorted.filter((file) => file.size >= LARGE_FILE);
  const small = sorted.filter((file) => file.size < LARGE_FILE && !common.has(file));
  const shared = sorted.filter((file) => file.size < LARGE_FILE && common.has(file));
  const room = MAX_LAYERS - (shared.length === 0 ? 1 : 2);
  const perLayer = Math.max(1, Math.ceil(large.length / room));
  const groups = Array.from({ length: Math.ceil(large.length / perLayer) }, (_, at) =>
    large.slice(at * perLayer, (at + 1) * perLayer),
  );
  return [...groups, small, shared].filter(isFilled);
}

function isFilled(files: SourceFile[]): files is [SourceFile, ...SourceFile[]] {
  return files.length > 0;
}
