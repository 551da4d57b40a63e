/** What the action leaves to its own `post`, which the runner starts at the end of the job. */
import * as core from '@actions/core';

export interface RunState {
  /** The layer index that this run adds to. */
  index: string;
  /** Of the index, as this run found it; undefined where there was none. */
  digest: string | undefined;
}

const MAIN = 'main';
const RUN = 'run';
const DONE = 'done';

/** To be called by `main` before anything else. */
export function saveBegin(): void {
  core.saveState(MAIN, 'true');
}

/** Whether this is `post`: `main` has begun before. */
export function isPost(): boolean {
  return core.getState(MAIN) !== '';
}

export function saveRunState(state: RunState): void {
  core.saveState(RUN, JSON.stringify(state));
}

export function runState(): RunState | undefined {
  const text = core.getState(RUN);
  return text === '' ? undefined : (JSON.parse(text) as RunState);
}

/** To be called by `main` when it ends by itself, whether well or not. */
export function saveEnd(): void {
  core.saveState(DONE, 'true');
}

export function hasEnded(): boolean {
  return core.getState(DONE) !== '';
}
