/** The streaming builder: from the source through memory into the registry, without Docker and without a disk. */
import { availableParallelism } from 'node:os';

import pLimit from 'p-limit';

import { layerAnnotations } from '../../image/annotations.ts';
import type { LayerIndex } from '../../image/layer-index.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Builder, BuildJob, BuiltLayer, LayerOrigin, PlannedLayer } from '../builder.ts';
import { openBudget } from './budget.ts';
import { streamLayer } from './stream-layer.ts';

/** A layer that is in the job's repository. */
interface FoundLayer {
  descriptor: Descriptor;
  diffId: Digest;
  origin: LayerOrigin;
}

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
    const { descriptor, diffId, origin } = found ?? (await turn(() => make(layer, job)));
    const { registry, repositoryName: repository } = job;
    const noted = { ...descriptor, annotations: descriptor.annotations ?? {} };
    await index.add({ key: layer.key, registry, repository, descriptor: noted, diffId });
    return { descriptor, diffId, origin };
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
    const { descriptor, diffId, origin } = await obtain(layer, job);
    job.progress.done(layer, origin);
    // Made anew of what is known here: a layer found under another model has that one's words in the index.
    const annotations = { ...descriptor.annotations, ...layerAnnotations(layer.files, layer.key) };
    return { descriptor: { ...descriptor, annotations }, diffId, title: layer.title, origin };
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

/** A layer that the index knows, if the registry still has it: in this repository, or in one it can be mounted from. */
async function findInRegistry(
  index: LayerIndex,
  layer: PlannedLayer,
  job: BuildJob,
): Promise<FoundLayer | undefined> {
  const records = index.find(layer.key);
  const asked = new Set<Digest>();
  for (const { descriptor, diffId } of records) {
    if (asked.has(descriptor.digest)) continue;
    asked.add(descriptor.digest);
    if ((await job.repository.hasBlob(descriptor.digest)) === descriptor.size) {
      return { descriptor, diffId, origin: 'found' };
    }
  }
  for (const { descriptor, diffId, registry, repository } of records) {
    if (registry !== job.registry || repository === job.repositoryName) continue;
    if (await job.repository.mountBlob(descriptor.digest, repository)) {
      return { descriptor, diffId, origin: 'mounted' };
    }
  }
  return undefined;
}
