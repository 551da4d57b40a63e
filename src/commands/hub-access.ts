/** The Hub as the commands need it that look after the list. */
import type { CurationRun } from '../curation/run.ts';
import { UserError } from '../errors.ts';
import { openHubApi } from '../hub/hub-api.ts';
import { hubSettings } from '../hub/hub-settings.ts';
import { openHub } from '../hub/hub-source.ts';
import type { Progress } from '../report/progress.ts';
import type { Io } from './io.ts';
import { tellWaits } from './run.ts';

/**
 * @param hub the value of --hub.
 * @throws UsageError where the Hub's address or token cannot be right.
 */
export function openCuration(
  hub: string | undefined,
  { env, signal }: Io,
  progress: Progress,
): CurationRun & { endpoint: string } {
  const settings = hubSettings(hub === undefined ? env : { ...env, HF_ENDPOINT: hub });
  const onWait = tellWaits(progress);
  return {
    endpoint: settings.endpoint,
    api: openHubApi({ ...settings, signal, onWait }),
    sourceOf: ({ name, sha }) => openHub({ ...settings, name, sha, onWait }),
    progress,
    signal,
  };
}

/** @throws UserError where the user wanted an end before the work had its own. */
export async function unlessInterrupted<T>(work: Promise<T>, { signal }: Io): Promise<T> {
  const [result] = await Promise.allSettled([work]);
  if (signal.aborted) {
    throw new UserError('interrupted; the list is as it was', { hint: 'Run the same again.' });
  }
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
