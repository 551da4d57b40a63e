/** Files of an image as what headers are read from. */
import { peek } from '../estargz/peek.ts';
import type { FileRanges } from '../formats/file-ranges.ts';
import type { LayerListing } from '../reading/listing.ts';
import type { ImageFile } from '../reading/overlay.ts';
import type { Repository } from '../registry/registry.ts';

/** What is read of a file at first, in bytes: most headers, at the price of a request. */
const READ_AHEAD = 64 * 2 ** 10;

/** A file in a layer that was listed by ranges. Reading it throws RegistryError. */
export function fileRanges(
  repository: Repository,
  { layer, content }: ImageFile,
  { toc }: Pick<LayerListing, 'toc'>,
): FileRanges {
  const { digest, size } = layer.descriptor;
  const { chunks } = content;
  const read: FileRanges['read'] =
    toc === undefined || chunks === undefined
      ? (offset, length) => repository.readBlobRange(digest, offset, length)
      : (offset, length) => peek(toc.read, chunks, { offset, length });
  return readAhead({ size: toc === undefined ? size : content.size, read });
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

/** A stream as a file that is read forwards: a read may begin within the last one or behind it, but not before it. */
export function forwardRanges(size: number, content: AsyncIterable<Uint8Array>): FileRanges {
  const pieces = content[Symbol.asyncIterator]();
  /** What was read last, and what of the stream came with it. */
  let held: Uint8Array = new Uint8Array();
  let heldAt = 0;
  return {
    size,
    async read(offset, length) {
      if (offset < heldAt) throw new Error(`a stream that is at ${heldAt} cannot be read at ${offset}`);
      const taken: Uint8Array[] = [held.subarray(Math.min(offset - heldAt, held.length))];
      let at = heldAt + held.length;
      while (at < offset + length) {
        const next = await pieces.next();
        if (next.done === true) throw new RangeError('the file is cut off');
        if (at + next.value.length > offset) taken.push(next.value.subarray(Math.max(0, offset - at)));
        at += next.value.length;
      }
      held = Buffer.concat(taken);
      heldAt = offset;
      return held.slice(0, length);
    },
  };
}
