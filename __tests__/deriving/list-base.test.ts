/** A look at what is in a base: bounded, since a few bytes may stand for any number of files. */
import { expect, test } from '@jest/globals';

import { listBase } from '../../src/deriving/list-base.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import { digest, startRegistryStandIn } from '../support/registry-stand-in.ts';
import { tarLayer } from '../support/tar-layer.ts';

const CONTENT = { name: 'content', content: 'x'.repeat(10_000) };

test.each([
  ['within the bounds', { bytes: 1e6, entries: 2 }, { unread: 0, paths: ['content', 'last'] }],
  ['of more files than are looked at', { bytes: 1e6, entries: 1 }, { unread: 1, paths: [] }],
  ['of more bytes', { bytes: 10_000, entries: 2 }, { unread: 1, paths: [] }],
])('a layer %s', async (_, bounds, expected) => {
  await using standIn = await startRegistryStandIn();
  const { blob, mediaType } = tarLayer([CONTENT, { name: 'last' }]);
  standIn.blobs.set(digest(blob), blob);
  const registry = openRegistry({ host: standIn.host });
  try {
    const layers = [{ mediaType, digest: digest(blob), size: blob.length }];
    const listed = await listBase({ layers }, registry.repository('library/base'), bounds);
    const paths = listed.layers.flatMap((entries) => entries.map(({ path }) => path));
    expect({ unread: listed.unread, paths }).toEqual(expected);
  } finally {
    await registry.close();
  }
});

test('a layer that is no archive is an error', async () => {
  await using standIn = await startRegistryStandIn();
  const blob = Buffer.from('no gzip stream');
  standIn.blobs.set(digest(blob), blob);
  const registry = openRegistry({ host: standIn.host });
  try {
    const layers = [{ mediaType: tarLayer([]).mediaType, digest: digest(blob), size: blob.length }];
    await expect(listBase({ layers }, registry.repository('library/base'))).rejects.toThrow('cannot be read');
  } finally {
    await registry.close();
  }
});
