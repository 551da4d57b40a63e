/** Media types of layers, whoever wrote them, as runtimes know them. */
import { MEDIA_TYPE } from '../oci/media-types.ts';

const TYPES: Readonly<Record<string, string>> = {
  '': MEDIA_TYPE.layerTar,
  gzip: MEDIA_TYPE.layerGzip,
  zstd: MEDIA_TYPE.layerZstd,
};

/**
 * The image layer type (OCI image specification, layer.md) of a tar layer of OCI, Docker schema 2, a ModelKit or a
 * ModelPack artifact; undefined for what no runtime unpacks: raw files, encrypted layers, those that may not be pushed.
 */
export function containerLayerType(mediaType: string): string | undefined {
  if (/foreign|nondistributable/.test(mediaType)) return undefined;
  const [, compression] = /[.+-]tar(?:[.+](gzip|zstd))?$/.exec(mediaType) ?? [undefined, 'none'];
  return TYPES[compression ?? ''];
}
