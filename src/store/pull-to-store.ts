/** Brings an image into the store: only contents that no image there has are moved. */
import { compareBytes } from '../oci/compare.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { isReserved, OutputFolder } from '../pulling/output-folder.ts';
import { pullImage, type PullResult, type PullRun } from '../pulling/pull-image.ts';
import { selectPaths } from '../pulling/select-paths.ts';
import { readConfig, type OpenImage } from '../reading/image.ts';
import { eachAtOnce, listUnread } from '../reading/list-image.ts';
import { overlay } from '../reading/overlay.ts';
import type { StoredFile, StoredModel } from './record.ts';
import type { Store } from './store.ts';

export interface StoredPull {
  model: StoredModel;
  pulled: PullResult;
}

/** As `pullImage`. @throws UserError, RegistryError */
export async function pullToStore(store: Store, run: Omit<PullRun, 'output'>): Promise<StoredPull> {
  const { image, progress, signal } = run;
  const manifest = image.descriptor.digest;
  const reference = storedReference(image.reference);
  const onWait = (): void => progress.note(`${reference}: another process is at this image, waiting for it`);
  return store.whileAlone(manifest, { signal, onWait }, async () => {
    const output = store.folderOf(manifest);
    const folder = await OutputFolder.open(output);
    const found = await store.find(reference);
    const before = found?.manifest === manifest ? found : undefined;
    const begun: StoredModel = {
      reference,
      digest: image.root.digest,
      manifest,
      pulled: new Date().toISOString(),
      isWhole: false,
      cmd: await commandOf(image),
      files: [],
    };
    // What a kill leaves of a new model is listed, and can be removed.
    if (found === undefined) await store.add(begun);
    await shareContents(store, folder, run);
    const pulled = await pullImage({ ...run, output });
    const model: StoredModel = {
      ...begun,
      isWhole: run.paths.length === 0 || before?.isWhole === true,
      files: mergedFiles(before?.files ?? [], pulled),
    };
    await store.add(model);
    return { model, pulled };
  });
}

/** A tag that is not said is the one that tools take. */
export function storedReference(reference: Reference): string {
  return formatReference(
    reference.tag === undefined && reference.digest === undefined
      ? { ...reference, tag: 'latest' }
      : reference,
  );
}

/** Puts what other images have into the folder, by links: pulling verifies it and leaves it. */
async function shareContents(
  store: Store,
  folder: OutputFolder,
  { image, paths }: Pick<PullRun, 'image' | 'paths'>,
): Promise<void> {
  const selection = selectPaths(paths);
  const layers = image.layers.filter(({ path }) => path === undefined || selection.matches(path));
  const listings = await eachAtOnce(layers, async (layer) => listUnread(image.repository, layer));
  const entries = overlay(listings.filter((listing) => listing !== undefined));
  for (const { type, path, ...entry } of entries.values()) {
    if (type !== 'reg' || !('digest' in entry) || entry.digest === undefined) continue;
    if (!selection.matches(path) || isReserved(path)) continue;
    await folder.makeParents(path);
    await store.link(entry.digest, folder.pathOf(path));
  }
}

/** What an image is run with, whoever wrote it. @throws UserError, RegistryError */
export async function commandOf(image: OpenImage): Promise<string[]> {
  const { config } = (await readConfig(image)) as { config?: { Cmd?: unknown } | null };
  const cmd = config?.Cmd;
  return Array.isArray(cmd) ? cmd.filter((word) => typeof word === 'string') : [];
}

/** What was pulled of the same image before is still there. */
function mergedFiles(before: readonly StoredFile[], { files }: PullResult): StoredFile[] {
  const all = [...before, ...files.map(({ path, size, digest }) => ({ path, size, digest }))];
  return [...new Map(all.map((file) => [file.path, file])).values()].toSorted((a, b) =>
    compareBytes(a.path, b.path),
  );
}
