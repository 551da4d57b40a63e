/** A manifest among its subject's referrers: its record is there before the manifest, and goes before it. */
import type { Descriptor } from '../../../src/oci/descriptor.ts';
import type { Bucket } from '../storage/bucket.ts';
import { writeReferrer } from '../storage/manifests.ts';
import type { Document } from './document.ts';

/** Does nothing for a manifest without a subject, and for one that is listed. */
export async function listAmongReferrers(
  bucket: Bucket,
  repository: string,
  { descriptor, document }: { descriptor: Descriptor; document: Document },
): Promise<void> {
  const { subject, artifactType, annotations } = document;
  if (subject === undefined) return;
  await writeReferrer(bucket, repository, subject, {
    ...descriptor,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  });
}
