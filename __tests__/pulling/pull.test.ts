/** What is pulled, what is left, and what is gone on with. */
import { expect, test } from '@jest/globals';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FOREIGN_FILES, FOREIGN_TOOLS, putForeignImage } from '../support/foreign-images.ts';
import { compressedLayer, noise, sha256 } from '../support/layer-bytes.ts';
import { pull, statuses, tree } from '../support/pulling.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../support/registry-stand-in.ts';
import { plainLayer, putImage, tocLayer } from '../support/stand-in-images.ts';
import { tarLayer } from '../support/tar-layer.ts';
import { temporaryFolder } from '../support/temporary.ts';

const MIB = 2 ** 20;
const LARGE = noise(9 * MIB + 5);
const SMALL = {
  'README.md': Buffer.from('# Model\n'),
  'config.json': noise(2000, 2),
  'onnx/a.bin': noise(70_000, 3),
};
const CONTENT = { 'empty.txt': Buffer.alloc(0), 'model.safetensors': LARGE, ...SMALL };

const TEXT = Object.fromEntries(
  Object.entries(CONTENT).map(([path, bytes]) => [path, bytes.toString('latin1')]),
);

/** Bytes of blobs that were asked for by ranges. */
function asked({ seen }: RegistryStandIn): number {
  return seen.reduce((sum, { headers }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    return first === undefined ? sum : sum + Number(last) - Number(first) + 1;
  }, 0);
}

test.each([
  ['stored bytes', tocLayer(CONTENT)],
  ['compressed bytes', tocLayer(CONTENT, compressedLayer)],
  ['no table of contents', plainLayer(CONTENT)],
])('an image is pulled as a whole out of a layer of %s, and then is there', async (_, layer) => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [layer] });
  const all = { host: registry.host, folder: folder.path };
  await pull(all);
  expect(await tree(join(folder.path, 'out'))).toEqual(TEXT);
  registry.seen.length = 0;
  const again = await pull(all);
  expect(new Set(again.files.map(({ status }) => status))).toEqual(new Set(['present']));
  expect(registry.seen.filter(({ url }) => url.includes('/blobs/')).length).toBeLessThanOrEqual(1);
});

test.each(FOREIGN_TOOLS)('an image of %s is pulled', async (tool) => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putForeignImage(registry, tool);
  await pull({ host: registry.host, folder: folder.path, tag: tool });
  const files = await tree(join(folder.path, 'out'));
  const digests = Object.entries(files).map(([path, text]) => [path, sha256(Buffer.from(text, 'latin1'))]);
  expect(Object.fromEntries(digests)).toMatchObject(FOREIGN_FILES);
});

test('of a file only its chunks are read, and of layers only those that may have it', async () => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  const shards = Array.from({ length: 5 }, (_, n) => ({
    ...tocLayer({ [`shard-${n}`]: noise(100_000, n + 9) }),
    annotations: { 'ai.depot.layer.key': 'key', 'org.opencontainers.image.title': `shard-${n}` },
  }));
  putImage(registry, { layers: [...shards, tocLayer(CONTENT)] });
  const pulled = await pull({ host: registry.host, folder: folder.path, paths: ['/config.json'] });
  expect(statuses(pulled)).toEqual(['config.json written']);
  expect(await tree(join(folder.path, 'out'))).toEqual({ 'config.json': TEXT['config.json'] });
  expect(asked(registry)).toBeLessThan(70_000);
});

test.each([
  [['onnx'], ['onnx/a.bin']],
  [['onnx/'], ['onnx/a.bin']],
  [
    ['*.bin', 'config.json'],
    ['config.json', 'onnx/a.bin'],
  ],
  [['**/*.json'], ['config.json']],
])('%j are the files %j', async (paths, expected) => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [tocLayer(CONTENT)] });
  const { files } = await pull({ host: registry.host, folder: folder.path, paths });
  expect(files.map(({ path }) => path).toSorted()).toEqual(expected);
});

