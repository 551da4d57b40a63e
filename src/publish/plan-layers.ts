/** From an entry and its revision to the layers of its image. */
import type { PlannedLayer } from '../builders/builder.ts';
import { UserError } from '../errors.ts';
import { checkFiles } from '../hub/check-files.ts';
import type { Revision } from '../hub/source.ts';
import { layerKey, type BuilderName } from '../image/layer-key.ts';
import { planLayers, type LayerFiles } from '../image/layer-plan.ts';
import type { Entry } from '../models/entry.ts';
import { selectFiles } from '../models/select-files.ts';
import { count } from '../report/format.ts';

/** @throws UserError when nothing is left to publish, or a path cannot be. */
export function planEntryLayers(entry: Entry, revision: Revision, builder: BuilderName): PlannedLayer[] {
  const files = selectFiles(entry, revision.files);
  if (files.length === 0) {
    throw new UserError(`${revision.name} at ${revision.sha} has no files`, {
      hint: 'Take another revision, or remove the model from the list.',
    });
  }
  checkFiles(files, entry.name);
  return planLayers(files, entry.layout).map((layer) => ({
    files: layer,
    key: layerKey(layer, builder),
    size: layer.reduce((sum, file) => sum + file.size, 0),
    title: titleOf(layer),
  }));
}

function titleOf(files: LayerFiles): string {
  return files.length === 1 ? files[0].path : count(files.length, 'file');
}
