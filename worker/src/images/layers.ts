/** Layers of a repository, opened in R2 by ranges: what is in them is read where it lies. */
import { openLayer, type OpenLayer } from '../../../src/estargz/reader.ts';
import { TOC_DIGEST_ANNOTATION } from '../../../src/estargz/toc.ts';
import { isDigest } from '../../../src/oci/digest.ts';
import { findBlob } from '../storage/blobs.ts';
import { readBytes, type Bucket } from '../storage/bucket.ts';
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
  const tocDigest = annotations[TOC_DIGEST_ANNOTATION];
  const layer = await openLayer({
    read: (offset, length) => readBytes(bucket, data, { offset, length }),
    size,
    maxTocSize: MAX_TOC_SIZE,
    ...(tocDigest !== undefined && isDigest(tocDigest) ? { tocDigest } : {}),
  });
  return { ...layer, data };
}
