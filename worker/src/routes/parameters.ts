/** What a path or query names, checked once. */
import { isDigest, type Digest } from '../../../src/oci/digest.ts';
import { isRepository, isTag } from '../../../src/oci/reference.ts';
import { isReserved, RESERVED } from '../../../src/oci/reserved.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';

/** Tags of one push: each costs a few calls of R2, of which a request has only so many. */
const MAX_TAGS = 100;
/** Names of a page: what one call of R2 lists. */
const MAX_PAGE = 1000;

export function repositoryOf(c: RouteContext): string {
  return asRepository(c.req.param('name') ?? '');
}

/** A repository that something is written into. @throws OciError for a name that the site's own pages need */
export function newRepositoryOf(c: RouteContext): string {
  const name = repositoryOf(c);
  if (!isReserved(name)) return name;
  throw new OciError(
    'NAME_INVALID',
    `no name can begin with "${name.split('/', 1)[0]}": the registry needs ${RESERVED.join(', ')} itself`,
  );
}

export function asRepository(name: string): string {
  if (isRepository(name)) return name;
  throw new OciError('NAME_INVALID', `"${shorten(name)}" is not a repository name`);
}

export function asDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError(
    'DIGEST_INVALID',
    `"${shorten(text)}" is not a digest (sha256 or sha512, a colon, hex in lower case)`,
  );
}

export function asTag(text: string): string {
  if (isTag(text)) return text;
  throw new OciError('TAG_INVALID', `"${shorten(text)}" is not a tag`);
}

export type Reference = { digest: Digest } | { tag: string };

/** A manifest's reference: a digest has a colon, a tag has not. */
export function asReference(text: string): Reference {
  return text.includes(':') ? { digest: asDigest(text) } : { tag: asTag(text) };
}

/** Each `?tag=` of a manifest that is pushed by its digest, once. @throws OciError 414 for too many */
export function tagsToMove(c: RouteContext): string[] {
  const tags = new Set((c.req.queries('tag') ?? []).map(asTag));
  if (tags.size <= MAX_TAGS) return [...tags];
  const message = `one push gives a manifest at most ${MAX_TAGS} tags, not ${tags.size}`;
  throw new OciError('TAG_INVALID', message, { status: 414 });
}

/** How many names a page of a list has: `n`, and never more than 1,000. */
export function pageSizeOf(c: RouteContext): number {
  const n = c.req.query('n');
  if (n === undefined) return MAX_PAGE;
  if (/^\d+$/.test(n)) return Math.min(Number(n), MAX_PAGE);
  throw new OciError('UNSUPPORTED', 'n is not a number', { status: 400 });
}

export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
