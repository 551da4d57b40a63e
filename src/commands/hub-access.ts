/** The Hub as the commands need it that keep the list up to date. */
import type { OpenSource } from '../curation/revisions.ts';
import { openHubApi, type HubApi } from '../hub/hub-api.ts';
import { hubSettings, type HubSettings } from '../hub/hub-settings.ts';
import { openHub } from '../hub/hub-source.ts';
import type { Progress } from '../report/progress.ts';
import type { Io } from './io.ts';
import { tellWaits } from './run.ts';

export interface HubAccess {
  settings: HubSettings;
  api: HubApi;
  sourceOf: OpenSource;
}

/** @throws UsageError where the Hub's address or token cannot be right. */
export function openHubAccess(hub: string | undefined, { env, signal }: Io, progress: Progress): HubAccess {
  const settings = hubSettings(hub === undefined ? env : { ...env, HF_ENDPOINT: hub });
  const onWait = tellWaits(progress);
  return {
    settings,
    api: openHubApi({ ...settings, signal, onWait }),
    sourceOf: ({ name, sha }) => openHub({ ...settings, name, sha, onWait }),
  };
}
