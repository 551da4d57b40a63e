/** HTML in a model card: its text, its line breaks and its images, and nothing else of it. */

export type HtmlPart =
  { type: 'text'; text: string } | { type: 'break' } | { type: 'image'; src: string; alt: string };

/** Content that no reader is meant to see. */
const UNSEEN =
  /<!--[\s\S]*?(?:-->|$)|<(script|style|template|iframe|svg|math|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const TAG = /<\/?([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/gi;
const BREAKS = new Set([
  'br',
  'p',
  'div',
  'li',
  'tr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'summary',
  'details',
  'table',
  'ul',
  'ol',
]);
/** Characters: what is longer is not looked at for tags, since looking takes the square of it at worst. */
const MAX_LENGTH = 20_000;

export function readHtml(html: string): HtmlPart[] {
  if (html.length > MAX_LENGTH) return [{ type: 'text', text: html }];
  const seen = html.replaceAll(UNSEEN, '');
  const parts: HtmlPart[] = [];
  let at = 0;
  for (const match of seen.matchAll(TAG)) {
    addText(parts, seen.slice(at, match.index));
    at = match.index + match[0].length;
    const [, tag = '', attributes = ''] = match;
    if (tag.toLowerCase() === 'img') addImage(parts, attributes);
    else if (BREAKS.has(tag.toLowerCase()) && parts.length > 0 && parts.at(-1)?.type !== 'break')
      parts.push({ type: 'break' });
  }
  addText(parts, seen.slice(at));
  while (parts.at(-1)?.type === 'break') parts.pop();
  return parts;
}

function addText(parts: HtmlPart[], text: string): void {
  if (text.trim() !== '') parts.push({ type: 'text', text: decodeEntities(text) });
}

function addImage(parts: HtmlPart[], attributes: string): void {
  const src = attributeOf(attributes, 'src');
  if (src !== undefined) parts.push({ type: 'image', src, alt: attributeOf(attributes, 'alt') ?? '' });
}

function attributeOf(attributes: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes) ?? [];
  const value = double ?? single ?? bare;
  return value === undefined ? undefined : decodeEntities(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  times: '×',
  rarr: '→',
};

/** The entities that READMEs have; others stay as they are written. */
export function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[(name as string).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
