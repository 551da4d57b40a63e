/**
 * A file on its way to the disk, chunk by chunk, in any order; what an earlier run has written is taken up. Chunks cover
 * a file without gap or overlap, so that it is right once each of them is: hashing it again as a whole would cost
 * another pass over all bytes. `verify` holds a table of contents' digests of files to those of its chunks.
 */
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';

import { UserError } from '../errors.ts';
import type { TocChunk } from '../estargz/toc-parse.ts';
import type { ImageFile } from '../reading/overlay.ts';
import { fileMode, finishFile, openUnfinished, type OutputFolder } from './output-folder.ts';
import type { Piece } from './thread-messages.ts';
import type { Threads } from './threads.ts';

interface Surroundings {
  folder: OutputFolder;
  threads: Threads;
}

export class ChunkedFile {
  readonly file: ImageFile;
  readonly #around: Surroundings;
  readonly #unfinished: string;
  /** By chunk, whether it is verified and in the file. */
  readonly #isThere: Map<TocChunk, boolean>;
  #handle: Promise<FileHandle> | undefined;
  /** Chunks that are missing. */
  #left: number;

  constructor(file: ImageFile, around: Surroundings) {
    const { path, digest, chunks = [] } = file;
    this.file = file;
    this.#around = around;
    const content = digest ?? chunks.map((chunk) => chunk.digest).join('\n');
    this.#unfinished = around.folder.unfinishedPath(path, content);
    this.#isThere = new Map(chunks.map((chunk) => [chunk, false]));
    this.#left = chunks.length;
  }

  get missing(): TocChunk[] {
    return [...this.#isThere].filter(([, isThere]) => !isThere).map(([chunk]) => chunk);
  }

  /** Looks what an earlier run has left of the file. */
  async takeUp(): Promise<void> {
    const handle = await openUnfinished(this.#unfinished, 'only if it is there');
    if (handle === undefined) return;
    try {
      const chunks = [...this.#isThere.keys()];
      const found = await this.#around.threads.check(chunks.map((chunk) => pieceOf(handle, chunk)));
      for (const [n, chunk] of chunks.entries()) this.#isThere.set(chunk, found[n] ?? false);
      this.#left = found.filter((isThere) => !isThere).length;
    } finally {
      // An image may have more files than a process may have open.
      await handle.close();
    }
  }

  /** Where a chunk goes. */
  async place(chunk: TocChunk): Promise<Piece> {
    return pieceOf(await this.#open(), chunk);
  }

  /** Takes note that a chunk has been verified and written. @returns whether nothing is missing any more */
  placed(chunk: TocChunk): boolean {
    this.#isThere.set(chunk, true);
    return --this.#left === 0;
  }

  /**
   * Gives a file that nothing is missing of its name.
   * @throws UserError where its only chunk has another digest than the file
   */
  async finish(): Promise<void> {
    const { path, digest, size, chunks = [] } = this.file;
    if (digest !== undefined && chunks.length === 1 && chunks[0]?.digest !== digest) {
      await this.discard();
      throw new UserError(`"${path}" is not what its digest ${digest} says, although its chunk is.`, {
        hint: 'The table of contents contradicts itself: publish the image anew.',
      });
    }
    const handle = await this.#open();
    // What an earlier version had behind its end.
    await handle.truncate(size);
    this.#handle = undefined;
    const paths = { from: this.#unfinished, to: this.#around.folder.pathOf(path) };
    await finishFile(handle, paths, fileMode(this.file));
  }

  /** Leaves what is there of the file to another run. */
  async close(): Promise<void> {
    const handle = await this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  /** Leaves nothing. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.#unfinished, { force: true });
  }

  async #open(): Promise<FileHandle> {
    this.#handle ??= openUnfinished(this.#unfinished);
    return this.#handle;
  }
}

function pieceOf({ fd }: FileHandle, { chunkOffset, chunkSize, digest }: TocChunk): Piece {
  return { fd, position: chunkOffset, size: chunkSize, digest };
}
