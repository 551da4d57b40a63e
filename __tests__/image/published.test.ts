import { expect, test } from '@jest/globals';

import { publishedLayers, readPublished } from '../../src/image/published.ts';
import type { Repository } from '../../src/registry/registry.ts';

const DIGEST = `sha256:${'1'.repeat(64)}` as const;
const INDEX = 'application/vnd.oci.image.index.v1+json';

function found(content: unknown) {
  return {
    descriptor: { mediaType: INDEX, digest: DIGEST, size: 1 },
    bytes: new TextEncoder().encode(JSON.stringify(content)),
  };
}

/** A repository whose tag holds this index, and whose digests hold this manifest. */
function holding(index: unknown, manifest: unknown = {}): Repository {
  return {
    getManifest: async (reference: string) => found(reference === 'latest' ? index : manifest),
    getBlob: async () => new TextEncoder().encode('{}'),
  } as unknown as Repository;
}

test.each<[string, unknown, unknown]>([
  ['no object', 7, {}],
  ['no manifests', {}, {}],
  ['manifests that are no list', { manifests: 'x' }, {}],
  ['a manifest that is null', { manifests: [null] }, {}],
  ['a manifest without a digest', { manifests: [{ digest: '../../x' }] }, {}],
  ['a manifest that is no object', { manifests: [{ digest: DIGEST }] }, null],
  [
    'layers that are no list',
    { manifests: [{ digest: DIGEST }] },
    { config: { digest: DIGEST }, layers: {} },
  ],
  [
    'a layer that is null',
    { manifests: [{ digest: DIGEST }] },
    { config: { digest: DIGEST }, layers: [null] },
  ],
  [
    'a config without a digest',
    { manifests: [{ digest: DIGEST }] },
    { config: {}, layers: [{ digest: DIGEST, annotations: { 'ai.depot.layer.key': 'k' } }] },
  ],
])('an image of another tool with %s has no layers to take over', async (_what, index, manifest) => {
  const repository = holding(index, manifest);
  const published = await readPublished(repository, 'latest');
  expect(published).toBeDefined();
  expect(await publishedLayers(repository, published)).toEqual(new Map());
});

test.each([['nothing'], [{}], [{ created_by: 7 }], [null]])(
  'a line of history that is %j is no reason to lose the layers of an image',
  async (line) => {
    const layer = { digest: DIGEST, annotations: { 'ai.depot.layer.key': 'k' } };
    const config = { rootfs: { diff_ids: [DIGEST] }, history: [line] };
    const repository = {
      ...holding({ manifests: [{ digest: DIGEST }] }, { config: { digest: DIGEST }, layers: [layer] }),
      getBlob: async () => new TextEncoder().encode(JSON.stringify(config)),
    };
    const layers = await publishedLayers(repository, await readPublished(repository, 'latest'));
    expect([...layers.keys()]).toEqual(['k']);
  },
);
