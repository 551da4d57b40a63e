/** Listing tags (spec.md, "Listing Tags"). */
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { repositoryPrefix } from '../storage/keys.ts';
import { listTags } from '../storage/tags.ts';
import { asTag, pageSizeOf, repositoryOf } from './parameters.ts';

export async function readTags(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const bucket = c.get('bucket');
  const limit = pageSizeOf(c);
  const last = c.req.query('last');
  const after = last === undefined || last === '' ? undefined : asTag(last);
  const { tags, more } = await listTags(bucket, repository, { after, limit });
  if (tags.length === 0) {
    const { objects } = await bucket.list({ prefix: repositoryPrefix(repository), limit: 1 });
    if (objects.length === 0) {
      throw new OciError('NAME_UNKNOWN', `there is no repository ${repository}`);
    }
  }
  const response = c.json({ name: repository, tags });
  if (more) {
    const query = new URLSearchParams({ n: String(limit), last: tags.at(-1) ?? '' });
    response.headers.set('Link', `</v2/${repository}/tags/list?${query.toString()}>; rel="next"`);
  }
  return response;
}
