/** What is to be tagged is there: what is left are tags, and imports. */
import type { Digest } from '../oci/digest.ts';
import type { Progress } from '../report/progress.ts';
import { importTags } from './import-tags.ts';
import type { TagState } from './tag-state.ts';
import type { Target } from './target.ts';

export interface CaughtUp {
  /** `tagged`: tags moved. `imported`: only an import was due. */
  status: 'tagged' | 'imported' | 'up-to-date';
  digest: Digest;
  reason: string;
}

/** @param state has a `current` */
export async function catchUp(
  { target, state }: { target: Target; state: TagState },
  run: { progress: Progress },
): Promise<CaughtUp> {
  const { current, stale, notImported, reason } = state;
  if (current === undefined) throw new Error('nothing to move the tags to');
  const { bytes, descriptor } = current;
  for (const tag of stale) await target.repository.putManifest(tag, bytes, descriptor.mediaType);
  await importTags(notImported, target, run);
  const behind = notImported.length === 0 ? 'up-to-date' : 'imported';
  return { status: stale.length === 0 ? behind : 'tagged', digest: descriptor.digest, reason };
}
