/** Layers that need not be made again: the layer index knows them, and the registry confirms it. */
import { layerAnnotations } from '../image/annotations.ts';
import type { LayerIndex } from '../image/layer-index.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { BuildJob, BuiltLayer, LayerOrigin, PlannedLayer } from './builder.ts';

/** A layer that is in the job's repository. */
export interface FoundLayer {
  descriptor: Descriptor;
  diffId: Digest;
  origin: LayerOrigin;
}

/** A layer that the index knows, if the registry still has it: in this repository, or in one it can be mounted from. */
export async function findInRegistry(
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

/** Notes in the index that the job's repository has this layer. */
export async function noteLayer(
  index: LayerIndex,
  layer: PlannedLayer,
  { job, found }: { job: BuildJob; found: FoundLayer },
): Promise<void> {
  const { descriptor, diffId } = found;
  const { registry, repositoryName: repository } = job;
  const noted = { ...descriptor, annotations: descriptor.annotations ?? {} };
  await index.add({ key: layer.key, registry, repository, descriptor: noted, diffId });
}

/** The layer as the manifest has it. */
export function builtLayer(layer: PlannedLayer, { descriptor, diffId, origin }: FoundLayer): BuiltLayer {
  // Made anew of what is known here: a layer found under another model has that one's words in the index.
  const annotations = { ...descriptor.annotations, ...layerAnnotations(layer.files, layer.key) };
  return { descriptor: { ...descriptor, annotations }, diffId, title: layer.title, origin };
}
