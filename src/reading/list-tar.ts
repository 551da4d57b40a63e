/** What is in a tar archive that is not compressed, by its headers alone: no content is read. */
import { RangeMismatchError } from '../http/range/byte-range.ts';
import type { Blob } from '../registry/read-blob.ts';
import type { Repository } from '../registry/registry.ts';
import type { ImageLayer } from './image.ts';
import { brokenLayer, isOwnFile, type LayerEntry, type LayerListing } from './listing.ts';
import { cleanPath } from './paths.ts';
import { tarEntries, type SkippableStream } from './tar-stream.ts';

/** Read at once: many small files lie in it, and of a large one little is read in vain. Bytes. */
const WINDOW = 2 ** 20;

/**
 * The headers are not verified: what reads the whole layer compares it with its digest.
 * @returns undefined where the registry gives no ranges
 * @throws UserError where it is no tar archive, or has more entries than that; RegistryError
 */
export async function listTar(
  repository: Repository,
  layer: ImageLayer,
  mostEntries: number,
): Promise<LayerListing | undefined> {
  const entries: LayerEntry[] = [];
  try {
    for await (const { name, linkName, content: _skipped, ...entry } of tarEntries(
      rangesOf(repository, layer.descriptor),
    )) {
      const read = { ...entry, path: cleanPath(name), ...(linkName === '' ? {} : { linkName }) };
      if (!isOwnFile(read)) entries.push(read);
      if (entries.length > mostEntries) throw new RangeError(`it has more than ${mostEntries} entries`);
    }
    return { layer, entries };
  } catch (error) {
    if (error instanceof RangeMismatchError) return undefined;
    if (error instanceof RangeError) throw brokenLayer(repository, layer, error);
    throw error;
  }
}

function rangesOf(repository: Repository, { digest, size }: Blob): SkippableStream {
  let offset = 0;
  return {
    skip(bytes) {
      offset += bytes;
      if (offset > size) throw new RangeError('the tar archive is cut off');
    },
    async *[Symbol.asyncIterator]() {
      while (offset < size) {
        const piece = new Uint8Array(Math.min(WINDOW, size - offset));
        await repository.readBlobInto({ digest, size, offset }, piece);
        offset += piece.length;
        yield piece;
      }
    },
  };
}
