/** Listing referrers (spec.md, "Listing Referrers"), in pages that end before they need much memory. */
import { MEDIA_TYPE } from '../../../src/oci/media-types.ts';
import type { RouteContext } from '../environment.ts';
import { listReferrers } from '../storage/manifests.ts';
import { asDigest, repositoryOf } from './parameters.ts';

/** A page's end does not depend on the filter: one on which nothing is of that type still links to the next. */
export async function readReferrers(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const subject = asDigest(c.req.param('digest') ?? '');
  const after = c.req.query('last');
  const { referrers, last } = await listReferrers(c.get('bucket'), repository, {
    subject,
    after: after === undefined ? undefined : asDigest(after),
  });
  const type = c.req.query('artifactType');
  const manifests =
    type === undefined ? referrers : referrers.filter(({ artifactType }) => artifactType === type);
  const headers = new Headers({ 'Content-Type': MEDIA_TYPE.index });
  if (type !== undefined) headers.set('OCI-Filters-Applied', 'artifactType');
  if (last !== undefined) {
    const query = new URLSearchParams({ ...(type === undefined ? {} : { artifactType: type }), last });
    headers.set('Link', `</v2/${repository}/referrers/${subject}?${query.toString()}>; rel="next"`);
  }
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests };
  return new Response(JSON.stringify(index), { headers });
}
