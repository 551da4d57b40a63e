/** Symbolic links that an image has. */
import { readlink, rename, rm, symlink } from 'node:fs/promises';

import { UserError } from '../errors.ts';
import type { ImageNode } from '../reading/overlay.ts';
import { hasCode, type OutputFolder } from './output-folder.ts';

/**
 * Holds a link to the folder that it will be in. Its way up comes first and leads through folders, which are no links
 * themselves; what follows may be links, of which the same holds. Anything else might lead out on some detour.
 * @throws UserError where the link leads out, or may
 */
export function checkLink({ path, linkName = '' }: ImageNode): void {
  const depth = path.split('/').length - 1;
  const parts = linkName.split('/').filter((part) => part !== '' && part !== '.');
  const ups = parts.findLastIndex((part) => part === '..') + 1;
  const isPlain = parts.slice(0, ups).every((part) => part === '..');
  if (linkName !== '' && !linkName.startsWith('/') && !linkName.includes('\0') && isPlain && ups <= depth)
    return;
  throw new UserError(`"${path}" is a link to "${linkName}", which leads out of the folder.`, {
    hint: 'Name the paths that you need, without the link.',
  });
}

/** Makes a link, in place of whatever file or link is there. */
export async function makeLink({ path, linkName = '' }: ImageNode, folder: OutputFolder): Promise<void> {
  const place = folder.pathOf(path);
  if ((await readlinkIfThere(place)) === linkName) return;
  await folder.sizeOf(path);
  await folder.makeParents(path);
  const unfinished = folder.unfinishedPath(path, linkName);
  await rm(unfinished, { force: true });
  await symlink(linkName, unfinished);
  await rename(unfinished, place);
}

async function readlinkIfThere(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL') || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
