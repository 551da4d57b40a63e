/** Tags that keep the manifest that they were given first: those that fit a pattern of IMMUTABLE_TAGS. */
import type { Digest } from '../../../src/oci/digest.ts';
import { isPattern, matchesPattern } from '../access/patterns.ts';
import { OciError } from '../errors.ts';
import { SettingsError, type Settings } from '../settings.ts';
import type { Bucket } from '../storage/bucket.ts';
import { cannotMove, resolveTag, tagsOf } from '../storage/tags.ts';

/** @throws SettingsError */
export function isImmutable({ IMMUTABLE_TAGS: setting = '' }: Settings, tag: string): boolean {
  const patterns = setting.split(',').map((pattern) => pattern.trim());
  if (setting.trim() === '') return false;
  if (!patterns.every(isPattern)) {
    throw new SettingsError(
      'IMMUTABLE_TAGS is not patterns with commas between them, each with three asterisks at most',
    );
  }
  return patterns.some((pattern) => matchesPattern(pattern, tag));
}

export interface TagMove {
  repository: string;
  tag: string;
  digest: Digest;
}

/**
 * Before anything is written for a tag; `moveTag` looks again when it moves it.
 * @throws OciError DENIED where the tag is immutable and names another manifest
 */
export async function checkMove(
  settings: Settings,
  bucket: Bucket,
  { repository, tag, digest }: TagMove,
): Promise<void> {
  if (!isImmutable(settings, tag)) return;
  const before = await resolveTag(bucket, repository, tag);
  if (before !== undefined && before !== digest) throw cannotMove(tag, before);
}

/** @throws OciError DENIED where the tag is immutable */
export function checkRemoval(settings: Settings, tag: string): void {
  if (isImmutable(settings, tag)) {
    throw new OciError('DENIED', `the tag ${tag} is immutable here: it cannot be deleted`, { status: 409 });
  }
}

/** @throws OciError DENIED where an immutable tag names the manifest. @returns the tags that do */
export async function checkManifestRemoval(
  settings: Settings,
  bucket: Bucket,
  { repository, digest }: Omit<TagMove, 'tag'>,
): Promise<string[]> {
  const tags = await tagsOf(bucket, repository, digest);
  for (const tag of tags) checkRemoval(settings, tag);
  return tags;
}
