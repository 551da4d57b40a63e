/**
 * Conditions of a request, by entity tags (RFC 9110, section 13). Those by dates do not count: nothing here is answered
 * with one (sections 13.1.3 and 13.1.4).
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { RouteContext } from '../environment.ts';
import { OciError } from '../errors.ts';
import { etagOf } from './caching.ts';

/** Whether an `If-None-Match` names the digest. */
export function isNoneMatch(header: string | undefined, digest: Digest): boolean {
  return isKnown(header, etagOf(digest));
}

/** Whether an `If-None-Match` names the entity tag (section 13.1.2: weak comparison). */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = new Set(listed(header).map((tag) => tag.replace(/^W\//, '')));
  return tags.has('*') || tags.has(etag.replace(/^W\//, ''));
}

/**
 * @param etag of what is there; undefined where nothing is
 * @throws OciError 412 where an `If-Match` does not name it (section 13.1.1: strong comparison)
 */
export function checkMatch(header: string | undefined, etag: string | undefined): void {
  if (header === undefined) return;
  const tags = listed(header);
  if (etag === undefined || !(tags.includes('*') || tags.includes(etag))) throw failed('If-Match', etag);
}

/**
 * What has to hold before the request changes something; undefined where nothing has to.
 * @returns a check of what is there now, undefined where nothing is. It throws OciError 412
 */
export function conditionOf({ req }: RouteContext): ((current: Digest | undefined) => void) | undefined {
  const match = req.header('If-Match');
  const noneMatch = req.header('If-None-Match');
  if (match === undefined && noneMatch === undefined) return undefined;
  return (current) => {
    const etag = current === undefined ? undefined : etagOf(current);
    checkMatch(match, etag);
    if (etag !== undefined && isKnown(noneMatch, etag)) throw failed('If-None-Match', etag);
  };
}

function listed(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}

function failed(condition: string, etag: string | undefined): OciError {
  const message = `${condition} does not hold: there is ${etag ?? 'nothing'} now`;
  return new OciError('DENIED', message, { status: 412 });
}
