/** What a manifest needs: read from the registry, since the APIs that list images do not tell. */
import { UserError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import { parseObject } from '../oci/document.ts';
import type { Repository } from '../registry/registry.ts';

export interface Links {
  /** Manifests that it lists, where it is an index. */
  children: readonly Digest[];
  /** What it is a referrer of. */
  subject: Digest | undefined;
  /** Config and layers; sizes are bytes. */
  blobs: readonly { digest: Digest; size: number }[];
}

/**
 * @returns undefined where the registry does not serve the manifest
 * @throws UserError where it cannot be read, so that what it needs is unknown; RegistryError
 */
export async function readLinks(repository: Repository, digest: Digest): Promise<Links | undefined> {
  const found = await repository.getManifest(digest);
  if (found === undefined) return undefined;
  const document = parseObject(found.bytes);
  if (document === undefined) {
    throw new UserError(`${repository.name}@${digest} is not a manifest that can be read.`, {
      hint: 'What it needs is unknown, so nothing is removed from its repository: delete it by hand, or have its tag moved.',
    });
  }
  const { manifests, layers, config, subject } = document;
  const blobs = [...descriptors(layers), ...descriptors([config])];
  return {
    children: descriptors(manifests).map((child) => child.digest),
    subject: descriptors([subject])[0]?.digest,
    blobs: blobs.map((blob) => ({ digest: blob.digest, size: blob.size })),
  };
}

function descriptors(list: unknown): Descriptor[] {
  if (!Array.isArray(list)) return [];
  return (list as (Partial<Descriptor> | null | undefined)[]).filter(
    (item): item is Descriptor =>
      typeof item?.digest === 'string' && isDigest(item.digest) && typeof item.size === 'number',
  );
}
