/** Content that is named by its digest never changes. */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Settings } from '../settings.ts';

export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Whether who may read is everybody, so that anybody on the way may keep an answer. */
export function isPublic({ READ_ACCESS: read = 'public' }: Settings): boolean {
  return read === 'public';
}

/** Headers of what is named by its digest: a private registry's is kept by who asked for it alone. */
export function immutableCaching(settings: Settings): Record<string, string> {
  return isPublic(settings)
    ? { 'Cache-Control': IMMUTABLE }
    : { 'Cache-Control': 'private, max-age=31536000, immutable', Vary: 'Authorization' };
}

export function etagOf(digest: Digest): string {
  return `"${digest}"`;
}
