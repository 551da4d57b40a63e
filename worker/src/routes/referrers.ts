/** Listing referrers (spec.md, "Listing Referrers"). */
import { MEDIA_TYPE } from '../../../src/oci/media-types.ts';
import type { RouteContext } from '../environment.ts';
import { listReferrers } from '../storage/manifests.ts';
import { asDigest, repositoryOf } from './parameters.ts';

export async function readReferrers(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const subject = asDigest(c.req.param('digest') ?? '');
  const referrers = await listReferrers(c.get('bucket'), repository, subject);
  const type = c.req.query('artifactType');
  const manifests =
    type === undefined ? referrers : referrers.filter(({ artifactType }) => artifactType === type);
  const headers = new Headers({ 'Content-Type': MEDIA_TYPE.index });
  if (type !== undefined) headers.set('OCI-Filters-Applied', 'artifactType');
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests };
  return new Response(JSON.stringify(index), { headers });
}
