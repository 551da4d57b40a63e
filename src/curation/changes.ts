import type { SourceFile } from '../hub/source.ts';

/** How the files of an image differ between two commits. */
export interface FileChanges {
  added: number;
  changed: number;
  removed: number;
  /** Of the new and changed files. */
  bytes: number;
}

export function compareFiles(before: readonly SourceFile[], after: readonly SourceFile[]): FileChanges {
  const oids = new Map(before.map(({ path, oid }) => [path, oid]));
  const added = after.filter(({ path }) => !oids.has(path));
  const changed = after.filter(({ path, oid }) => oids.has(path) && oids.get(path) !== oid);
  return {
    added: added.length,
    changed: changed.length,
    removed: before.length - (after.length - added.length),
    bytes: [...added, ...changed].reduce((sum, { size }) => sum + size, 0),
  };
}
