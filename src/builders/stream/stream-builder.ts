/** The streaming builder: from the source through memory into the registry, without Docker and without a disk. */
import { availableParallelism } from 'node:os';

import pLimit from 'p-limit';

import type { LayerIndex } from '../../image/layer-index.ts';
import type { Builder, BuildJob, BuiltLayer, PlannedLayer } from '../builder.ts';
import { builtLayer, findInRegistry, noteLayer, type FoundLayer } from '../known-layers.ts';
import { openBudget } from './budget.ts';
import { streamLayer } from './stream-layer.ts';

export function openStreamBuilder(index: LayerIndex): Builder {
  const budget = openBudget();
  /** More layers at once than cores gain nothing (bench/README.md). */
  const turn = pLimit(Math.max(2, availableParallelism()));
  /** Layers being made for a registry now, by `registry key`: a second model with the same one waits and mounts it. */
  const underWay = new Map<string, Promise<FoundLayer>>();

  const obtain = async (layer: PlannedLayer, job: BuildJob): Promise<FoundLayer> => {
    const kept = job.published.get(layer.key);
    if (kept !== undefined) return { ...kept, origin: 'kept' };
    const name = `${job.registry} ${layer.key}`;
    // How it ended doesn't matter: the layer index knows whether there is something to mount.
    while (underWay.has(name)) await Promise.allSettled([underWay.get(name)]);
    const work = findOrMake(layer, job).finally(() => underWay.delete(name));
    underWay.set(name, work);
    return work;
  };

  const findOrMake = async (layer: PlannedLayer, job: BuildJob): Promise<FoundLayer> => {
    const found = await findInRegistry(index, layer, job);
    if (found?.origin === 'found') return found;
    const made = found ?? (await turn(() => make(layer, job)));
    await noteLayer(index, layer, { job, found: made });
    return made;
  };

  const make = async (layer: PlannedLayer, job: BuildJob): Promise<FoundLayer> => {
    const { repository, source, signal, progress } = job;
    signal.throwIfAborted();
    const { descriptor, diffId } = await streamLayer({
      source,
      files: layer.files,
      upload: (size) => repository.startUpload(size),
      budget,
      signal,
      onProgress: (bytes) => progress.moved(layer, bytes),
      onWait: (wait) => progress.waiting(layer, wait),
    });
    return { descriptor, diffId, origin: 'pushed' };
  };

  const build = async (layer: PlannedLayer, job: BuildJob): Promise<BuiltLayer> => {
    const found = await obtain(layer, job);
    job.progress.done(layer, found.origin);
    return builtLayer(layer, found);
  };

  return {
    name: 'stream',
    async buildLayers(job) {
      // All are awaited before the first failure is thrown: layers that can be finished are, and are kept.
      const results = await Promise.allSettled(job.layers.map((layer) => build(layer, job)));
      return results.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
    },
    close: () => budget.close(),
  };
}
