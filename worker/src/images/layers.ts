/** Layers of a repository, opened in R2 by ranges: what is in them is read where it lies. */
import { peek } from '../../../src/estargz/peek.ts';
import { openLayer, type OpenLayer } from '../../../src/estargz/reader.ts';
import { TOC_DIGEST_ANNOTATION } from '../../../src/estargz/toc.ts';
import type { TocFile } from '../../../src/estargz/toc-parse.ts';
import type { FileRanges } from '../../../src/formats/file-ranges.ts';
import { isDigest } from '../../../src/oci/digest.ts';
import { findBlob } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import type { LayerDescriptor } from './manifest.ts';

/** Bytes: with what is made of it, it has to fit into the 128 MB of an isolate. That of 20,000 files stays below. */
const MAX_TOC_SIZE = 8 * 1024 * 1024;

export interface StoredLayer extends OpenLayer {
  /** The key of its bytes. */
  data: string;
}

/** @throws RangeError where the layer has no table of contents that can be read here. */
export async function openStoredLayer(
  bucket: Bucket,
  repository: string,
  { digest, annotations }: Pick<LayerDescriptor, 'digest' | 'annotations'>,
): Promise<StoredLayer> {
  const blob = await findBlob(bucket, repository, digest);
  if (blob === undefined) throw new RangeError(`the repository has no layer ${digest}`);
  const { data, size } = blob;
  const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const object = await bucket.get(data, { range: { offset, length } });
    if (object === null) throw new Error(`${data} is gone`);
    const bytes = new Uint8Array(await object.arrayBuffer());
    if (bytes.length !== length) throw new Error(`${data} gave ${bytes.length} of ${length} bytes`);
    return bytes;
  };
  const tocDigest = annotations[TOC_DIGEST_ANNOTATION];
  const layer = await openLayer({
    read,
    size,
    maxTocSize: MAX_TOC_SIZE,
    ...(tocDigest !== undefined && isDigest(tocDigest) ? { tocDigest } : {}),
  });
  return { ...layer, data };
}

/**
 * A file's ranges, for headers, as cheap as `peek` has them. The layer was verified as a whole when it came here; its chunks are not
 * verified once more.
 * @param limit the most bytes of the file that may be reached into
 */
export function rangesOf(layer: OpenLayer, { chunks, size }: TocFile, limit: number): FileRanges {
  return {
    size,
    async read(offset, length) {
      if (offset + length > limit)
        throw new RangeError(`it takes more than the ${limit} bytes that are read of a file`);
      return peek(layer.read, chunks, { offset, length });
    },
  };
}
