/** Paths as archives have them, made relative to the image's root. */

/**
 * Tools write `./a`, `/a` and `a/` for `a`; the root itself becomes the empty path.
 * @throws RangeError where a path leads elsewhere
 */
export function cleanPath(name: string): string {
  const path = name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return '';
  if (path.includes('\0') || path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new RangeError(`there is the name ${JSON.stringify(name)}, which leads elsewhere`);
  }
  return path;
}
