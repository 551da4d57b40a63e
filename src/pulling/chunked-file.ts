/** A file on its way to the disk, chunk by chunk, in any order; what an earlier run has written is taken up. */
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';

import { UserError } from '../errors.ts';
import type { TocChunk } from '../estargz/toc-parse.ts';
import type { ImageFile } from '../reading/overlay.ts';
import { fileMode, finishFile, openUnfinished, type OutputFolder } from './output-folder.ts';
import type { Piece } from './thread-messages.ts';
import type { FileHash, Threads } from './threads.ts';

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
  #hash: FileHash | undefined;
  /** Chunks that are missing. */
  #left: number;
  /** Chunks from the beginning on that are there, which is as far as the hash can go. */
  #unbroken = 0;
  #hashing: Promise<unknown> = Promise.resolve();

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
  async placed(chunk: TocChunk): Promise<boolean> {
    this.#isThere.set(chunk, true);
    const isLast = --this.#left === 0;
    const handle = await this.#open();
    this.#hashOn(handle);
    return isLast;
  }

  /**
   * Gives a file that nothing is missing of its name.
   * @throws UserError where the chunks are right, and together are not what the file's digest says
   */
  async finish(): Promise<void> {
    const { path, digest, size } = this.file;
    const handle = await this.#open();
    // What an earlier version had behind its end.
    await handle.truncate(size);
    this.#hashOn(handle);
    await this.#hashing;
    if (this.#hash !== undefined && !(await this.#hash.matches())) {
      await this.discard();
      throw new UserError(
        `"${path}" is not what its digest ${digest} says, although each of its chunks is.`,
        {
          hint: 'The table of contents contradicts itself: publish the image anew.',
        },
      );
    }
    this.#handle = undefined;
    const paths = { from: this.#unfinished, to: this.#around.folder.pathOf(path) };
    await finishFile(handle, paths, fileMode(this.file));
  }

  /** Leaves what is there of the file to another run. */
  async close(): Promise<void> {
    const handle = await this.#handle;
    this.#handle = undefined;
    await Promise.allSettled([this.#hashing]);
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

  /** The hash is taken in order, as far as the file has no gap. */
  #hashOn(handle: FileHandle): void {
    const { digest, chunks = [] } = this.file;
    const [first] = chunks;
    // The only chunk's digest is the file's.
    if (digest === undefined || first === undefined || first.digest === digest) return;
    const before = this.#unbroken;
    while (this.#isThere.get(chunks[this.#unbroken] ?? first) === true && this.#unbroken < chunks.length) {
      this.#unbroken += 1;
    }
    if (this.#unbroken === before) return;
    const end = chunks[this.#unbroken]?.chunkOffset ?? this.file.size;
    this.#hash ??= this.#around.threads.hashOf(handle.fd, digest);
    this.#hashing = Promise.all([this.#hashing, this.#hash.upTo(end)]);
    this.#hashing.catch(() => undefined);
  }
}

function pieceOf({ fd }: FileHandle, { chunkOffset, chunkSize, digest }: TocChunk): Piece {
  return { fd, position: chunkOffset, size: chunkSize, digest };
}
