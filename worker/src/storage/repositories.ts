import type { Bucket } from './bucket.ts';

const ROOT = 'repositories/';

/**
 * The names of repositories that have anything in them, in the order of their keys.
 * @param after the last name of the page before; need not exist
 * @returns at most `limit` names, and whether there are more
 */
export async function listRepositories(
  bucket: Bucket,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ names: string[]; more: boolean }> {
  const names: string[] = [];
  let last = after;
  while (names.length <= limit) {
    const start = last === undefined ? {} : { startAfter: endOf(last) };
    const { objects } = await bucket.list({ prefix: ROOT, ...start });
    const found = new Set(objects.map(({ key }) => nameOf(key)));
    if (found.size === 0) break;
    names.push(...found);
    // A repository's keys lie together, so the rest of them is stepped over at once.
    last = names.at(-1);
  }
  return { names: names.slice(0, limit), more: names.length > limit };
}

/** After all keys of a repository: what comes after its `_` are lower-case words. */
function endOf(name: string): string {
  return `${ROOT}${name}/_~`;
}

function nameOf(key: string): string {
  return key.slice(ROOT.length, key.indexOf('/_'));
}
