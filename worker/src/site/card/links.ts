/** Where the links and images of a model card lead. */

export interface CardLinks {
  /** The address of a file that the image has, or undefined. */
  fileHref: (path: string) => string | undefined;
  /** The address of a path at the model's source, where it is known. */
  sourceHref: (path: string) => string | undefined;
}

export interface Target {
  href: string;
  /** It leads away from this registry. */
  isOutside: boolean;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const SAFE_SCHEME = /^(?:https?|mailto):/i;

/** @returns undefined where it leads nowhere that a page may lead to: a link of another scheme is its text only. */
export function resolveLink(href: string, links: CardLinks): Target | undefined {
  const text = clean(href);
  if (text.startsWith('#')) return { href: `#${headingId(text.slice(1))}`, isOutside: false };
  if (text.startsWith('//')) return outside(`https:${text}`);
  if (SCHEME.test(text)) return SAFE_SCHEME.test(text) ? outside(text) : undefined;
  const path = pathOf(text);
  if (path === undefined) return undefined;
  const file = links.fileHref(path);
  if (file !== undefined) return { href: file, isOutside: false };
  const source = links.sourceHref(path);
  return source === undefined ? undefined : outside(source);
}

/** What a heading is linked by; apart from the page's own names. */
export function headingId(text: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s+/g, '-');
  return `card-${slug.slice(0, 80)}`;
}

function outside(href: string): Target | undefined {
  return URL.canParse(href) ? { href: new URL(href).href, isOutside: true } : undefined;
}

/** Browsers skip control characters within an address, so that `java\nscript:` is a scheme to them. */
function clean(href: string): string {
  return Array.from(href.trim(), (char) => (char === ' ' ? '%20' : char))
    .filter((char) => char > ' ' && char !== '\u007f')
    .join('')
    .replaceAll('\\', '/');
}

/** Where the Hub keeps files of a revision: READMEs name them so, too. */
const ON_THE_HUB = /^(?:blob|resolve|raw|tree)\/[^/]+\//;

/** A path from the model's root; undefined where it leads out of it. */
function pathOf(text: string): string | undefined {
  const [path = ''] = text.split(/[?#]/);
  const decoded = decode(path.replace(/^\/+/, ''));
  const parts: string[] = [];
  for (const part of decoded.replace(ON_THE_HUB, '').split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') {
      parts.push(part);
    }
  }
  return parts.length === 0 ? undefined : parts.join('/');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a lone percent sign is one
  }
}
