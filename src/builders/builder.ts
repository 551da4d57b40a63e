/** What every builder does: put the layers of a model into a registry. Config, manifests and index are not its work. */
import type { Wait } from '../http/retry.ts';
import type { Source } from '../hub/source.ts';
import type { BuilderName } from '../image/layer-key.ts';
import type { LayerFiles } from '../image/layer-plan.ts';
import type { ImageLayer } from '../image/image.ts';
import type { Repository } from '../registry/registry.ts';

export interface PlannedLayer {
  files: LayerFiles;
  key: string;
  /** Bytes of the files. */
  size: number;
  /** What it holds, in words: the file's path, or how many files. */
  title: string;
}

/** How a layer came to be in the repository. */
export type LayerOrigin = 'kept' | 'found' | 'mounted' | 'pushed';

export interface BuiltLayer extends ImageLayer {
  origin: LayerOrigin;
}

export interface BuildJob {
  source: Source;
  repository: Repository;
  /** Name of the repository within its registry. */
  repositoryName: string;
  /** host[:port] */
  registry: string;
  layers: readonly PlannedLayer[];
  /** Layers of the image that the tag has now, by their keys. */
  published: ReadonlyMap<string, Omit<ImageLayer, 'title'>>;
  signal: AbortSignal;
  progress: BuildProgress;
}

/** What a builder tells while it works. */
export interface BuildProgress {
  /** Bytes of a layer's files that have been read, verified and sent, since the last call. A restart tells negative ones. */
  moved(layer: PlannedLayer, bytes: number): void;
  /** Sending it broke, and it starts again after a while. */
  waiting(layer: PlannedLayer, wait: Wait): void;
  done(layer: PlannedLayer, origin: LayerOrigin): void;
  /** A line that a program says that does the work. */
  log(this: void, line: string): void;
}

export interface Builder {
  readonly name: BuilderName;
  /** @returns the layers in the order of the plan. @throws when one of them failed; those that are done stay known. */
  buildLayers(job: BuildJob): Promise<BuiltLayer[]>;
  close(): Promise<void>;
}
