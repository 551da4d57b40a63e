/** What is left to do when the job ends, however it ends. */
import * as core from '@actions/core';

import { saveLayerIndex } from '../github/layer-cache.ts';
import { hasEnded, runState } from './state.ts';

/** Never throws: what is published is published, and the job is over. */
export async function postAction(): Promise<void> {
  try {
    if (!hasEnded()) {
      core.warning(
        'This step was ended before it was done. What it finished is kept: run it again to go on.',
      );
    }
    const state = runState();
    if (state !== undefined) await saveLayerIndex(state.index, state.digest);
  } catch (error) {
    core.warning(`What was left could not be put in order: ${String(error)}`);
  }
}
