/** What to do about a mistake of YAML itself: the library says only what its parser met. */

/** What is found in `CODE message`, as the library has them, and the hint; the first that fits counts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^TAB_AS_INDENT/, 'indent with spaces'],
  [/^MISSING_CHAR Missing closing/, 'close the quote, which was opened on this line or above'],
  [/ end with a [\]}]$/, 'close what was opened with [ or {, on this line or above'],
  [/^MISSING_CHAR Implicit map keys/, 'write key: value, with a space behind the colon'],
  [
    /^MULTILINE_IMPLICIT_KEY/,
    'write key: value, with a space behind the colon, and indent the keys of an entry alike',
  ],
  [/^MISSING_CHAR Comments/, 'write a space before the #; a text with # in it is written in quotes'],
  [/(?:Missing|Unexpected) , /, 'write one comma between two values'],
  [/^BAD_DIRECTIVE|directives-end/, 'leave the line out that begins with %'],
  [
    /^BLOCK_AS_IMPLICIT_KEY Nested/,
    'put a text with ": " in it in quotes, and indent the keys of an entry alike, below the name of "- name"',
  ],
  [
    /^(?:BAD_INDENT|BLOCK_AS_IMPLICIT_KEY|MISSING_CHAR Sequence)/,
    'indent the keys of an entry alike, below the name of "- name"',
  ],
  [/^BAD_SCALAR_START/, 'put the text in quotes'],
  [/^BAD_DQ_ESCAPE/, 'write the text in single quotes, or each \\ in it twice'],
  [
    /^(?:ALIAS_PROPS|BAD_ALIAS|BAD_PROP_ORDER|MULTIPLE_)/,
    'a text that begins with &, * or ! is written in quotes',
  ],
];

const DEFAULT_HINT =
  'check the indentation, the quotes and the brackets of this line and of the one before; only spaces indent';

export const TOO_DEEP = 'the list is nested too deeply\nwrite the entries out, one after the other';

/** @returns `message\nhint` */
export function explainSyntax(code: string, message: string): string {
  if (code === 'TAG_RESOLVE_FAILED') return `${message}\na list has no YAML tags: leave the "!…" out`;
  if (code === 'MULTIPLE_DOCS')
    return 'the file has more than one YAML document\nleave the "---" between them out';
  if (message.startsWith('Maximum call stack')) return TOO_DEEP;
  const found = HINTS.find(([met]) => met.test(`${code} ${message}`));
  return `not YAML: ${message}\n${found?.[1] ?? DEFAULT_HINT}`;
}
