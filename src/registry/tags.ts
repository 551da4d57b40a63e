/** The tags of a repository (distribution specification, "Listing Tags"). */
import type { RepositoryClient } from './client.ts';
import { BadAnswer } from './errors.ts';
import { type Answer, readBody } from './transport.ts';

/** Bytes of a page; 10,000 tags of the greatest length stay below. */
const MAX_PAGE = 2 * 1024 * 1024;

/**
 * At most `limit` tags, in the registry's order.
 * @param limit beyond it no page is asked for
 */
export async function listTags(client: RepositoryClient, limit: number): Promise<string[]> {
  const tags: string[] = [];
  let next: URL | undefined = client.url(`tags/list?n=${limit}`);
  while (next !== undefined && tags.length < limit) {
    const page: Page = await readPage(client, next);
    tags.push(...page.tags);
    // A registry that pages without an end is not followed for ever.
    next = page.tags.length === 0 ? undefined : page.next;
  }
  return tags.slice(0, limit);
}

interface Page {
  tags: string[];
  next: URL | undefined;
}

async function readPage(client: RepositoryClient, url: URL): Promise<Page> {
  return client.call({
    doing: 'list the tags',
    method: 'GET',
    url,
    action: 'pull',
    expect: [200],
    async read(answer) {
      const tags = tagsIn(await readBody(answer, MAX_PAGE));
      return { tags, next: nextPage(client, answer, url) };
    },
  });
}

function tagsIn(bytes: Uint8Array): string[] {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BadAnswer('its list of tags is not JSON');
  }
  const tags = (document as { tags?: unknown } | null)?.tags ?? [];
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
    throw new BadAnswer('its list of tags is none');
  }
  return tags;
}

/** RFC 8288; the same host only, since the request is signed for it. */
function nextPage(client: RepositoryClient, { headers }: Answer, asked: URL): URL | undefined {
  const [, target] = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '') ?? [];
  const url = target === undefined ? null : URL.parse(target, asked.href);
  return url?.origin === client.url('').origin ? url : undefined;
}
