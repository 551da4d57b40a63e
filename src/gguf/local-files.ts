/** GGUF files of this machine. */
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { UserError } from '../errors.ts';
import { rangedGguf, type GgufFile } from '../formats/gguf-files.ts';
import { isGguf } from '../formats/gguf-shards.ts';

/** Those of a folder; or a file, and what is beside it for the sake of its other shards. */
export async function localGgufs(path: string): Promise<GgufFile[]> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const names = (await readdir(folder)).filter((name) => isGguf({ path: name }));
  // A single file may have any name.
  const chosen = isFolder ? names : [...new Set([basename(path), ...names])];
  return Promise.all(chosen.map((name) => localGguf(join(folder, name))));
}

async function localGguf(path: string): Promise<GgufFile> {
  const { size } = await stat(path);
  return rangedGguf(path, { size, read: (offset, length) => readRange(path, offset, length) });
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const target = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await file.read(target, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw new UserError(`${path} became shorter while it was read.`);
      filled += bytesRead;
    }
    return target;
  } finally {
    await file.close();
  }
}
