import { describe, expect, test } from '@jest/globals';

import type { Revision } from '../../src/hub/source.ts';
import { makeImage, type ImageContent } from '../../src/image/image.ts';
import type { Index, ImageConfig, Manifest } from '../../src/oci/descriptor.ts';

const revision: Revision = {
  name: 'owner/model',
  sha: '11c5a3d5811f50298f278a704980280950aedb10',
  files: [],
  license: 'apache-2.0',
  url: 'https://huggingface.co/owner/model',
};

const content: ImageContent = {
  revision,
  layers: [
    {
      descriptor: {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: `sha256:${'1'.repeat(64)}`,
        size: 1234,
        annotations: { 'ai.depot.layer.key': 'k' },
      },
      diffId: `sha256:${'2'.repeat(64)}`,
      title: 'model.safetensors',
    },
  ],
  platforms: [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
  ],
  recipe: '1+sha256:abc',
};

function json(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

describe('the documents of an image', () => {
  test('have these digests for ever', async () => {
    const { platforms, index } = await makeImage(content);
    expect({
      configs: platforms.map(({ config }) => config.descriptor.digest),
      manifests: platforms.map(({ manifest }) => manifest.descriptor.digest),
      index: index.descriptor.digest,
    }).toMatchInlineSnapshot(`
     {
       "configs": [
         "sha256:d90fc228a354cdada07f160c309a421874453814c6b770229ed62b6bac488a24",
         "sha256:c21f7564e443d0281a940298a247cca7a17f68bcc6c988cc20da6af3dfe754ac",
       ],
       "index": "sha256:ea7e1901093412bbc4fe40c7b3e522f27261fa390c241dfb75d89962112d82e0",
       "manifests": [
         "sha256:f165de81e7e62091d14e96f3a1c38c1714626f59ff3cc5a1df10a20027b295cd",
         "sha256:be71c19b9eb49da928abb67ca422795745eca1f1ba37129025f60dadb2d149d7",
       ],
     }
    `);
  });

  test('share the layers between the platforms', async () => {
    const { platforms } = await makeImage(content);
    const manifests = platforms.map(({ manifest }) => json(manifest.bytes) as Manifest);
    expect(manifests[0]?.layers).toEqual(manifests[1]?.layers);
    expect(manifests[0]?.config.digest).not.toEqual(manifests[1]?.config.digest);
  });

  test('name each platform in the index, and point at documents that have these sizes', async () => {
    const { platforms, index } = await makeImage(content);
    const { manifests } = json(index.bytes) as Index;
    expect(manifests.map(({ platform }) => platform)).toEqual(content.platforms);
    for (const [at, { manifest }] of platforms.entries()) {
      expect(manifests[at]).toMatchObject({
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: manifest.descriptor.digest,
        size: manifest.bytes.length,
      });
    }
  });

  test('say the same of the model on index, manifests and descriptors, and as labels', async () => {
    const { platforms, index } = await makeImage(content);
    const expected = {
      'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
      'org.opencontainers.image.revision': revision.sha,
      'org.opencontainers.image.title': 'owner/model',
      'org.opencontainers.image.licenses': 'apache-2.0',
      'org.opencontainers.image.source': 'https://huggingface.co/owner/model',
      'ai.depot.recipe': '1+sha256:abc',
    };
    const { annotations, manifests } = json(index.bytes) as Index;
    expect(annotations).toEqual(expected);
    expect(manifests.map((descriptor) => descriptor.annotations)).toEqual([expected, expected]);
    expect(platforms.map(({ manifest }) => (json(manifest.bytes) as Manifest).annotations)).toEqual([
      expected,
      expected,
    ]);
    expect(platforms.map(({ config }) => (json(config.bytes) as ImageConfig).config.Labels)).toEqual([
      expected,
      expected,
    ]);
  });

  test('leave out what the model does not say', async () => {
    const { index } = await makeImage({
      ...content,
      revision: { name: 'm', sha: 'f'.repeat(64), files: [] },
    });
    expect(Object.keys((json(index.bytes) as Index).annotations ?? {})).not.toContain(
      'org.opencontainers.image.licenses',
    );
  });

  test('give a config with a diffID and a line of history a layer, made at the epoch', async () => {
    const { platforms } = await makeImage(content);
    expect(platforms.map(({ config }) => json(config.bytes) as ImageConfig)).toMatchObject([
      {
        created: '1970-01-01T00:00:00Z',
        os: 'linux',
        architecture: 'amd64',
        rootfs: { type: 'layers', diff_ids: [`sha256:${'2'.repeat(64)}`] },
        history: [{ created: '1970-01-01T00:00:00Z', created_by: 'ai-action: model.safetensors' }],
      },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ]);
  });
});
