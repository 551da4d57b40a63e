import type { Annotations } from '../oci/descriptor.ts';
import { MODELPACK } from './media-types.ts';

/** ModelPack's name for the path, the one that it had before and that modctl still writes, and that of oras. */
const PATHS = [MODELPACK.filepath, MODELPACK.oldFilepath, 'org.opencontainers.image.title'];

/** What a layer's descriptor says of the file or folder in it. */
export function layerPath({ annotations }: { annotations?: Annotations }): string | undefined {
  return PATHS.map((name) => annotations?.[name]).find((path) => path !== undefined);
}
