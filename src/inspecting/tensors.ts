/** The tensors of an image's safetensors files, out of their headers; the weights stay where they are. */
import { peek } from '../estargz/peek.ts';
import type { FileRanges } from '../formats/file-ranges.ts';
import { elementsOf, readSafetensors, type Tensor } from '../formats/safetensors.ts';
import type { LayerFile, LayerListing } from '../reading/listing.ts';
import type { ImageFile } from '../reading/overlay.ts';
import type { TakeFile } from '../reading/read-through.ts';
import type { Repository } from '../registry/registry.ts';

/** What a file's header says, or why it cannot be read. */
export type Header =
  | { tensors: readonly Tensor[]; parameters: number; dtypes: Readonly<Record<string, number>> }
  | { error: string };

export type FileTensors = { path: string } & Header;

/** Headers that were read as their layers came by, by the files that the layers' listings have. */
export type SeenTensors = Map<LayerFile, Header>;

/** What is read of a file at first, in bytes: most headers, at the price of a request. */
const READ_AHEAD = 64 * 2 ** 10;

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
  { path, layer, content }: ImageFile,
  { toc }: Pick<LayerListing, 'toc'>,
): Promise<FileTensors> {
  const { digest, size } = layer.descriptor;
  const { chunks } = content;
  const read: FileRanges['read'] =
    toc === undefined || chunks === undefined
      ? (offset, length) => repository.readBlobRange(digest, offset, length)
      : (offset, length) => peek(toc.read, chunks, { offset, length });
  const ranges = readAhead({ size: toc === undefined ? size : content.size, read });
  return { path, ...(await described(ranges)) };
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

/** The file with its beginning kept in memory. */
function readAhead(file: FileRanges): FileRanges {
  const { size } = file;
  let beginning: Promise<Uint8Array> | undefined;
  return {
    size,
    async read(offset, length) {
      if (offset + length > READ_AHEAD) return file.read(offset, length);
      beginning ??= file.read(0, Math.min(size, READ_AHEAD));
      return (await beginning).subarray(offset, offset + length);
    },
  };
}

/** A stream as a file that is read from its beginning to its end. */
function forwardRanges(size: number, content: AsyncIterable<Uint8Array>): FileRanges {
  const pieces = content[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  let at = 0;
  return {
    size,
    async read(offset, length) {
      if (offset !== at) throw new Error(`a stream that is at ${at} cannot be read at ${offset}`);
      at += length;
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        if (rest.length === 0) {
          const next = await pieces.next();
          if (next.done === true) throw new RangeError('the file is cut off');
          rest = next.value;
        }
        const taken = rest.subarray(0, length - filled);
        bytes.set(taken, filled);
        filled += taken.length;
        rest = rest.subarray(taken.length);
      }
      return bytes;
    },
  };
}
