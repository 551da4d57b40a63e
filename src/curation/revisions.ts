/** What is asked of the Hub about a model before its commit is written into the list. */
import { UserError } from '../errors.ts';
import type { Revision, Source, SourceFile } from '../hub/source.ts';
import { planEntryLayers } from '../publish/plan-layers.ts';
import type { Entry } from '../models/entry.ts';

export interface Publishable {
  revision: Revision;
  /** The files that its image carries. */
  files: readonly SourceFile[];
  layers: number;
  /** Of these files. */
  bytes: number;
}

/** @throws UserError where an image could not be made of the entry at its commit */
export async function readPublishable(
  entry: Entry,
  source: Source,
  signal: AbortSignal,
): Promise<Publishable> {
  const revision = await source.revision(signal);
  const planned = planEntryLayers(entry, revision, 'stream');
  const files = planned.flatMap((layer) => [...layer.files]);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { revision, files, layers: planned.length, bytes };
}

/**
 * Reads a byte: the Hub lists the files of a gated model to everybody, and gives them to those who accepted its terms.
 *
 * @throws UserError where it does not give them to us
 */
export async function checkAccess(
  files: readonly SourceFile[],
  source: Source,
  signal: AbortSignal,
): Promise<void> {
  const smallest = files.filter(({ size }) => size > 0).toSorted((a, b) => a.size - b.size)[0];
  if (smallest !== undefined) await source.read(smallest, 0, new Uint8Array(1), signal);
}

/** What the Hub need not know for an update, or no longer knows: undefined then. */
export async function ifKnown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
