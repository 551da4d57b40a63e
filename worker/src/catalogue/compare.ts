/** What a puller of one image has to fetch for another. */
import type { ImageFile, Inspection } from '../images/inspection.ts';
import type { ComparedImage, Comparison } from './model.ts';

export interface Side {
  reference: string;
  inspection: Inspection;
}

export function compareImages(name: string, from: Side, to: Side): Comparison {
  const before = new Map(from.inspection.files.map((file) => [file.path, file]));
  const after = new Map(to.inspection.files.map((file) => [file.path, file]));
  const had = new Set(from.inspection.layers.map(({ digest }) => digest));
  const newLayers = to.inspection.layers.filter(({ digest }) => !had.has(digest));
  const added = to.inspection.files.filter(({ path }) => !before.has(path));
  const changed = to.inspection.files.flatMap((file) => {
    const old = before.get(file.path);
    return old === undefined || isSame(old, file) ? [] : [{ path: file.path, from: old, to: file }];
  });
  return {
    name,
    from: compared(from),
    to: compared(to),
    added,
    removed: from.inspection.files.filter(({ path }) => !after.has(path)),
    changed,
    unchanged: to.inspection.files.length - added.length - changed.length,
    newLayers,
    sameLayers: to.inspection.layers.length - newLayers.length,
    bytes: newLayers.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Files without a digest are the same where the layer that holds them is. */
function isSame(a: ImageFile, b: ImageFile): boolean {
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  return a.layer === b.layer && a.size === b.size;
}

function compared({ reference, inspection: { digest, size } }: Side): ComparedImage {
  return { reference, digest, size };
}
