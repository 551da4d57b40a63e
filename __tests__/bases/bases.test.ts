import { expect, test } from '@jest/globals';

import { openBases } from '../../src/bases/bases.ts';
import { MEDIA_TYPE } from '../../src/oci/media-types.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import { baseContent } from '../support/registry-content.ts';
import { digest, startRegistryStandIn } from '../support/registry-stand-in.ts';

test('what a base has in its documents is no command to a terminal or a workflow’s log', async () => {
  await using server = await startRegistryStandIn();
  const { blobs, manifests } = baseContent();
  for (const [name, blob] of blobs) server.blobs.set(name, blob);
  const { type, bytes } = manifests.get('1') ?? { type: '', bytes: Buffer.alloc(0) };
  const hostile = JSON.stringify('application/x\u001B[2J\n::error::gotcha');
  const manifest = Buffer.from(bytes.toString().replace(JSON.stringify(MEDIA_TYPE.layerGzip), hostile));
  for (const reference of ['1', digest(manifest)]) server.manifests.set(reference, { type, bytes: manifest });
  const registry = openRegistry({ host: server.host });
  try {
    const opening = openBases(async () => registry).open(`${server.host}/base:1`);
    await expect(opening).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('is application/x\uFFFD[2J\uFFFD::error::gotcha.'),
    });
  } finally {
    await registry.close();
  }
});
