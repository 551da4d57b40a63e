/** Images that immutable tags name are immutable as a whole: nothing that they are made of can be deleted. */
import type { Digest } from '../../../src/oci/digest.ts';
import { OciError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import type { Bucket } from '../storage/bucket.ts';
import { readManifest } from '../storage/manifests.ts';
import { allTags } from '../storage/tags.ts';
import { parseDocument } from './document.ts';
import { isImmutable } from './immutable-tags.ts';

/** A blob or a manifest of a repository. */
interface Part {
  repository: string;
  digest: Digest;
}

/**
 * Before a blob or a manifest is deleted. Reads the manifests of all immutable tags of the repository, each once.
 * @throws OciError DENIED where the image of one of them needs it; SettingsError
 */
export async function checkPartRemoval(
  settings: Settings,
  bucket: Bucket,
  { repository, digest }: Part,
): Promise<void> {
  if ((settings.IMMUTABLE_TAGS ?? '').trim() === '') return;
  const seen = new Set<Digest>();
  const needs = async (root: Digest): Promise<boolean> => {
    if (root === digest) return true;
    if (seen.has(root)) return false;
    seen.add(root);
    const manifest = await readManifest(bucket, repository, root);
    if (manifest === undefined) return false;
    const bytes = new Uint8Array(await manifest.object.arrayBuffer());
    const { blobs, manifests } = parseDocument(bytes, manifest.mediaType);
    if (blobs.some((blob) => blob.digest === digest)) return true;
    for (const child of manifests) if (await needs(child.digest)) return true;
    return false;
  };
  for await (const named of allTags(bucket, repository)) {
    if (!isImmutable(settings, named.tag) || !(await needs(named.digest))) continue;
    throw new OciError(
      'DENIED',
      `the image of the tag ${named.tag}, which is immutable here, needs ${digest}: it cannot be deleted`,
      { status: 409 },
    );
  }
}
