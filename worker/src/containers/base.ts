/** Base images out of this registry: their documents, and their layers as another repository's, without a copy. */
import type { BaseDocuments, BaseImage } from '../../../src/containers/base.ts';
import { ContainerError } from '../../../src/containers/container-error.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { findAnywhere, findBlob, linkBlob, readBlobBytes } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import type { Store } from '../storage/store.ts';
import { readRoot } from './documents.ts';

/** Each is looked for and linked, and a request of a Worker may ask R2 10,000 times. */
const MAX_LAYERS = 1000;
/** Questions to R2 at once; a Worker may wait for six answers. */
const AT_ONCE = 6;

export function baseDocuments(bucket: Bucket, repository: string): BaseDocuments {
  return {
    async getManifest(reference) {
      const found = await readRoot(bucket, repository, reference);
      if (found === undefined) return undefined;
      const { digest, mediaType, bytes } = found;
      return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
    },
    async getBlob(digest, maxBytes) {
      const bytes = await readBlobBytes(bucket, { repository, digest, maxBytes });
      if (bytes !== undefined) return bytes;
      throw incomplete(repository, digest);
    },
  };
}

/** Makes the layers of a base members of another repository: a pointer for each, whatever its size. */
export async function linkLayers(
  store: Store,
  { from, to, images }: { from: string; to: string; images: readonly BaseImage[] },
): Promise<void> {
  const layers = [...new Set(images.flatMap((image) => image.layers.map(({ digest }) => digest)))];
  if (layers.length > MAX_LAYERS) {
    throw new ContainerError(
      `The base in ${from} has ${layers.length} layers on all platforms together: ${MAX_LAYERS} are possible.`,
      'Say with "platforms" which ones are wanted.',
    );
  }
  for (let at = 0; at < layers.length; at += AT_ONCE) {
    await Promise.all(layers.slice(at, at + AT_ONCE).map((digest) => linkLayer(store, { from, to, digest })));
  }
}

async function linkLayer(
  store: Store,
  { from, to, digest }: { from: string; to: string; digest: Digest },
): Promise<void> {
  const [member, blob] = await Promise.all([findBlob(store, from, digest), findAnywhere(store, digest)]);
  if (member === undefined || blob === undefined) throw incomplete(from, digest);
  await linkBlob(store, to, digest, blob);
}

function incomplete(repository: string, digest: Digest): ContainerError {
  return new ContainerError(
    `The base in ${repository} lacks the blob ${digest}.`,
    `Push or import the base to ${repository} again.`,
  );
}
