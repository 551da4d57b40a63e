import { open, type FileHandle } from 'node:fs/promises';

interface OpenFile {
  handle: Promise<FileHandle>;
  readers: number;
}

/** Files that nobody reads just now and that stay open: the next piece of a large one is asked for in a moment. */
const IDLE = 8;

/** Files that are being read, each opened once however many reads of it there are. */
export class OpenFiles {
  /** In the order of their last use. */
  readonly #files = new Map<string, OpenFile>();

  /** @param check is asked once when the file is opened; what it throws fails the reads that wait for it. */
  async with<T>(
    path: string,
    check: (handle: FileHandle) => Promise<void>,
    read: (handle: FileHandle) => Promise<T>,
  ): Promise<T> {
    const file = this.#files.get(path) ?? { handle: openChecked(path, check), readers: 0 };
    this.#files.delete(path);
    this.#files.set(path, file);
    file.readers++;
    try {
      return await read(await file.handle);
    } catch (error) {
      // Whoever reads it again sees what it is then.
      if (this.#files.get(path) === file) this.#files.delete(path);
      throw error;
    } finally {
      file.readers--;
      await this.#closeIdle(file, path);
    }
  }

  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map(closeFile));
  }

  async #closeIdle(file: OpenFile, path: string): Promise<void> {
    if (file.readers === 0 && this.#files.get(path) !== file) await closeFile(file);
    const idle = [...this.#files].filter(([, { readers }]) => readers === 0);
    for (const [name, oldest] of idle.slice(0, Math.max(0, idle.length - IDLE))) {
      this.#files.delete(name);
      await closeFile(oldest);
    }
  }
}

async function openChecked(path: string, check: (handle: FileHandle) => Promise<void>): Promise<FileHandle> {
  const handle = await open(path);
  try {
    await check(handle);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What could not be opened has nothing to close, and its readers have the error. */
async function closeFile({ handle }: OpenFile): Promise<void> {
  await handle.then(
    (opened) => opened.close(),
    () => undefined,
  );
}
