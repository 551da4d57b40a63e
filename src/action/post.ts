/** What is left to do when the job ends, however it ends. */
import * as core from '@actions/core';

import { removeAbandoned } from '../builders/buildx/work-folder.ts';
import { saveLayerIndex } from '../github/layer-cache.ts';
import { hasEnded, runState } from './state.ts';

/** Never throws: what is published is published, and the job is over. */
export async function postAction(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  try {
    if (!hasEnded()) await clearUp(env['RUNNER_TEMP']);
    const state = runState();
    if (state !== undefined) await saveLayerIndex(state.index, state.digest);
  } catch (error) {
    core.warning(`What was left could not be put in order: ${String(error)}`);
  }
}

async function clearUp(temporary: string | undefined): Promise<void> {
  core.warning('This step was ended before it was done. What it finished is kept: run it again to go on.');
  // A build that lost its caller ends by itself; what was downloaded for it may be the better part of the disk.
  if (temporary !== undefined) await removeAbandoned(temporary);
}
