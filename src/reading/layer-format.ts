/**
 * What a layer's bytes are, by its media type: those of images, ModelKits (KitOps), ModelPack artifacts and Docker's
 * models, and files as `oras push` puts them.
 */
import { layerPath } from '../artifacts/layer-path.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { MEDIA_TYPE } from '../oci/media-types.ts';

/** `raw`: the blob is the content of one file. */
export type LayerFormat = 'tar' | 'tar+gzip' | 'tar+zstd' | 'raw';

const OTHER_TARS: ReadonlyMap<string, LayerFormat> = new Map([
  ['application/vnd.docker.image.rootfs.diff.tar', 'tar'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'tar+gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'tar+zstd'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'tar+gzip'],
  ['application/x-tar', 'tar'],
  [MEDIA_TYPE.layerTar, 'tar'],
]);

export function layerFormat({ mediaType }: Pick<Descriptor, 'mediaType'>): LayerFormat {
  const known = OTHER_TARS.get(mediaType);
  if (known !== undefined) return known;
  if (/[.+]tar\+gzip$/.test(mediaType)) return 'tar+gzip';
  if (/[.+]tar\+zstd$/.test(mediaType)) return 'tar+zstd';
  return mediaType.endsWith('.tar') ? 'tar' : 'raw';
}

/** The path that annotations give a raw layer's file; where they do not, its digest serves. */
export function rawPath(layer: Descriptor): string {
  return layerPath(layer) ?? layer.digest.replace(':', '-');
}
