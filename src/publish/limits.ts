/** What registries are known to refuse, so that a plan says it before hours of upload do. */
import { layerMap } from '../estargz/layer-map.ts';
import type { LayerFiles } from '../image/layer-plan.ts';
import { formatBytes } from '../report/format.ts';

interface Limit {
  host: RegExp;
  name: string;
  /** Bytes of one layer. */
  layer: number;
}

const GB = 1e9;
const MIB = 2 ** 20;

const LIMITS: readonly Limit[] = [
  { host: /^ghcr\.io$/, name: 'GitHub Container Registry', layer: 10 * GB },
  {
    host: /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$|^public\.ecr\.aws$/,
    name: 'Amazon ECR',
    layer: 52_000 * MIB,
  },
];

/** One warning for each layer that the registry will not take: headers and tables count as its files do. */
export function limitWarnings(
  host: string,
  layers: readonly { title: string; files: LayerFiles }[],
): string[] {
  const limit = LIMITS.find((known) => known.host.test(host));
  if (limit === undefined) return [];
  return layers
    .map(({ title, files }) => ({ title, size: layerMap(files).size }))
    .filter(({ size }) => size > limit.layer)
    .map(
      ({ title, size }) =>
        `the layer of ${title} has ${formatBytes(size)}, and ${limit.name} takes ${formatBytes(limit.layer)} a layer`,
    );
}
