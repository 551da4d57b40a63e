/** A model's files in a folder: layers of their own, by the builder that makes those of the image. */
import type { PlannedLayer } from '../builders/builder.ts';
import { checkFiles } from '../hub/check-files.ts';
import type { Source, SourceFile } from '../hub/source.ts';
import type { ImageLayer } from '../image/image.ts';
import { layerKey, type BuilderName } from '../image/layer-key.ts';
import type { LayerFiles } from '../image/layer-plan.ts';
import { publishedLayers } from '../image/published.ts';
import type { CompanionWork } from './companion.ts';

/**
 * Layers of the same plan as the image's; those that the companion's tag has already are taken over.
 * @param prefix relative, without a slash at its end
 * @throws UserError where a path becomes too long, and what the builder throws
 */
export async function buildPrefixedLayers(
  prefix: string,
  work: CompanionWork,
): Promise<readonly ImageLayer[]> {
  const { builder, source, target, previous, layerProgress, progress, signal } = work;
  const originals = new Map<SourceFile, SourceFile>();
  const layers = (await work.plannedLayers()).map((layer) =>
    moved(layer, { prefix, originals, builder: builder.name }),
  );
  checkFiles([...originals.keys()], work.entry.name);
  const published = await publishedLayers(target.repository, previous);
  const missing = layers.filter(({ key }) => !published.has(key));
  progress.expect(missing.reduce((sum, { size }) => sum + size, 0));
  return builder.buildLayers({
    ...target,
    source: underPrefix(source, originals),
    revision: await source.revision(signal),
    layers,
    published,
    signal,
    progress: layerProgress,
  });
}

interface Move {
  prefix: string;
  /** The file of the source for each that is made here. */
  originals: Map<SourceFile, SourceFile>;
  builder: BuilderName;
}

function moved({ files, size, title }: PlannedLayer, { prefix, originals, builder }: Move): PlannedLayer {
  const move = (file: SourceFile): SourceFile => {
    const there = { ...file, path: `${prefix}/${file.path}` };
    originals.set(there, file);
    return there;
  };
  const [first, ...rest] = files;
  const there: LayerFiles = [move(first), ...rest.map(move)];
  return {
    files: there,
    key: layerKey(there, builder),
    size,
    title: files.length === 1 ? there[0].path : `${title} in ${prefix}`,
  };
}

function underPrefix(source: Source, originals: ReadonlyMap<SourceFile, SourceFile>): Source {
  return {
    revision: (signal) => source.revision(signal),
    read: (file, offset, target, signal) => source.read(originals.get(file) ?? file, offset, target, signal),
    close: () => source.close(),
  };
}
