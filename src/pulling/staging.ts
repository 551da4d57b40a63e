/**
 * Layers that have to be read through: their files are kept aside, and are as good as the layer once all of it has
 * been verified.
 */
import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';

import type { Repository } from '../registry/registry.ts';
import type { ImageLayer } from '../reading/image.ts';
import type { LayerFile, LayerListing } from '../reading/listing.ts';
import type { ImageFile } from '../reading/overlay.ts';
import { readThrough } from '../reading/read-through.ts';
import { fileMode, finishFile, openUnfinished, type OutputFolder } from './output-folder.ts';
import { hasContent } from './present.ts';
import type { Threads } from './threads.ts';

export interface StagingRun {
  repository: Repository;
  folder: OutputFolder;
  threads: Threads;
  /** Bytes that will be read, and those that have been. */
  onExpected: (bytes: number) => void;
  onWritten: (bytes: number) => void;
}

/** Says whether a file is wanted; `n` is its number among the layer's files. */
export type IsWanted = (file: LayerFile, n: number) => boolean;

export class Staging {
  readonly #run: StagingRun;
  /** Numbers of the files that this run has kept. */
  readonly #kept = new Map<ImageLayer, Set<number>>();

  constructor(run: StagingRun) {
    this.#run = run;
  }

  /**
   * Reads a layer through and keeps those of its files that are wanted.
   * @throws UserError, RegistryError; nothing of the layer may be used then
   */
  async read(layer: ImageLayer, isWanted: IsWanted): Promise<LayerListing> {
    const { repository, folder, onExpected, onWritten } = this.#run;
    await folder.makeFolder(folder.stagingFolder(layer.descriptor.digest));
    const kept = new Set<number>();
    let n = 0;
    const listing = await readThrough(repository, layer, async (file, content) => {
      const at = n++;
      if (!isWanted(file, at)) return;
      await folder.checkRoom(file.size);
      onExpected(file.size);
      await writeAll(this.#path(layer, at), content, onWritten);
      kept.add(at);
    });
    this.#kept.set(layer, kept);
    return listing;
  }

  /** Whether a layer's n-th file has been kept, by this run or an earlier one. */
  async has(layer: ImageLayer, n: number, content: LayerFile): Promise<boolean> {
    if (this.#kept.get(layer)?.has(n) === true) return true;
    return hasContent(this.#path(layer, n), content, this.#run.threads);
  }

  /** Gives a layer's n-th file its name. */
  async take(layer: ImageLayer, n: number, file: ImageFile): Promise<void> {
    const { folder } = this.#run;
    const from = this.#path(layer, n);
    await folder.makeParents(file.path);
    await finishFile(await openUnfinished(from), { from, to: folder.pathOf(file.path) }, fileMode(file));
  }

  /** What is left over of layers. */
  async clear(layers: readonly ImageLayer[]): Promise<void> {
    const { folder } = this.#run;
    for (const { descriptor } of layers) {
      await rm(folder.pathOf(folder.stagingFolder(descriptor.digest)), { recursive: true, force: true });
    }
  }

  #path({ descriptor }: ImageLayer, n: number): string {
    const { folder } = this.#run;
    return folder.pathOf(`${folder.stagingFolder(descriptor.digest)}/${n}`);
  }
}

async function writeAll(
  path: string,
  content: AsyncIterable<Uint8Array>,
  onWritten: (bytes: number) => void,
): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    for await (const piece of content) {
      for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
      onWritten(piece.length);
    }
  } finally {
    await handle.close();
  }
}
