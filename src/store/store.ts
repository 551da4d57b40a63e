/**
 * The models that `pull` keeps on this machine.
 *
 *     models/<SHA-256 of the reference>.json   what was pulled, see record.ts
 *     images/<SHA-256 of the manifest>/        its files, under the paths that they have in the image
 *     content/<SHA-256>                        each content once: the files are hard links to it
 *
 * A content is needed as long as it has another link, so that nothing has to be counted.
 */
import { createHash } from 'node:crypto';
import { link, lstat, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Digest } from '../oci/digest.ts';
import { codeOf } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { withLock } from './lock.ts';
import { parseRecord, type StoredFile, type StoredModel } from './record.ts';

export class Store {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Where the files of an image are. */
  folderOf(manifest: Digest): string {
    return join(this.root, 'images', hexOf(manifest));
  }

  /** In the order of their references; what is no record is passed over. */
  async list(): Promise<StoredModel[]> {
    const names = await namesIn(join(this.root, 'models'));
    const texts = names
      .filter((name) => name.endsWith('.json'))
      .map((name) => this.#read(join('models', name)));
    const records = (await Promise.all(texts)).flatMap((text) => parseRecord(text ?? '') ?? []);
    return records.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
  }

  async find(reference: string): Promise<StoredModel | undefined> {
    return parseRecord((await this.#read(this.#recordOf(reference))) ?? '');
  }

  /** Does `work` while no other process changes the image's folder. */
  async whileAlone<T>(
    manifest: Digest,
    waiting: { signal: AbortSignal; onWait: () => void },
    work: () => Promise<T>,
  ): Promise<T> {
    await makeFolder(join(this.root, 'images'));
    return withLock(`${this.folderOf(manifest)}.lock`, waiting, work);
  }

  /** Gives a content that the store has another path, where nothing is yet. */
  async link(digest: string, path: string): Promise<void> {
    await linkIfPossible(this.#contentOf(digest), path);
  }

  /** Notes a model whose files are in its folder, and shares them with others. */
  async add(model: StoredModel): Promise<void> {
    const before = await this.find(model.reference);
    const folder = this.folderOf(model.manifest);
    await makeFolder(join(this.root, 'content'));
    for (const { path, digest } of model.files) {
      if (digest !== undefined) await this.#adopt(join(folder, path), digest);
    }
    await makeFolder(join(this.root, 'models'));
    const record = join(this.root, this.#recordOf(model.reference));
    const unfinished = `${record}.${process.pid}`;
    await writeFile(unfinished, JSON.stringify(model, null, 2));
    await rename(unfinished, record);
    if (before !== undefined && before.manifest !== model.manifest) await this.#clear(before);
  }

  /** @returns bytes that the disk has again */
  async remove(model: StoredModel): Promise<number> {
    await rm(join(this.root, this.#recordOf(model.reference)), { force: true });
    return this.#clear(model);
  }

  /** Removes an image's files where no other reference has it, and contents that no image has. */
  async #clear({ manifest, files }: StoredModel): Promise<number> {
    if ((await this.list()).some((other) => other.manifest === manifest)) return 0;
    const folder = this.folderOf(manifest);
    const freed = await Promise.all(files.map((file) => this.#freedBy(join(folder, file.path), file)));
    await rm(folder, { recursive: true, force: true });
    for (const { digest } of files) {
      if (digest === undefined) continue;
      const content = this.#contentOf(digest);
      if ((await lstatIfThere(content))?.nlink === 1) await rm(content, { force: true });
    }
    return freed.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Its own link and that of the content are the only ones. */
  async #freedBy(path: string, { size, digest }: StoredFile): Promise<number> {
    const links = (await lstatIfThere(path))?.nlink;
    if (links === undefined) return 0;
    return links <= (digest === undefined ? 1 : 2) ? size : 0;
  }

  /** The file was verified just now, which a content that somebody has changed meanwhile was not. */
  async #adopt(path: string, digest: string): Promise<void> {
    const content = this.#contentOf(digest);
    if (await linkIfPossible(path, content)) return;
    const [own, there] = [await lstatIfThere(path), await lstatIfThere(content)];
    if (own === undefined || own.ino === there?.ino) return;
    const unfinished = `${content}.${process.pid}`;
    if (await linkIfPossible(path, unfinished)) await rename(unfinished, content);
  }

  #contentOf(digest: string): string {
    return join(this.root, 'content', hexOf(digest));
  }

  #recordOf(reference: string): string {
    return join('models', `${createHash('sha256').update(reference).digest('hex')}.json`);
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.root, path), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function hexOf(digest: string): string {
  return digest.replace(/^.*:/, '');
}

/** Not all file systems have hard links: then each image has files of its own. */
async function linkIfPossible(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT', 'EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV'].includes(codeOf(error) ?? ''))
      return false;
    throw error;
  }
}

async function lstatIfThere(path: string): Promise<{ nlink: number; ino: number } | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
