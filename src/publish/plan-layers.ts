/** From an entry and its revision to the layers of its image. */
import type { PlannedLayer } from '../builders/builder.ts';
import { UserError } from '../errors.ts';
import { checkFiles } from '../hub/check-files.ts';
import type { Revision, SourceFile } from '../hub/source.ts';
import { layerKey, type BuilderName } from '../image/layer-key.ts';
import { planLayers, type LayerFiles } from '../image/layer-plan.ts';
import type { Entry } from '../models/entry.ts';
import { selectFiles, sharedFiles } from '../models/select-files.ts';
import { count } from '../report/format.ts';

/**
 * @param prompt the file of the entry's prompt, where it has one
 * @throws UserError when nothing is left to publish, or a path cannot be.
 */
export function planEntryLayers(
  entry: Entry,
  revision: Revision,
  builder: BuilderName,
  prompt?: SourceFile,
): PlannedLayer[] {
  const selected = selectFiles(entry, revision.files);
  if (selected.length === 0) {
    throw new UserError(`${revision.name} at ${revision.sha} has no files`, {
      hint: 'Take another revision, or remove the model from the list.',
    });
  }
  const files = prompt === undefined ? selected : withoutTwice(selected, prompt);
  checkFiles(files, entry.name);
  const common = entry.variant === undefined ? [] : sharedFiles(entry.variant, files);
  return planLayers(files, entry.layout, new Set(common)).map((layer) => ({
    files: layer,
    key: layerKey(layer, builder),
    size: layer.reduce((sum, file) => sum + file.size, 0),
    title: titleOf(layer),
  }));
}

/** @throws UserError where a file of the model has the prompt's name */
function withoutTwice(files: readonly SourceFile[], prompt: SourceFile): SourceFile[] {
  if (!files.some(({ path }) => path === prompt.path)) return [...files, prompt];
  throw new UserError(`The model has a file ${prompt.path}, as the prompt is called.`, {
    hint: 'Give the prompt another name, or leave the model’s file out with `exclude:`.',
  });
}

function titleOf(files: LayerFiles): string {
  return files.length === 1 ? files[0].path : count(files.length, 'file');
}
