/** The bucket together with who decides what of it is kept: what is written into a repository goes through this. */
import { collectorOf, type CollectorNamespace } from '../collection/protocol.ts';
import { timesOf } from '../collection/times.ts';
import type { Settings } from '../settings.ts';
import type { Bucket, Stored } from './bucket.ts';
import { retry, retryingBucket } from './retry.ts';

export interface Store extends Bucket {
  /**
   * Takes what lies at the keys for needed from now on, although it is old or was condemned.
   * @returns whether it was there
   */
  keep(keys: string[]): Promise<boolean[]>;
  /** Milliseconds that something has to be old before who comes to need it has to say so with `keep`. */
  readonly keepAfter: number;
}

export interface StoreEnvironment extends Settings {
  BUCKET: Bucket;
  COLLECTOR: CollectorNamespace;
}

/** @throws SettingsError */
export function openStore(env: StoreEnvironment): Store {
  return {
    ...retryingBucket(env),
    keep: (keys) =>
      retry(
        () => collectorOf(env.COLLECTOR).keep(keys),
        (error) => (error as { retryable?: boolean }).retryable === true,
      ),
    // Half of the window is left for what is under way.
    keepAfter: timesOf(env).window / 2,
  };
}

/** When this was condemned, in milliseconds since the epoch; undefined for what is not. */
export function condemnedAt({ customMetadata }: Pick<Stored, 'customMetadata'>): number | undefined {
  const time = customMetadata?.['condemned'];
  return time === undefined ? undefined : Number(time);
}

/** Whether who comes to need this has to tell. */
export function hasToBeKept({ keepAfter }: Store, object: Stored): boolean {
  return condemnedAt(object) !== undefined || Date.now() - object.uploaded.getTime() >= keepAfter;
}
