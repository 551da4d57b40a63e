/**
 * Patterns of names and refs, as operators write them: `*` stands for anything but a slash, `**` for anything.
 * Neither repository names nor git refs can hold an asterisk, so every other text stands for itself.
 */

const MAX_LENGTH = 512;
/** Each wildcard multiplies the ways in which a text can be tried. */
const MAX_WILDCARDS = 3;
const WILDCARD = /\*\*?/;
const WILDCARDS = new Map([
  ['*', '[^/]*'],
  ['**', '.*'],
]);

export function isPattern(text: string): boolean {
  return text !== '' && text.length <= MAX_LENGTH && text.split(WILDCARD).length <= MAX_WILDCARDS + 1;
}

export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === '**') return true;
  if (!pattern.includes('*')) return pattern === text;
  const parts = pattern.match(/\*\*?|[^*]+/g) ?? [];
  const source = parts.map(
    (part) => WILDCARDS.get(part) ?? part.replaceAll(/[\\^$.|?+(){}[\]]/g, String.raw`\$&`),
  );
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}
