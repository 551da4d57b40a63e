import picomatch from 'picomatch';
import { UserError } from '../errors.ts';
import { LARGE_FILE } from '../image/layer-plan.ts';
import type { Entry, Variant } from './entry.ts';
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
 * Of a variant's image these are of all those the ones that its own globs match, and the small ones (less than 32 MiB)
 * that no variant's globs match.
 *
 * @throws UserError where a glob of `include` or of the variant matches no file, or where no file is left.
 */
export function selectFiles<File extends { path: string; size: number }>(
  entry: Selection,
  files: readonly File[],
): readonly File[] {
  const whole = wholeSelection(entry, files);
  if (entry.variant === undefined) return whole;
  const own = matched({ ...entry, key: 'variants', globs: entry.variant.globs }, whole);
  const shared = new Set(sharedFiles(entry.variant, whole));
  return whole.filter((file) => own.has(file) || shared.has(file));
}

/** Those of an entry's files that are in the images of all of its variants. */
export function sharedFiles<File extends { path: string; size: number }>(
  { claimed }: Variant,
  files: readonly File[],
): File[] {
  const claims = claimed.map(matcher);
  return files.filter(({ path, size }) => size < LARGE_FILE && !claims.some((matches) => matches(path)));
}

type Selection = Pick<Entry, 'name' | 'include' | 'exclude' | 'variant' | 'position'>;

function wholeSelection<File extends { path: string }>(
  entry: Selection,
  files: readonly File[],
): readonly File[] {
  if (entry.include.length === 0 && entry.exclude.length === 0) return files;
  const taken =
    entry.include.length === 0
      ? new Set(files)
      : matched({ ...entry, key: 'include', globs: entry.include }, files);
  const excluded = entry.exclude.map(matcher);
  const left = files.filter((file) => taken.has(file) && !excluded.some((matches) => matches(file.path)));
  if (left.length > 0 || files.length === 0) return left;
  throw new UserError(`${place(entry)}: exclude leaves none of the ${files.length} files of ${entry.name}`, {
    hint: 'write fewer or narrower globs under exclude',
  });
}

interface Globs extends Pick<Entry, 'name' | 'position'> {
  /** What they are written under. */
  key: string;
  globs: readonly string[];
}

/** @throws UserError where one of them matches none */
function matched<File extends { path: string }>(
  { globs, key, ...entry }: Globs,
  files: readonly File[],
): Set<File> {
  const taken = new Set<File>();
  const idle: string[] = [];
  for (const glob of globs) {
    const matches = matcher(glob);
    const found = files.filter((file) => matches(file.path));
    if (found.length === 0) idle.push(`"${glob}"`);
    for (const file of found) taken.add(file);
  }
  if (idle.length === 0) return taken;
  const verb = idle.length === 1 ? 'matches' : 'match';
  throw new UserError(
    `${place(entry)}: ${key}: ${idle.join(', ')} ${verb} none of the ${files.length} files of ${entry.name}`,
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
