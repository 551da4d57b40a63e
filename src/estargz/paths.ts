/** Which paths a layer can carry: they are unpacked below any folder, by any runtime, on any Linux file system. */

const MAX_PART = 255;
const MAX_PATH = 4096;
/** Names that eStargz readers take for their own, at the root of a layer (eStargz specification). */
const RESERVED = new Set(['stargz.index.json', '.prefetch.landmark', '.no.prefetch.landmark']);
const CONTROL = /\p{Cc}/u;

/** Why this path cannot be published, as the end of a sentence that begins with the path; undefined when it can. */
export function checkPath(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (!path.isWellFormed()) return 'is not well-formed Unicode';
  if (CONTROL.test(path)) return 'contains a control character';
  if (path.includes('\\')) return 'contains a backslash';
  if (path.startsWith('/')) return 'is absolute';
  if (utf8Length(path) > MAX_PATH) return `is longer than ${MAX_PATH} bytes`;
  const parts = path.split('/');
  if (RESERVED.has(parts[0] ?? '')) return `begins with "${parts[0]}", a name that eStargz keeps for itself`;
  return parts.map(checkPart).find((reason) => reason !== undefined);
}

function checkPart(part: string): string | undefined {
  if (part === '') return 'has an empty part';
  if (part === '.' || part === '..') return `has the part "${part}"`;
  if (part.startsWith('.wh.'))
    return 'has a part that begins with ".wh.", which deletes files in image layers';
  if (utf8Length(part) > MAX_PART) return `has a part longer than ${MAX_PART} bytes`;
  return undefined;
}

/** The first path that cannot be published, alone or beside the others; undefined when all can. */
export function checkPaths(paths: readonly string[]): { path: string; reason: string } | undefined {
  const files = new Set<string>();
  for (const path of paths) {
    const reason = checkPath(path) ?? (files.has(path) ? 'is there twice' : undefined);
    if (reason !== undefined) return { path, reason };
    files.add(path);
  }
  for (const path of paths) {
    const folder = parents(path).find((name) => files.has(name));
    if (folder !== undefined) return { path: folder, reason: `is a file and a folder (of "${path}")` };
  }
  return undefined;
}

/** The folders above a path, outermost first, without a slash at their end: `a/b/c` gives `a` and `a/b`. */
export function parents(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    folders.push(path.slice(0, slash));
  }
  return folders;
}

/** Bytes of the text in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A surrogate is half of a character of four bytes; every other unit beyond U+07FF takes three.
    length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}
