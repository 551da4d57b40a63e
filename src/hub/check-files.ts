import { UserError } from '../errors.ts';
import { checkPath, parents } from '../estargz/paths.ts';
import type { SourceFile } from './source.ts';

/** Paths that are named in full; of more than these the number is said. */
const maxNamed = 20;

/**
 * Holds the files that are to be published, after `include` and `exclude`, to what a layer can carry, so that a bad
 * path that is left out anyway stops nothing.
 * @throws UserError that names every bad path and why
 */
export function checkFiles(files: readonly SourceFile[], name: string): void {
  const paths = new Set(files.map(({ path }) => path));
  const bad: string[] = [];
  for (const { path } of files) {
    const folder = parents(path).find((parent) => paths.has(parent));
    const reason =
      checkPath(path) ?? (folder === undefined ? undefined : `is below ${JSON.stringify(folder)}, a file`);
    if (reason !== undefined) bad.push(`${JSON.stringify(path)} ${reason}`);
  }
  if (bad.length === 0) return;
  const named = bad.slice(0, maxNamed);
  const rest = bad.length > maxNamed ? `; and ${bad.length - maxNamed} more` : '';
  const what = bad.length === 1 ? 'a path' : `${bad.length} paths`;
  throw new UserError(`${name} has ${what} that an image cannot carry: ${named.join('; ')}${rest}.`, {
    hint: 'Leave them out with `exclude:` in this model’s entry.',
  });
}
