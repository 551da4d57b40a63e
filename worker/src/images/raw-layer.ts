/** Layers that are a file as it is, as ModelPack, Docker Model Runner and oras have them. */
import { layerPath } from '../../../src/artifacts/layer-path.ts';
import type { LayerDescriptor } from './manifest.ts';

const TAR = /[.+/-]tar(?:[.+](?:gzip|zstd))?$/;
const DOCKER_WEIGHTS = /^application\/vnd\.docker\.ai\.(gguf|safetensors)(?:\.|$)/;

/**
 * The path of a raw layer's file, made relative to the root; undefined for an archive.
 * @throws RangeError where it leads elsewhere
 */
export function rawFile(layer: LayerDescriptor): string | undefined {
  if (TAR.test(layer.mediaType)) return undefined;
  const path = (layerPath(layer) ?? nameless(layer)).replace(/^(?:\.?\/)+/, '');
  if (path.includes('\0') || path.split('/').some((part) => ['', '.', '..'].includes(part))) {
    throw new RangeError(
      `the layer has the path ${JSON.stringify(path.slice(0, 100))}, which leads elsewhere`,
    );
  }
  return path;
}

/** Docker's first models have no paths. */
function nameless({ digest, mediaType }: LayerDescriptor): string {
  const [, format] = DOCKER_WEIGHTS.exec(mediaType) ?? [];
  return digest.replace(':', '-') + (format === undefined ? '' : `.${format}`);
}
