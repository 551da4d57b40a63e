/** Paths that are in more than one place: of these a container shows what lies highest. */
import type { Digest } from '../oci/digest.ts';
import type { LayerEntry } from '../reading/listing.ts';
import { isWhiteout } from '../reading/overlay.ts';

/** A path at which something is hidden, or becomes something else. */
export interface Overlap {
  path: string;
  /** Digest of the layer that is seen. */
  layer: Digest;
  /** `base`, or the digest of the layer that has it, too. */
  hides: Digest | 'base';
}

interface Layer {
  digest: Digest;
  entries: readonly LayerEntry[];
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Folders that meet folders are one folder, and no overlap. The lowest layers come first. */
export function findOverlaps(base: readonly (readonly LayerEntry[])[], layers: readonly Layer[]): Overlap[] {
  const seen = new Map<string, { type: LayerEntry['type']; from: Digest | 'base' }>();
  for (const entries of base) {
    hide(seen, entries);
    for (const { path, type } of entries) seen.set(path, { type, from: 'base' });
  }
  const overlaps = layers.flatMap(({ digest, entries }) =>
    entries.flatMap(({ path, type }): Overlap[] => {
      const below = path === '' ? undefined : seen.get(path);
      seen.set(path, { type, from: digest });
      if (below === undefined || below.from === digest || (type === 'dir' && below.type === 'dir')) return [];
      return [{ path, layer: digest, hides: below.from }];
    }),
  );
  return overlaps;
}

/** By whiteouts of the base's own layers (image specification, layer.md, "Whiteouts"). */
function hide(seen: Map<string, unknown>, entries: readonly LayerEntry[]): void {
  const removed = new Set<string>();
  const emptied = new Set<string>();
  for (const { path } of entries) {
    if (!isWhiteout(path)) continue;
    const slash = path.lastIndexOf('/');
    if (path.slice(slash + 1) === OPAQUE) emptied.add(path.slice(0, Math.max(0, slash)));
    else removed.add(path.slice(0, slash + 1) + path.slice(slash + 1 + WHITEOUT.length));
  }
  if (removed.size + emptied.size === 0) return;
  for (const path of seen.keys()) {
    const isHidden =
      removed.has(path) || foldersOf(path).some((folder) => removed.has(folder) || emptied.has(folder));
    if (isHidden) seen.delete(path);
  }
}

/** All that a path is in, the root (the empty text) included. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, at) => parts.slice(0, at + 1).join('/'))];
}
