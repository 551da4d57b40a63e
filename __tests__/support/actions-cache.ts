/** A stand-in for GitHub's cache service, in the first version of its protocol, which runners of one's own speak. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';

export interface ActionsCache extends AsyncDisposable {
  /** For the runner's environment. */
  env: Record<string, string>;
  /** Newest last. */
  entries: CacheEntry[];
  /** Answers everything with this status from now on. */
  refuse: (status: number) => void;
}

export interface CacheEntry {
  key: string;
  version: string;
  bytes: Buffer;
  saved: boolean;
}

export async function startActionsCache(): Promise<ActionsCache> {
  const entries: CacheEntry[] = [];
  let status = 200;
  let url = '';
  const server = createServer((request, response) => {
    if (status !== 200) return response.writeHead(status).end();
    return void answer({ entries, url }, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    env: { ACTIONS_CACHE_URL: url, ACTIONS_RUNTIME_TOKEN: 'runtime' },
    entries,
    refuse: (next) => {
      status = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface State {
  entries: CacheEntry[];
  url: string;
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { entries, url } = state;
  const { pathname, searchParams } = new URL(request.url ?? '/', url);
  const entry = entries[Number(pathname.split('/').at(-1)) - 1];
  switch (`${request.method} ${pathname.replace(/\d+$/, 'N')}`) {
    case 'GET /_apis/artifactcache/cache': {
      const found = find(entries, searchParams);
      if (found === undefined) return void response.writeHead(204).end();
      const place = `${url}archives/${entries.indexOf(found) + 1}`;
      return sendJson(response, 200, { cacheKey: found.key, archiveLocation: place });
    }
    case 'POST /_apis/artifactcache/caches': {
      const { key, version } = (await json(request)) as { key: string; version: string };
      entries.push({ key, version, bytes: Buffer.alloc(0), saved: false });
      return sendJson(response, 201, { cacheId: entries.length });
    }
    case 'PATCH /_apis/artifactcache/caches/N':
      if (entry) entry.bytes = await buffer(request);
      return void response.writeHead(204).end();
    case 'POST /_apis/artifactcache/caches/N':
      if (entry) entry.saved = true;
      return void response.writeHead(204).end();
    case 'GET /archives/N':
      return void response.writeHead(200, { 'Content-Length': entry?.bytes.length ?? 0 }).end(entry?.bytes);
    default:
      return void response.writeHead(404).end();
  }
}

/** The newest one whose key begins with one of those asked for. */
function find(entries: readonly CacheEntry[], query: URLSearchParams): CacheEntry | undefined {
  const keys = query.get('keys')?.split(',') ?? [];
  return entries.findLast(
    ({ key, version, saved }) =>
      saved && version === query.get('version') && keys.some((wanted) => key.startsWith(wanted)),
  );
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
