/** Paths that are in more than one place: of these a container shows what lies highest. */
import type { Digest } from '../oci/digest.ts';
import type { LayerEntry } from '../reading/listing.ts';

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
    for (const { path } of entries) hide(seen, path);
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

/** A whiteout of the base's own layers (image specification, layer.md, "Whiteouts"). */
function hide(seen: Map<string, unknown>, whiteout: string): void {
  const slash = whiteout.lastIndexOf('/');
  const [folder, name] = [whiteout.slice(0, slash + 1), whiteout.slice(slash + 1)];
  if (!name.startsWith(WHITEOUT)) return;
  const hidden = `${folder}${name.slice(WHITEOUT.length)}`;
  const below = name === OPAQUE ? folder : `${hidden}/`;
  for (const path of seen.keys()) if (path === hidden || path.startsWith(below)) seen.delete(path);
}
