/** A part's layer on its way into a repository: read through, and not kept where it is not what is said. */
import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { LayerEncoding } from '../../src/artifacts/media-types.ts';
import { bringLayer, type BroughtLayer } from '../../src/deriving/bring-layer.ts';
import type { PlacedPart } from '../../src/deriving/open-artifact.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { openProgress } from '../../src/report/progress.ts';
import {
  digest,
  startRegistryStandIn,
  type Intercept,
  type RegistryStandIn,
} from '../support/registry-stand-in.ts';
import { tarLayer, type RawEntry } from '../support/tar-layer.ts';

let intercept: Intercept = () => false;
let source: RegistryStandIn;
let target: RegistryStandIn;
let from: Registry;
let to: Registry;
const progress = openProgress({ write: () => true });

beforeAll(async () => {
  source = await startRegistryStandIn((...args) => intercept(...args));
});
beforeEach(async () => {
  intercept = () => false;
  target = await startRegistryStandIn();
  const patience = { retry: { attempts: 2, backOff: { base: 0.001, cap: 0.002 } } };
  from = openRegistry({ host: source.host, patience });
  to = openRegistry({ host: target.host, patience });
});
afterEach(async () => {
  await Promise.all([from.close(), to.close(), target[Symbol.asyncDispose]()]);
});
afterAll(async () => {
  progress.close();
  await source[Symbol.asyncDispose]();
});

function part(blob: Buffer, diffId: Digest | undefined, encoding: LayerEncoding = 'tar+gzip'): PlacedPart {
  source.blobs.set(digest(blob), blob);
  const mediaType = `application/vnd.kitops.modelkit.code.v1.${encoding}`;
  return {
    role: 'code',
    name: undefined,
    path: 'src',
    encoding,
    diffId,
    descriptor: { mediaType, digest: digest(blob), size: blob.length },
    from: from.repository('owner/kit'),
  };
}

function partOf(entries: readonly RawEntry[]): PlacedPart {
  const { blob, diffId } = tarLayer(entries);
  return part(blob, diffId as Digest);
}

async function bring(one: PlacedPart, bounds?: { bytes: number; entries: number }): Promise<BroughtLayer> {
  const bringing = { to: to.repository('owner/container'), progress, signal: new AbortController().signal };
  return bounds === undefined ? bringLayer(one, bringing) : bringLayer(one, bringing, bounds);
}

test.each<[LayerEncoding, (tar: Buffer) => Buffer]>([
  ['tar', (tar) => tar],
  ['tar+gzip', gzipSync],
  ['tar+zstd', (tar) => zstdCompressSync(tar)],
])('%s: the diffID is computed where none is said', async (encoding, compressed) => {
  const tar = gunzipSync(
    tarLayer([
      { name: './src/', type: '5' },
      { name: '/src/a.py', content: 'a' },
    ]).blob,
  );
  const brought = await bring(part(compressed(tar), undefined, encoding));
  expect(brought).toMatchObject({ diffId: digest(tar), origin: 'pushed' });
  // Runtimes take an absolute path for one below the root.
  expect(brought.entries.map(({ path }) => path)).toEqual(['src', 'src/a.py']);
  expect([...target.blobs.keys()]).toEqual([digest(compressed(tar))]);
});

test.each<[string, () => PlacedPart, string]>([
  [
    'another diffID',
    () => part(tarLayer([{ name: 'a' }]).blob, `sha256:${'0'.repeat(64)}`),
    `its artifact says sha256:${'0'.repeat(64)}`,
  ],
  [
    'a whiteout',
    () => partOf([{ name: 'etc/.wh.passwd' }]),
    'has "etc/.wh.passwd", which in an image removes files',
  ],
  ['a folder that is a whiteout', () => partOf([{ name: '.wh.bin/a' }]), 'has ".wh.bin/a", which'],
  [
    'a path that leads elsewhere',
    () => partOf([{ name: 'a/../../b' }]),
    'there is the name "a/../../b", which leads elsewhere',
  ],
  ['no tar archive', () => part(gzipSync(Buffer.alloc(2000, 'x')), undefined), 'cannot be read'],
  ['no gzip', () => part(Buffer.from('plain'), undefined), 'cannot be read: incorrect header check'],
  [
    'a cut archive',
    () => partOf([{ name: 'a', content: 'abc', size: 10_000 }]),
    'the tar archive is cut off',
  ],
])('%s: nothing is kept', async (_, make, message) => {
  await expect(bring(make())).rejects.toThrow(message);
  expect([...target.blobs.keys()]).toEqual([]);
  expect(target.uploads.size).toBe(0);
});

test('a few bytes that unpack to many are given up', async () => {
  const bomb = partOf([{ name: 'zeros', content: Buffer.alloc(4_000_000) }]);
  await expect(bring(bomb, { bytes: 1_000_000, entries: 10 })).rejects.toThrow(
    'it unpacks to more than 1000000 bytes',
  );
  const many = partOf(Array.from({ length: 11 }, (__, at) => ({ name: `${at}` })));
  await expect(bring(many, { bytes: 1_000_000, entries: 10 })).rejects.toThrow('it has more than 10 entries');
  expect(target.uploads.size).toBe(0);
});

test('a registry that gives other bytes, or too few', async () => {
  const bytes = gunzipSync(tarLayer([{ name: 'a', content: randomBytes(100_000) }]).blob);
  const layer = part(bytes, undefined, 'tar');
  source.blobs.set(layer.descriptor.digest, Buffer.from(bytes).fill(0, 50_000, 50_010));
  await expect(bring(layer)).rejects.toThrow('the bytes have another digest');
  source.blobs.set(layer.descriptor.digest, bytes.subarray(0, 90_000));
  const reading = { to: undefined, progress, signal: new AbortController().signal };
  await expect(bringLayer(layer, reading)).rejects.toThrow(/after 90000 of \d+ bytes/);
  expect(target.uploads.size).toBe(0);
});

test('a connection that breaks is taken up again', async () => {
  const layer = partOf([{ name: 'a', content: randomBytes(1_000_000) }]);
  const bytes = source.blobs.get(layer.descriptor.digest)!;
  let broken = 0;
  intercept = (request, response) => {
    if (request.method !== 'GET' || broken > 0) return false;
    broken += 1;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 300_000), () => response.destroy());
    return true;
  };
  expect(await bring(layer)).toMatchObject({ diffId: layer.diffId, origin: 'pushed' });
  expect(broken).toBe(1);
});

test('of a large plain layer that is there already, the headers alone are read', async () => {
  const tar = gunzipSync(
    tarLayer([
      { name: 'large.bin', content: Buffer.alloc(17_000_000) },
      { name: 'config.json', content: '{}' },
    ]).blob,
  );
  const layer = part(tar, digest(tar), 'tar');
  target.blobs.set(digest(tar), tar);
  source.seen.length = 0;
  const brought = await bring(layer);
  expect(brought).toMatchObject({ diffId: digest(tar), origin: 'found' });
  expect(brought.entries).toMatchObject([{ path: 'large.bin', size: 17_000_000 }, { path: 'config.json' }]);
  expect(source.seen.map(({ headers }) => headers.range)).toEqual([
    'bytes=0-1048575',
    'bytes=17000960-17003007',
  ]);
});

test('without anywhere to go, it is read', async () => {
  const layer = partOf([{ name: 'a' }]);
  const bringing = { to: undefined, progress, signal: new AbortController().signal };
  expect(await bringLayer(layer, bringing)).toMatchObject({ diffId: layer.diffId, origin: undefined });
});
