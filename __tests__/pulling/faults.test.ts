/** Registries that break, lie or know less than others. */
import { expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { noise } from '../support/layer-bytes.ts';
import { pull, tree } from '../support/pulling.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../support/registry-stand-in.ts';
import { plainLayer, putImage, tocLayer } from '../support/stand-in-images.ts';
import { temporaryFolder } from '../support/temporary.ts';

const MIB = 2 ** 20;
const CONTENT = { 'config.json': noise(2000, 2), 'model.safetensors': noise(9 * MIB) };
const TEXT = Object.fromEntries(
  Object.entries(CONTENT).map(([path, bytes]) => [path, bytes.toString('latin1')]),
);

interface Asked {
  registry: RegistryStandIn;
  request: IncomingMessage;
  response: ServerResponse;
  /** Of the layer. */
  blob: Buffer;
  /** Asked for; the end is exclusive. */
  start: number;
  end: number;
  /** Requests for ranges of the layer's chunks, from 0. */
  n: number;
}

type Fault = (asked: Asked) => boolean;

/** A registry that does something else where chunks of its only layer are asked for. */
async function faulty(fault: Fault, layer = tocLayer(CONTENT)): Promise<RegistryStandIn> {
  let n = 0;
  const registry: RegistryStandIn = await startRegistryStandIn((request, response) => {
    const url = request.url ?? '';
    const isLayer = url.includes('/blobs/') && Buffer.from(layer.blob).equals(blobAt(registry, url));
    if (!isLayer) return false;
    const [, first = '0', last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const end = last ? Number(last) + 1 : layer.blob.length;
    // The table of contents is at the end.
    if (last && end === layer.blob.length) return false;
    return fault({ registry, request, response, blob: layer.blob, start: Number(first), end, n: n++ });
  });
  putImage(registry, { layers: [layer] });
  return registry;
}

function blobAt({ blobs }: RegistryStandIn, url: string): Buffer {
  return blobs.get(url.slice(url.lastIndexOf('/') + 1).replace(/\?.*/, '')) ?? Buffer.alloc(0);
}

function answerRange({ response, blob, start, end }: Asked, bytes = blob.subarray(start, end)): true {
  const headers = {
    'content-length': end - start,
    'content-range': `bytes ${start}-${end - 1}/${blob.length}`,
  };
  response.writeHead(206, headers).end(bytes);
  return true;
}

const corrupted = ({ blob, start, end }: Asked): Buffer => {
  const bytes = Buffer.from(blob.subarray(start, end));
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  return bytes;
};

const mended: Record<string, Fault> = {
  'corrupts a chunk once': (asked) => asked.n === 1 && answerRange(asked, corrupted(asked)),
  'breaks off within a chunk': (asked) => {
    if (asked.n !== 1) return false;
    asked.response.writeHead(206, {
      'content-length': asked.end - asked.start,
      'content-range': `bytes ${asked.start}-${asked.end - 1}/${asked.blob.length}`,
    });
    asked.response.write(asked.blob.subarray(asked.start, asked.start + 100_000), () =>
      asked.response.destroy(),
    );
    return true;
  },
  'is busy': ({ n, response }) => {
    if (n !== 1) return false;
    response.writeHead(503).end();
    return true;
  },
  'redirects to a storage whose addresses expire': (asked) => {
    const { request, response, n } = asked;
    const signed = new URL(request.url ?? '', 'http://registry').searchParams.get('signed');
    if (signed === null) response.writeHead(307, { location: `${request.url}?signed=${n}` }).end();
    else if (signed === '2') response.writeHead(403).end('<Error>Request has expired</Error>');
    else answerRange(asked);
    return true;
  },
  'gives no ranges': ({ response, blob }) => {
    response.writeHead(200, { 'content-length': blob.length }).end(blob);
    return true;
  },
  'gives another range': (asked) =>
    asked.request.headers.range !== undefined &&
    answerRange({ ...asked, start: asked.start + 1, end: asked.end + 1 }),
};

test.each(Object.keys(mended))('a registry that %s does not stop a pull', async (name) => {
  await using registry = await faulty(mended[name]!);
  await using folder = await temporaryFolder();
  await pull({ host: registry.host, folder: folder.path });
  expect(await tree(join(folder.path, 'out'))).toEqual(TEXT);
});

test('a layer that is read through is gone on with where the connection broke', async () => {
  await using registry = await faulty((asked) => {
    const { n, response, blob, request } = asked;
    if (n > 2) return answerRange(asked);
    expect(request.headers.range === undefined).toBe(n === 0);
    const head = n === 0 ? 200 : 206;
    const length = blob.length - asked.start;
    const range = `bytes ${asked.start}-${blob.length - 1}/${blob.length}`;
    response.writeHead(head, { 'content-length': length, 'content-range': range });
    response.write(blob.subarray(asked.start, asked.start + 2 * MIB), () => response.destroy());
    return true;
  }, plainLayer(CONTENT));
  await using folder = await temporaryFolder();
  await pull({ host: registry.host, folder: folder.path });
  expect(await tree(join(folder.path, 'out'))).toEqual(TEXT);
});

test.each<[string, Fault, string, boolean]>([
  ['corrupts a chunk', (asked) => answerRange(asked, corrupted(asked)), 'is not what its digest', true],
  [
    'corrupts a layer that is read through',
    (asked) => {
      asked.response.writeHead(200, { 'content-length': asked.blob.length }).end(corrupted(asked));
      return true;
    },
    'cannot be read|another digest',
    false,
  ],
  ['dies', ({ request }) => request.socket.destroy() !== undefined, 'Could not read', true],
])('a registry that %s leaves nothing wrong behind', async (_, fault, message, hasToc) => {
  await using registry = await faulty(fault, hasToc ? tocLayer(CONTENT) : plainLayer(CONTENT));
  await using folder = await temporaryFolder();
  await expect(pull({ host: registry.host, folder: folder.path })).rejects.toThrow(new RegExp(message));
  const names = await readdir(join(folder.path, 'out'));
  expect(names.filter((name) => !name.startsWith('.ai-action-'))).toEqual([]);
});
