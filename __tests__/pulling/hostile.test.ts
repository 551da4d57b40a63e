/** Images that mean harm: nothing is written outside the folder, and nothing wrong under the name of a file. */
import { expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { layerWithToc, noise, sha256 } from '../support/layer-bytes.ts';
import { pull, tree } from '../support/pulling.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';
import { describedLayer, putImage, TYPE, type StandInLayer } from '../support/stand-in-images.ts';
import { tarLayer } from '../support/tar-layer.ts';
import { temporaryFolder } from '../support/temporary.ts';

const BYTES = noise(1000);
const GOOD = {
  name: 'good',
  type: 'reg',
  size: 1000,
  offset: 0,
  digest: sha256(BYTES),
  chunkDigest: sha256(BYTES),
};

/** A layer whose only content is `BYTES`, under any table of contents. */
function tocOf(...entries: object[]): StandInLayer {
  return describedLayer(layerWithToc([gzipSync(BYTES)], { version: 1, entries }));
}

/** What is left: nothing at all, but what is not finished. */
async function expectNothing(folder: string): Promise<void> {
  expect((await readdir(folder)).filter((name) => !['out', 'cache'].includes(name))).toEqual([]);
  const out = await tree(join(folder, 'out'));
  expect(Object.keys(out).filter((path) => !path.startsWith('.ai-action-'))).toEqual([]);
}

test.each<[string, StandInLayer, string]>([
  ['a name that climbs', tarLayer([{ name: '../evil', content: 'x' }]), 'leads elsewhere'],
  ['a name that climbs from within', tarLayer([{ name: 'a/../../evil', content: 'x' }]), 'leads elsewhere'],
  ['a link that is absolute', tarLayer([{ name: 'a', type: '2', linkName: '/etc/passwd' }]), 'leads out'],
  ['a link that climbs', tarLayer([{ name: 'a/b', type: '2', linkName: '../../evil' }]), 'leads out'],
  [
    'a link that climbs on a detour',
    tarLayer([
      { name: 'a/b', type: '2', linkName: '..' },
      { name: 'c', type: '2', linkName: 'a/b/..' },
    ]),
    'leads out',
  ],
  [
    'a file below a link',
    tarLayer([
      { name: 'a', type: '2', linkName: '.' },
      { name: 'a/b', content: 'x' },
    ]),
    'which is no folder',
  ],
  [
    'a hard link that climbs',
    tarLayer([{ name: 'a', type: '1', linkName: '../../etc/passwd' }]),
    'is no file before it',
  ],
  ['a name of our own', tarLayer([{ name: `.ai-action-${'0'.repeat(32)}`, content: 'x' }]), 'is kept for'],
  ['a tar entry of terabytes', tarLayer([{ name: 'a', size: 8 ** 11 - 1 }]), 'cut off'],
  ['bytes that are no gzip', { ...tarLayer([]), blob: noise(500) }, 'cannot be read'],
  [
    'a tar archive of another kind',
    { ...tarLayer([]), mediaType: `${TYPE.gzip.slice(0, -4)}zstd` },
    'cannot be read',
  ],
  ['a TOC with a name that climbs', tocOf({ ...GOOD, name: '../evil' }), 'leads elsewhere'],
  ['a TOC with a chunk behind the end', tocOf({ ...GOOD, offset: 10 ** 6 }), 'at 1000000'],
  ['a TOC with a chunk in the middle of a member', tocOf({ ...GOOD, offset: 3 }), 'is not what its digest'],
  ['a TOC with a wrong digest', tocOf({ ...GOOD, chunkDigest: sha256('') }), 'is not what its digest'],
  ['a TOC whose file digest is another', tocOf({ ...GOOD, digest: sha256('') }), 'is not what its digest'],
  ['a TOC with a larger size', tocOf({ ...GOOD, size: 2000, digest: sha256('') }), 'is not what its digest'],
  ['a TOC with chunks that overlap', tocOf(GOOD, { ...GOOD, name: 'other' }), 'two chunks'],
  ['a TOC that claims terabytes in one chunk', tocOf({ ...GOOD, size: 2 ** 45 }), 'over the limit'],
  [
    'a TOC that claims terabytes in many chunks',
    tocOf(
      ...Array.from({ length: 40_000 }, (_, n) => ({
        ...GOOD,
        name: `${n}`,
        size: 64 * 2 ** 20,
        offset: n,
      })),
    ),
    // Behind the table of contents, or more than there is room for.
    'chunk',
  ],
  [
    'a TOC that is another than the manifest says',
    { ...tocOf(GOOD), annotations: { 'containerd.io/snapshot/stargz/toc.digest': sha256('') } },
    'its manifest says',
  ],
])('%s', async (_, layer, message) => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [layer] });
  await expect(pull({ host: registry.host, folder: folder.path })).rejects.toThrow(message);
  await expectNothing(folder.path);
});

test('there must be room for what is pulled', async () => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  // Each member holds no more than a header; what counts is what the table of contents says of it.
  const members = Array.from({ length: 30_000 }, () => gzipSync(''));
  const size = members[0]!.length;
  const entries = members.map((_, n) => ({
    name: n === 0 ? 'huge' : `huge-${n}`,
    type: 'reg',
    size: 64 * 2 ** 20,
    offset: n * size,
    chunkDigest: sha256(''),
  }));
  putImage(registry, { layers: [describedLayer(layerWithToc(members, { version: 1, entries }))] });
  await expect(pull({ host: registry.host, folder: folder.path })).rejects.toThrow(
    '2.0 TB are to be written',
  );
  await expectNothing(folder.path);
});

test('an absolute name is one in the folder', async () => {
  await using registry = await startRegistryStandIn();
  await using folder = await temporaryFolder();
  putImage(registry, { layers: [tarLayer([{ name: '/etc/passwd', content: 'x' }])] });
  await pull({ host: registry.host, folder: folder.path });
  expect(await tree(folder.path)).toMatchObject({ 'out/etc/passwd': 'x' });
});
