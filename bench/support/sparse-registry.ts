/** A registry that serves a sparse image: what is asked for outside of what is there counts as a failure. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import type { ShardedImage, SparseBlob } from './shards.ts';

export interface SparseRegistry {
  /** `host:port` */
  address: string;
  /** Bytes that were asked for where the image has none. */
  outside: number;
  close(): Promise<void>;
}

/**
 * The snapshotter asks for whole pieces of this many bytes: the first of the TOC may begin before it, and the first of
 * the layer is fetched beforehand where no landmark file forbids it, while nothing looks at it.
 */
const PIECE_BYTES = 50_000;

export async function startSparseRegistry(image: ShardedImage): Promise<SparseRegistry> {
  const server = createServer((request, response) => {
    const [, kind = '', reference = ''] = /^\/v2\/.+\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    const manifest = kind === 'manifests' ? image.manifests.get(reference) : undefined;
    const blob = kind === 'blobs' ? image.blobs.get(reference) : undefined;
    if (manifest !== undefined) {
      const digest = `sha256:${createHash('sha256').update(manifest.bytes).digest('hex')}`;
      const headers = { 'Content-Type': manifest.mediaType, 'Docker-Content-Digest': digest };
      response.writeHead(200, { ...headers, 'Content-Length': manifest.bytes.length });
      response.end(request.method === 'HEAD' ? undefined : manifest.bytes);
    } else if (blob !== undefined) {
      registry.outside += sendBlob(request, response, blob);
    } else {
      response.writeHead(request.url === '/v2/' ? 200 : 404, { 'Content-Length': 0 }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the system gave no port');
  const registry: SparseRegistry = {
    address: `127.0.0.1:${bound.port}`,
    outside: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return registry;
}

/** @returns how many bytes were asked for that are not there, in which case the answer is an error. */
function sendBlob(request: IncomingMessage, response: ServerResponse, blob: SparseBlob): number {
  const range = parseRange(request.headers.range, blob.size);
  const { start, end } = range ?? { start: 0, end: blob.size };
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    'Content-Length': end - start,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${blob.size}` }),
  };
  const status = range === undefined ? 200 : 206;
  if (request.method === 'HEAD') {
    response.writeHead(status, headers).end();
    return 0;
  }
  const here = Math.min(Math.max(start, blob.offset), end);
  if (end > PIECE_BYTES && here - start >= PIECE_BYTES) {
    response.writeHead(500, { 'Content-Length': 0 }).end();
    return here - start;
  }
  const bytes = here < end ? blob.bytes.subarray(here - blob.offset, end - blob.offset) : Buffer.alloc(0);
  response.writeHead(status, headers).end(Buffer.concat([Buffer.alloc(here - start), bytes]));
  return 0;
}

function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size };
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
