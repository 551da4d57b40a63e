import picomatch from 'picomatch';
import { UserError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { GLOB_OPTIONS } from './grammar.ts';

/**
 * The files that an entry's globs leave, in their order: those that a glob of `include` matches (all, where there
 * is none) and no glob of `exclude` does.
 *
 * `*`, `?`, `[ab]` and `{a,b}` stand for what they do in a shell, hidden files included, and not for `/`; `**` as a
 * whole component stands for any number of folders. A glob without `/` is of file names in every folder
 * (`*.bin`, `config.json`), one with `/` is of whole paths (`onnx/*.onnx`, `/config.json` for the one at the top),
 * and one that ends in `/` takes all that is in such folders (`onnx/`, at every depth as a glob without `/`).
 * Upper and lower case differ.
 *
 * @throws UserError where a glob of `include` matches no file, or where no file is left.
 */
export function selectFiles<File extends { path: string }>(
  entry: Pick<Entry, 'name' | 'include' | 'exclude' | 'position'>,
  files: readonly File[],
): readonly File[] {
  if (entry.include.length === 0 && entry.exclude.length === 0) return files;
  const taken = entry.include.length === 0 ? new Set(files) : included(entry, files);
  const excluded = entry.exclude.map(matcher);
  const left = files.filter((file) => taken.has(file) && !excluded.some((matches) => matches(file.path)));
  if (left.length > 0 || files.length === 0) return left;
  throw new UserError(`${place(entry)}: exclude leaves none of the ${files.length} files of ${entry.name}`, {
    hint: 'write fewer or narrower globs under exclude',
  });
}

function included<File extends { path: string }>(
  entry: Pick<Entry, 'name' | 'include' | 'position'>,
  files: readonly File[],
): Set<File> {
  const taken = new Set<File>();
  const idle: string[] = [];
  for (const glob of entry.include) {
    const matches = matcher(glob);
    const found = files.filter((file) => matches(file.path));
    if (found.length === 0) idle.push(`"${glob}"`);
    for (const file of found) taken.add(file);
  }
  if (idle.length === 0) return taken;
  const verb = idle.length === 1 ? 'matches' : 'match';
  throw new UserError(
    `${place(entry)}: include: ${idle.join(', ')} ${verb} none of the ${files.length} files of ${entry.name}`,
    { hint: `it has ${examples(files)}; remove the glob or write one that matches` },
  );
}

function matcher(glob: string): (path: string) => boolean {
  const folder = glob.endsWith('/');
  const body = glob.replace(/^\.?\//, '').replace(/\/$/, '');
  const anchored = body !== glob.replace(/\/$/, '') || body.includes('/');
  const pattern = `${anchored ? '' : '**/'}${body}${folder ? '/**' : ''}`;
  return picomatch(pattern, GLOB_OPTIONS);
}

function place({ position: { file, line } }: Pick<Entry, 'position'>): string {
  return `${file}:${line}`;
}

function examples(files: readonly { path: string }[]): string {
  const shown = files.slice(0, 5).map(({ path }) => path);
  return files.length > shown.length
    ? `${shown.join(', ')} and ${files.length - shown.length} more`
    : shown.join(', ');
}