test.each([[['nowhere']], [['/*.bin', '*.md']]])('%j that match nothing are an error', async (paths) => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [tocLayer(CONTENT)] });
  const pulled = pull({ host: registry.host, folder: folder.path, paths });
  await expect(pulled).rejects.toThrow(`has no "${paths[0]}"`);
});

test('what is not as it should be is written anew, and what is keeps its time', async () => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [tocLayer(CONTENT)] });
  const all = { host: registry.host, folder: folder.path };
  await pull(all);
  const out = join(folder.path, 'out');
  const before = await stat(join(out, 'model.safetensors'));
  await writeFile(join(out, 'README.md'), '# Mobel\n');
  await writeFile(join(out, 'onnx/a.bin'), 'short');
  await chmod(join(out, 'model.safetensors'), 0o600);
  const again = await pull(all);
  expect(statuses(again).filter((text) => text.endsWith('written'))).toEqual([
    'README.md written',
    'onnx/a.bin written',
  ]);
  expect(await tree(out)).toEqual(TEXT);
  const { mtimeMs, mode } = await stat(join(out, 'model.safetensors'));
  expect([mtimeMs, mode & 0o777]).toEqual([before.mtimeMs, 0o644]);
});

test('a pull that broke off is gone on with', async () => {
  await using folder = await temporaryFolder();
  let left = 2;
  await using registry = await startRegistryStandIn((request, response) => {
    // The table of contents is at the end, and the chunks before it.
    const [, first = Infinity] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    if (Number(first) > 8.5 * MIB || left-- > 0) return false;
    response.writeHead(403).end();
    return true;
  });
  putImage(registry, { layers: [tocLayer({ 'model.safetensors': LARGE })] });
  const all = { host: registry.host, folder: folder.path };
  await expect(pull(all)).rejects.toThrow('answered 403');
  const out = join(folder.path, 'out');
  expect((await readdir(out)).filter((name) => !name.startsWith('.ai-action-'))).toEqual([]);
  left = Infinity;
  registry.seen.length = 0;
  await pull(all);
  expect(await tree(out)).toEqual({ 'model.safetensors': TEXT['model.safetensors'] });
  // One chunk of three had arrived.
  expect(asked(registry)).toBeLessThan(LARGE.length - 3 * MIB);
});

test('hard links are copies and links are links; devices are left out', async () => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  const entries = [
    { name: './sub/', type: '5' },
    { name: './sub/a', content: 'hi\n' },
    { name: './sub/b', type: '1', linkName: './sub/a' },
    { name: './sub/c', type: '2', linkName: 'a' },
    { name: './d', type: '2', linkName: './sub/c' },
    { name: './null', type: '3' },
    { name: './none/', type: '5' },
  ];
  putImage(registry, { layers: [tarLayer(entries)] });
  const pulled = await pull({ host: registry.host, folder: folder.path });
  expect(await tree(join(folder.path, 'out'))).toEqual({
    'sub/a': 'hi\n',
    'sub/b': 'hi\n',
    'sub/c': '→ a',
    d: '→ ./sub/c',
  });
  expect(pulled.leftOut).toEqual([{ path: 'null', type: 'char' }]);
});

test('a link in the way of a file is replaced, and one in the way of a folder is not followed', async () => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [tocLayer(SMALL)] });
  const out = join(folder.path, 'out');
  const elsewhere = join(folder.path, 'elsewhere');
  await mkdir(out);
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'mine'), 'mine');
  await symlink(join(elsewhere, 'mine'), join(out, 'README.md'));
  await symlink(elsewhere, join(out, 'onnx'));
  const all = { host: registry.host, folder: folder.path };
  await expect(pull(all)).rejects.toThrow('has to be a folder, and is a link');
  await pull({ ...all, paths: ['README.md'] });
  expect((await tree(out))['README.md']).toBe('# Model\n');
  expect(await tree(elsewhere)).toEqual({ mine: 'mine' });
});
