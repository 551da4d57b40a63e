/** The cache directory: a hint of what is known. One that cannot be used is said at the start; from then on it only costs time. */
import { access, constants, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { UsageError } from '../errors.ts';
import { reasonOf } from '../http/reason.ts';
import { openHashCache, type HashCache } from '../hub/hash-cache.ts';
import { addRecords, appendRecord, openLayerIndex, type LayerIndex } from '../image/layer-index.ts';
import { makeFolder } from '../make-folder.ts';
import { layerFiles, layersBeside } from '../publish/results.ts';
import type { Progress } from '../report/progress.ts';
import { LAYER_INDEX } from './options.ts';

/** What it costs that the layer index cannot be written. */
const LAYERS_AGAIN = 'The next run may make layers again';

/**
 * @param results of this run: what it adds is handed on beside them, for `keepLayers`
 * @throws UsageError where nothing can be kept in the directory
 */
export async function openCachedLayers(
  folder: string,
  results: string | undefined,
  progress: Progress,
): Promise<LayerIndex> {
  const index = await inFolder(folder, () => openLayerIndex(join(folder, LAYER_INDEX)));
  const warn = warnOnce(LAYERS_AGAIN, progress);
  const handedOn = results === undefined ? undefined : layersBeside(results);
  if (handedOn !== undefined) await rm(handedOn, { force: true });
  return {
    ...index,
    async add(added) {
      await index.add(added).catch(warn);
      if (handedOn !== undefined) await appendRecord(handedOn, added).catch(warn);
    },
  };
}

/** Adds the layers that other jobs handed on beside their results to the layer index of the directory. */
export async function keepLayers(results: string, folder: string, progress: Progress): Promise<void> {
  try {
    for (const file of await layerFiles(results)) await addRecords(join(folder, LAYER_INDEX), file);
  } catch (error) {
    warnOnce(LAYERS_AGAIN, progress)(error);
  }
}

/** @throws UsageError where nothing can be kept in the directory */
export async function openCachedHashes(folder: string, progress: Progress): Promise<HashCache> {
  const hashes = await inFolder(folder, () => openHashCache(join(folder, 'hashes')));
  const warn = warnOnce('The next run will read the files of folders again', progress);
  return { ...hashes, save: () => hashes.save().catch(warn) };
}

async function inFolder<T>(folder: string, open: () => Promise<T>): Promise<T> {
  try {
    await makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return await open();
  } catch (cause) {
    throw new UsageError(`The cache directory ${folder} cannot be used: ${reasonOf(cause)}`, {
      hint: 'Name another with --cache, which may be made and written to.',
      cause,
    });
  }
}

/** A full disk fails each layer's line: the first one says it. */
function warnOnce(cost: string, progress: Progress): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (!warned) progress.note(`warning: ${cost}, since the cache cannot be written: ${reasonOf(error)}`);
    warned = true;
  };
}
