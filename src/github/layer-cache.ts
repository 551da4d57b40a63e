/**
 * The layer index between the runs of a workflow: each run saves one under a key of its own, and takes up the newest
 * one there is. A lost or old index costs time and nothing else, so that nothing here ever fails a run.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import * as core from '@actions/core';

/** Changes where an index can no longer be read by what comes after. */
const PREFIX = 'ai-action-layers-1-';

/** @param file the index; one that is there already stays as it is, as on a runner of one's own. */
export async function restoreLayerIndex(file: string): Promise<void> {
  const cache = await import('@actions/cache');
  if (!cache.isFeatureAvailable() || (await digestOf(file)) !== undefined) return;
  try {
    const key = await cache.restoreCache([file], newKey(), [PREFIX]);
    core.info(key === undefined ? 'No earlier run has left a layer index.' : `Layer index of ${key}.`);
  } catch (error) {
    core.warning(`The layer index of earlier runs cannot be had, which costs time only: ${String(error)}`);
  }
}

/** @param before what `digestOf` said when the run began: an index without news is not saved again. */
export async function saveLayerIndex(file: string, before: string | undefined): Promise<void> {
  const cache = await import('@actions/cache');
  if (!cache.isFeatureAvailable()) return;
  try {
    const now = await digestOf(file);
    if (now !== undefined && now !== before) await cache.saveCache([file], newKey());
  } catch (error) {
    core.warning(`The layer index is not kept for the next run, which costs time only: ${String(error)}`);
  }
}

/** SHA-256 in hex; undefined where there is no such file, or none that can be read, which publishing then says. */
export async function digestOf(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}

/** Of its own for each job of a matrix too: a key can be written once. */
function newKey(): string {
  const { GITHUB_RUN_ID: run = '0', GITHUB_RUN_ATTEMPT: attempt = '1' } = process.env;
  return `${PREFIX}${run}-${attempt}-${randomUUID().slice(0, 8)}`;
}
