/** The names of all repositories, for operators (https://distribution.github.io/distribution/spec/api/#catalog). */
import type { RouteContext } from '../environment.ts';
import { listRepositories } from '../storage/repositories.ts';
import { asRepository, pageSizeOf } from './parameters.ts';

/** Pages of names, in the order of their keys in R2: `a/1` comes before `a`, and `a/b` after it. */
export async function readCatalog(c: RouteContext): Promise<Response> {
  const limit = pageSizeOf(c);
  const last = c.req.query('last');
  const after = last === undefined || last === '' ? undefined : asRepository(last);
  const { names, more } = await listRepositories(c.get('bucket'), { after, limit });
  const response = c.json({ repositories: names });
  const next = names.at(-1);
  if (more && next !== undefined) {
    const query = new URLSearchParams({ n: String(limit), last: next });
    response.headers.set('Link', `</v2/_catalog?${query.toString()}>; rel="next"`);
  }
  return response;
}
