/** GGUF files of this machine. */
import { existsSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

import { UserError } from '../errors.ts';
import { rangedGguf, type GgufFile } from '../formats/gguf-files.ts';
import { groupShards, isGguf, type GgufFiles } from '../formats/gguf-shards.ts';

export interface LocalGgufs {
  files: readonly GgufFile[];
  /** Where a file was named, and not a folder: that one, with its other shards. */
  chosen?: GgufFiles<GgufFile>;
}

/** Those of a folder; or a file, and those beside it. */
export async function localGgufs(path: string): Promise<LocalGgufs> {
  if ((await stat(path)).isDirectory()) return { files: await ggufsIn(path) };
  const file = await localGguf(normalize(path));
  const files = await ggufsIn(dirname(path));
  const group = groupShards(files).find((one) => one.files.some((each) => each.path === file.path));
  // A single file may have any name.
  return { files, chosen: group ?? { files: [file], missing: [] } };
}

async function ggufsIn(folder: string): Promise<GgufFile[]> {
  const names = (await readdir(folder)).filter((name) => isGguf({ path: name }));
  // A link that leads nowhere is no file.
  const paths = names.map((name) => join(folder, name)).filter((path) => existsSync(path));
  return Promise.all(paths.toSorted().map(localGguf));
}

export async function localGguf(path: string): Promise<GgufFile> {
  const { size } = await stat(path);
  return rangedGguf(path, { size, read: (offset, length) => readRange(path, offset, length) });
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw new UserError(`${path} cannot be read: ${Error.isError(cause) ? cause.message : String(cause)}`, {
      cause,
    });
  });
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
