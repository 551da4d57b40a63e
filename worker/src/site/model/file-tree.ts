/** The files of an image as the tree that a page shows. */
import type { ImageFile } from '../../images/inspection.ts';

export interface Folder {
  name: string;
  /** As in `onnx/quantized`; empty for the root. */
  path: string;
  folders: Folder[];
  files: ImageFile[];
  /** Of all files below. */
  fileCount: number;
  /** Bytes of all files below. */
  size: number;
}

/** Rows of a page: a tree with more files is shown folder by folder. */
export const MAX_ROWS = 500;

/** @param under a folder's path: only what is below it */
export function treeOf(files: readonly ImageFile[], under = ''): Folder {
  const root = folder(under.split('/').at(-1) ?? '', under);
  const folders = new Map([[under, root]]);
  for (const file of files) {
    if (under !== '' && !file.path.startsWith(`${under}/`)) continue;
    const parent = folderAt(folders, file.path.split('/').slice(0, -1).join('/'));
    parent.files.push(file);
    for (let path = parent.path; ; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      const each = folders.get(path);
      if (each !== undefined) {
        each.fileCount++;
        each.size += file.size;
      }
      if (path === under || path === '') break;
    }
  }
  return root;
}

/** The way from the root to a folder, without both. */
export function stepsTo(path: string): { name: string; path: string }[] {
  const parts = path.split('/');
  return parts.slice(0, -1).map((name, index) => ({ name, path: parts.slice(0, index + 1).join('/') }));
}

function folderAt(folders: Map<string, Folder>, path: string): Folder {
  const known = folders.get(path);
  if (known !== undefined) return known;
  const cut = path.lastIndexOf('/');
  const made = folder(path.slice(cut + 1), path);
  folders.set(path, made);
  folderAt(folders, cut < 0 ? '' : path.slice(0, cut)).folders.push(made);
  return made;
}

function folder(name: string, path: string): Folder {
  return { name, path, folders: [], files: [], fileCount: 0, size: 0 };
}
