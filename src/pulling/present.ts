/** Whether a file is there already, and right: its content is hashed, since nothing else tells. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import type { Digest } from '../oci/digest.ts';
import type { LayerFile } from '../reading/listing.ts';
import type { ImageFile } from '../reading/overlay.ts';
import { fileMode, hasCode, type OutputFolder } from './output-folder.ts';
import type { Threads } from './threads.ts';

/** @throws UserError where a folder has the file's path, or a link leads to it */
export async function isPresent(file: ImageFile, folder: OutputFolder, threads: Threads): Promise<boolean> {
  if ((await folder.sizeOf(file.path)) !== file.size) return false;
  return hasContent(folder.pathOf(file.path), file, threads, fileMode(file));
}

/** @param mode what the file's permissions become where its content is right */
export async function hasContent(
  path: string,
  file: LayerFile,
  threads: Threads,
  mode?: number,
): Promise<boolean> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    // One that may not be read is written anew.
    if (['ENOENT', 'EACCES', 'ELOOP'].some((code) => hasCode(error, code))) return undefined;
    throw error;
  });
  if (handle === undefined) return false;
  try {
    const { size, mode: before } = await handle.stat();
    if (size !== file.size) return false;
    const found = await threads.check(pieces(file).map((piece) => ({ ...piece, fd: handle.fd })));
    const isRight = found.every(Boolean);
    if (isRight && mode !== undefined && (before & 0o777) !== mode) await handle.chmod(mode);
    return isRight;
  } finally {
    await handle.close();
  }
}

function pieces({
  digest,
  size,
  chunks = [],
}: LayerFile): { position: number; size: number; digest: Digest }[] {
  if (size === 0) return [];
  // As it is verified when it is fetched.
  if (chunks.length === 0 && digest !== undefined) return [{ position: 0, size, digest }];
  return chunks.map((chunk) => ({
    position: chunk.chunkOffset,
    size: chunk.chunkSize,
    digest: chunk.digest,
  }));
}
