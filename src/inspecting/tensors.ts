/** The tensors of an image's safetensors files, out of their headers; the weights stay where they are. */
import type { FileRanges } from '../formats/file-ranges.ts';
import { elementsOf, readSafetensors, type Tensor } from '../formats/safetensors.ts';
import type { LayerFile, LayerListing } from '../reading/listing.ts';
import type { ImageFile } from '../reading/overlay.ts';
import type { TakeFile } from '../reading/read-through.ts';
import type { Repository } from '../registry/registry.ts';
import { fileRanges, forwardRanges } from './file-ranges.ts';

/** What a file's header says, or why it cannot be read. */
export type Header =
  | { tensors: readonly Tensor[]; parameters: number; dtypes: Readonly<Record<string, number>> }
  | { error: string };

export type FileTensors = { path: string } & Header;

/** Headers that were read as their layers came by, by the files that the layers' listings have. */
export type SeenTensors = Map<LayerFile, Header>;

export function hasTensors({ path }: { path: string }): boolean {
  return path.endsWith('.safetensors');
}

/** Takes the headers out of files that are read through. */
export function takeTensors(seen: SeenTensors): TakeFile {
  return async (file, content) => {
    if (hasTensors(file)) seen.set(file, await described(forwardRanges(file.size, content)));
  };
}

/** @throws RegistryError */
export async function readTensors(
  repository: Repository,
  file: ImageFile,
  listing: LayerListing,
): Promise<FileTensors> {
  const { path } = file;
  return { path, ...(await described(fileRanges(repository, file, listing))) };
}

async function described(file: FileRanges): Promise<Header> {
  try {
    const { tensors } = await readSafetensors(file);
    const dtypes: Record<string, number> = {};
    let parameters = 0;
    for (const { dtype, shape } of tensors) {
      dtypes[dtype] = (dtypes[dtype] ?? 0) + elementsOf(shape);
      parameters += elementsOf(shape);
    }
    return { tensors, parameters, dtypes };
  } catch (error) {
    if (error instanceof RangeError) return { error: error.message };
    throw error;
  }
}
