/** What BuildKit pushed is held to what it was given. */
import { expect, test } from '@jest/globals';

import { readPushedLayers } from '../../../src/builders/buildx/pushed.ts';
import { MEDIA_TYPE } from '../../../src/oci/media-types.ts';
import { buildJob } from '../../support/buildx.ts';
import { compressedLayer, sha256, type Content } from '../../support/layer-bytes.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';

const GIVEN: Content = { 'config.json': Buffer.from('{"a": 1}'), 'empty.txt': Buffer.alloc(0) };

/** A registry with an image of one layer, and that image's digest. */
async function pushed(
  content: Content,
  mediaType: string = MEDIA_TYPE.layerGzip,
): Promise<[RegistryStandIn, string]> {
  const registry = await startRegistryStandIn();
  const { blob, tocDigest } = compressedLayer(content);
  const config = Buffer.from(JSON.stringify({ rootfs: { type: 'layers', diff_ids: [sha256('diff')] } }));
  for (const bytes of [blob, config]) registry.blobs.set(sha256(bytes), bytes);
  const annotations = { 'containerd.io/snapshot/stargz/toc.digest': tocDigest };
  const layer = { mediaType, digest: sha256(blob), size: blob.length, annotations };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.manifest,
      config: { mediaType: MEDIA_TYPE.config, digest: sha256(config), size: config.length },
      layers: [layer],
    }),
  );
  registry.manifests.set(sha256(bytes), { type: MEDIA_TYPE.manifest, bytes });
  return [registry, sha256(bytes)];
}

async function read([registry, digest]: [RegistryStandIn, string]): ReturnType<typeof readPushedLayers> {
  const { repository, layers } = buildJob({
    layers: [GIVEN],
    host: registry.host,
    repository: 'owner/model',
  });
  const contents = new Map(Object.entries(GIVEN).map(([path, bytes]) => [path, sha256(bytes)]));
  const wanted = layers.map((layer) => ({ layer, contents }));
  try {
    return await readPushedLayers(repository, digest as `sha256:${string}`, wanted);
  } finally {
    await registry[Symbol.asyncDispose]();
  }
}

test('the same files are taken, with the diffID of the config', async () => {
  const [layer] = await read(await pushed(GIVEN));
  expect(layer).toMatchObject({ diffId: sha256('diff'), origin: 'pushed' });
});

test.each<[string, Content, RegExp]>([
  ['another content of the same size', { ...GIVEN, 'config.json': Buffer.from('{"a": 2}') }, /other content for "config\.json"/],
  ['a file less', { 'config.json': Buffer.from('{"a": 1}') }, /1 file instead of 2/],
  ['another file', { 'config.json': Buffer.from('{"a": 1}'), other: Buffer.alloc(0) }, /other content for "empty\.txt"/],
])('%s is not', async (_what, content, message) => {
  await expect(read(await pushed(content))).rejects.toThrow(message);
}); // prettier-ignore

test('a layer that is not eStargz is not', async () => {
  await expect(read(await pushed(GIVEN, MEDIA_TYPE.dockerManifest))).rejects.toThrow(/not eStargz/);
});
