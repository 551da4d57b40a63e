/** Deleting a whole repository (docs/housekeeping.md), which the distribution specification does not know. */
import { touchModel } from '../catalogue/touch.ts';
import { touchContainers } from '../containers/touch.ts';
import { collectorOf } from '../collection/protocol.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { checkRemoval } from '../manifests/immutable-tags.ts';
import { repositoryPrefixes, tagPrefix } from '../storage/keys.ts';
import { listAll } from '../storage/list.ts';
import { repositoryOf } from './parameters.ts';

/** Keys that R2 deletes at once. */
const KEYS_AT_ONCE = 1000;
/** Others may go on pushing to it. */
const ROUNDS = 10;

/**
 * Tags first, then manifests, then what they refer to: whenever this is stopped, what is left is whole. The bytes are
 * collected once no repository has them.
 */
export async function deleteRepository(c: RouteContext): Promise<Response> {
  const repository = repositoryOf(c);
  const prefix = tagPrefix(repository);
  for await (const { key } of listAll(c.get('bucket'), { prefix })) {
    checkRemoval(c.env, key.slice(prefix.length));
  }
  let deleted = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const count = await deleteAll(c, repository);
    if (count === 0) break;
    deleted += count;
  }
  c.get('recentPointers').clear();
  await touchModel(c.env, repository);
  await touchContainers(c.env, { repository, tags: undefined });
  if (deleted === 0) throw new OciError('NAME_UNKNOWN', 'there is no such repository');
  return new Response(null, { status: 202 });
}

async function deleteAll(c: RouteContext, repository: string): Promise<number> {
  const bucket = c.get('bucket');
  // It may be about to remove some of this itself.
  const collector = collectorOf(c.env.COLLECTOR);
  let count = 0;
  for (const prefix of repositoryPrefixes(repository)) {
    for (;;) {
      const { objects } = await bucket.list({ prefix, limit: KEYS_AT_ONCE });
      if (objects.length === 0) break;
      await collector.discard(objects.map(({ key }) => key));
      count += objects.length;
    }
  }
  return count;
}
