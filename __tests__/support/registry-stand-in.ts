/**
 * A registry in memory that does what the distribution specification says, until a test has it do something else:
 * `intercept` sees each request first and answers it itself where it returns true, or has begun to.
 */
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  method: string;
  /** With the query. */
  url: string;
  headers: IncomingMessage['headers'];
}

export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | void | Promise<boolean | void>;

export interface RegistryStandIn extends AsyncDisposable {
  host: string;
  seen: Seen[];
  blobs: Map<string, Buffer>;
  manifests: Map<string, { type: string; bytes: Buffer }>;
  uploads: Map<string, Buffer>;
}

export async function startRegistryStandIn(intercept: Intercept = () => false): Promise<RegistryStandIn> {
  const state = {
    seen: [] as Seen[],
    blobs: new Map<string, Buffer>(),
    manifests: new Map<string, { type: string; bytes: Buffer }>(),
    uploads: new Map<string, Buffer>(),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    state.seen.push({ method, url, headers });
    if ((await intercept(request, response)) || response.headersSent) return;
    await answer(state, request, response);
  };
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    ...state,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

type State = Pick<RegistryStandIn, 'blobs' | 'manifests' | 'uploads'>;

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
  const [, , kind, last = ''] =
    /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|tags)\/(.*)$/.exec(pathname) ?? [];
  if (kind === 'manifests') return manifest(state, last, request, response);
  if (kind === 'blobs') return blob(state, last, request, response);
  if (kind === 'blobs/uploads') return upload(state, { id: last, searchParams, pathname }, request, response);
  if (kind === 'tags') return tags(state, response);
  sendError(response, 404, 'NAME_UNKNOWN');
}

async function manifest(
  { manifests }: State,
  reference: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'PUT') {
    const bytes = await bodyOf(request);
    const stored = { type: request.headers['content-type'] ?? '', bytes };
    manifests.set(reference, stored).set(digest(bytes), stored);
    response.writeHead(201, { 'docker-content-digest': digest(bytes), 'content-length': 0 }).end();
    return;
  }
  const found = manifests.get(reference);
  if (!found) return sendError(response, 404, 'MANIFEST_UNKNOWN');
  const { type, bytes } = found;
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'docker-content-digest': digest(bytes),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function tags({ manifests }: State, response: ServerResponse): void {
  const names = [...manifests.keys()].filter((name) => !name.includes(':')).toSorted();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ tags: names }));
}

function blob({ blobs }: State, name: string, request: IncomingMessage, response: ServerResponse): void {
  const bytes = blobs.get(name);
  if (!bytes) return sendError(response, 404, 'BLOB_UNKNOWN');
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const type = { 'content-type': 'application/octet-stream' };
  if (first === undefined || last === undefined) {
    response.writeHead(200, { ...type, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  const part = bytes.subarray(Number(first), Number(last) + 1);
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`;
  response.writeHead(206, { ...type, 'content-length': part.length, 'content-range': range }).end(part);
}

async function upload(
  { blobs, uploads }: State,
  { id, searchParams, pathname }: { id: string; searchParams: URLSearchParams; pathname: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const mounted = blobs.has(searchParams.get('mount') ?? '');
    const opened = `${uploads.size + 1}`;
    if (!mounted) uploads.set(opened, Buffer.alloc(0));
    const headers = mounted ? {} : { location: `${pathname}${opened}?state=a%2Fb` };
    response.writeHead(mounted ? 201 : 202, { ...headers, 'content-length': 0 }).end();
    return;
  }
  const before = uploads.get(id);
  if (!before || searchParams.get('state') !== 'a/b') return sendError(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  if (request.method === 'DELETE') {
    uploads.delete(id);
    response.writeHead(204).end();
    return;
  }
  const bytes = Buffer.concat([before, await bodyOf(request)]);
  uploads.set(id, bytes);
  if (request.method === 'PATCH') {
    response.writeHead(202, { location: request.url, 'content-length': 0 }).end();
    return;
  }
  const wanted = searchParams.get('digest') ?? '';
  if (digest(bytes) !== wanted) return sendError(response, 400, 'DIGEST_INVALID');
  uploads.delete(id);
  blobs.set(wanted, bytes);
  response.writeHead(201, { 'docker-content-digest': wanted, 'content-length': 0 }).end();
}

export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] });
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function digest(bytes: Uint8Array): `sha256:${string}` {
  return `sha256:${hash('sha256', bytes)}`;
}
