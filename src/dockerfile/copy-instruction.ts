/** The line of a Dockerfile that copies out of an image. */

/** What ends a word of a Dockerfile, quotes it, names a variable, or stands for other names in a pattern. */
const SPECIAL = /[\s'"$*?[]/;

/**
 * A path with special characters in the form of a JSON list, which keeps its spaces. Even there it is a pattern, and
 * its quotes and variables are read.
 * @param path within the image, without `/` at its front; empty for all of it
 * @param flags such as `--link`
 * @see https://docs.docker.com/reference/dockerfile/#copy
 */
export function copyInstruction(
  image: string,
  path: string,
  destination: string,
  flags: readonly string[] = [],
): string {
  const copy = ['COPY', ...flags, `--from=${image}`].join(' ');
  const source = `/${path}`;
  if (!SPECIAL.test(source)) return `${copy} ${source} ${destination}`;
  const literal = source.replaceAll(/[*?[]/g, '[$&]').replaceAll(/['"$]/g, String.raw`\$&`);
  return `${copy} ${JSON.stringify([literal, destination])}`;
}
