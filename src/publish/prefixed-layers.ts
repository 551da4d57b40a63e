/** A model's files in a folder: layers of their own, by the builder that makes those of the image. */
import type { PlannedLayer } from '../builders/builder.ts';
import { checkFiles } from '../hub/check-files.ts';
import type { Source, SourceFile } from '../hub/source.ts';
import type { ImageLayer } from '../image/image.ts';
import { layerKey, type BuilderName } from '../image/layer-key.ts';
import type { LayerFiles } from '../image/layer-plan.ts';
import type { CompanionWork } from './companion.ts';
import { takenOver } from './taken-over.ts';

export interface Prefixing {
  /** Relative, without a slash at its end. */
  prefix: string;
  builder: BuilderName;
  /** Of the model, for messages. */
  name: string;
}

/** Layers of the same plan as the image's. @throws UserError where a path becomes too long */
export function prefixedPlan(
  layers: readonly PlannedLayer[],
  { prefix, builder, name }: Prefixing,
): { layers: PlannedLayer[]; originals: ReadonlyMap<SourceFile, SourceFile> } {
  const originals = new Map<SourceFile, SourceFile>();
  const there = layers.map((layer) => moved(layer, { prefix, originals, builder }));
  checkFiles([...originals.keys()], name);
  return { layers: there, originals };
}

/** Those that the companion's tag has already are taken over. @throws UserError, and what the builder throws */
export async function buildPrefixedLayers(
  prefix: string,
  work: CompanionWork,
): Promise<readonly ImageLayer[]> {
  const { entry, builder, source, target, previous, layerProgress, progress, signal } = work;
  const { layers, originals } = prefixedPlan(await work.plannedLayers(), {
    prefix,
    builder: builder.name,
    name: entry.name,
  });
  const published = await takenOver(target.repository, previous, work);
  const missing = layers.filter(({ key }) => !published.has(key));
  progress.expect(missing.reduce((sum, { size }) => sum + size, 0));
  return builder.buildLayers({
    ...target,
    source: underPrefix(source, originals),
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
