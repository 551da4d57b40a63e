/** Pushes the documents of an image whose blobs are in the registry, each after what it refers to. */
import type { Document } from '../oci/document.ts';
import type { Repository } from '../registry/registry.ts';

export interface ImageDocuments {
  /** One for each platform. */
  images: readonly { config: Document; manifest: Document }[];
  index: Document;
}

/** Configs, manifests and the index, by their digests: nothing has a tag then. */
export async function pushDocuments(
  { images, index }: ImageDocuments,
  repository: Repository,
): Promise<void> {
  await Promise.all(
    images.map(async ({ config, manifest }) => {
      await repository.putBlob(config.descriptor.digest, config.bytes);
      await putManifest(manifest, repository);
    }),
  );
  await putManifest(index, repository);
}

async function putManifest({ descriptor, bytes }: Document, repository: Repository): Promise<void> {
  await repository.putManifest(descriptor.digest, bytes, descriptor.mediaType);
}
