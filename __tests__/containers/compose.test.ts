import { describe, expect, test } from '@jest/globals';

import type { Base } from '../../src/containers/base.ts';
import { composeContainer, type AddedLayer, type ContainerContent } from '../../src/containers/compose.ts';
import type { ContainerSettings } from '../../src/containers/settings.ts';
import type { Index, Manifest } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';

const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';

function digest(digit: string): Digest {
  return `sha256:${digit.repeat(64)}`;
}

const base: Base = {
  name: 'docker.io/library/python:3.12-slim',
  digest: digest('b'),
  images: [
    { platform: { os: 'linux', architecture: 'amd64' }, at: '1' },
    { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, at: '2' },
  ].map(({ platform, at }) => ({
    platform,
    digest: digest(at),
    layers: [{ mediaType: GZIP, digest: digest(at), size: 10 }],
    diffIds: [digest('d')],
    config: {
      ...platform,
      created: '2026-01-01T00:00:00Z',
      docker_version: '20.10',
      'os.features': ['x'],
      config: {
        Env: ['PATH=/bin', 'LANG=C'],
        Cmd: ['python3'],
        Labels: { from: 'base' },
        StopSignal: 'SIGINT',
      },
      history: [
        { created: '2026-01-01T00:00:00Z', created_by: 'ADD' },
        { created: '2026-01-01T00:00:00Z', created_by: 'ENV', empty_layer: true },
      ],
    },
  })),
};

const layer: AddedLayer = {
  descriptor: {
    mediaType: 'application/vnd.kitops.modelkit.model.v1.tar+gzip',
    digest: digest('e'),
    size: 1234,
    annotations: { 'ai.depot.layer.key': 'k' },
  },
  diffId: digest('f'),
  createdBy: 'ai-action: model.safetensors',
};

const content: ContainerContent = {
  base,
  layers: [layer],
  settings: {
    workdir: '/app',
    env: { LANG: 'D', MODEL: '/m' },
    entrypoint: ['/run'],
    labels: { of: 'model' },
  },
  annotations: { 'ai.depot.recipe': '1+sha256:abc' },
};

function json(bytes: Uint8Array | undefined): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

async function runSection(settings: ContainerSettings): Promise<unknown> {
  const { images } = await composeContainer({ ...content, settings });
  return (json(images[0]?.config.bytes) as { config: unknown }).config;
}

describe('a container', () => {
  test('has these digests for ever', async () => {
    const { images, index } = await composeContainer(content);
    expect({
      configs: images.map(({ config }) => config.descriptor.digest),
      manifests: images.map(({ manifest }) => manifest.descriptor.digest),
      index: index.descriptor.digest,
    }).toMatchInlineSnapshot(`
     {
       "configs": [
         "sha256:d75029b4b28156f52fb43e7a193caeaf0599eaa0e87e174245e9df836046a99f",
         "sha256:f4bbb86b280d371fe53dd17db0986626aacb8be105e292f7a9d8d2bd57d29837",
       ],
       "index": "sha256:bd5efefdbf764caf6989f5bfa92b57c62fe8abde8cf8878e85209600b18c96fb",
       "manifests": [
         "sha256:d1e0e632d24428b8a64235dee34629b2901904569c1e7c301c890fd532c968c5",
         "sha256:ca94d0b61af11f0ccdcd1520fafb7d93768505f902c2d1b339657fa9f55e41a6",
       ],
     }
    `);
  });

  test('is the base’s layers and those above, unaltered but for the media type', async () => {
    const { images, index } = await composeContainer(content);
    const manifests = images.map(({ manifest }) => json(manifest.bytes) as Manifest);
    const above = { ...layer.descriptor, mediaType: GZIP };
    expect(manifests.map(({ layers }) => layers)).toEqual(
      base.images.map((image) => [...image.layers, above]),
    );
    expect((json(index.bytes) as Index).manifests.map(({ platform }) => platform)).toEqual(
      base.images.map(({ platform }) => platform),
    );
  });

  test('says of what it was made: index of index, manifest of manifest', async () => {
    const { images, index } = await composeContainer(content);
    const named = 'org.opencontainers.image.base.name';
    const digestOf = 'org.opencontainers.image.base.digest';
    for (const [at, document] of [index, ...images.map(({ manifest }) => manifest)].entries()) {
      expect((json(document.bytes) as Index).annotations).toEqual({
        'ai.depot.recipe': '1+sha256:abc',
        [named]: base.name,
        [digestOf]: at === 0 ? base.digest : base.images[at - 1]?.digest,
      });
    }
  });

  test('has a diffID and a line of history a layer, and what the base says besides', async () => {
    const { images } = await composeContainer(content);
    expect(json(images[0]?.config.bytes)).toEqual({
      'os.features': ['x'],
      created: '1970-01-01T00:00:00Z',
      architecture: 'amd64',
      os: 'linux',
      config: {
        Env: ['PATH=/bin', 'LANG=D', 'MODEL=/m'],
        Entrypoint: ['/run'],
        WorkingDir: '/app',
        Labels: { from: 'base', of: 'model' },
        StopSignal: 'SIGINT',
      },
      rootfs: { type: 'layers', diff_ids: [digest('d'), digest('f')] },
      history: [
        { created: '2026-01-01T00:00:00Z', created_by: 'ADD' },
        { created: '2026-01-01T00:00:00Z', created_by: 'ENV', empty_layer: true },
        { created: '1970-01-01T00:00:00Z', created_by: 'ai-action: model.safetensors' },
      ],
    });
  });

  test('has lines for the layers of a base that tells another number of them', async () => {
    const [first] = base.images;
    if (first === undefined) throw new Error('no image');
    const silent = { ...base, images: [{ ...first, config: { ...first.config, history: [] } }] };
    const { images } = await composeContainer({ ...content, base: silent });
    expect(json(images[0]?.config.bytes)).toMatchObject({
      history: [{ created_by: `base layer ${digest('1')}` }, { created_by: 'ai-action: model.safetensors' }],
    });
  });
});

describe('settings', () => {
  const inherited = { Env: ['PATH=/bin', 'LANG=C'], Labels: { from: 'base' }, StopSignal: 'SIGINT' };
  test.each([
    ['none', {}, { ...inherited, Cmd: ['python3'] }],
    ['arguments', { cmd: ['-V'] }, { ...inherited, Cmd: ['-V'] }],
    [
      'an entrypoint, without the base’s arguments',
      { entrypoint: ['/x'] },
      { ...inherited, Entrypoint: ['/x'] },
    ],
    ['both', { entrypoint: ['/x'], cmd: [] }, { ...inherited, Entrypoint: ['/x'], Cmd: [] }],
    [
      'a variable of any name',
      { env: { constructor: '1' } },
      { ...inherited, Cmd: ['python3'], Env: ['PATH=/bin', 'LANG=C', 'constructor=1'] },
    ],
  ])('%s', async (_what, settings, section) => {
    expect(await runSection(settings)).toEqual(section);
  });
});

describe('refused', () => {
  test('more layers than Docker unpacks, by one', async () => {
    const many = Array.from({ length: 127 }, () => layer);
    await expect(composeContainer({ ...content, layers: many.slice(1) })).resolves.toBeDefined();
    await expect(composeContainer({ ...content, layers: many })).rejects.toThrow(
      'The base docker.io/library/python:3.12-slim has 1 layers, and 127 more make more than 127, at which Docker stops.',
    );
  });

  test('a layer that is a raw file', async () => {
    const mediaType = 'application/vnd.cncf.model.weight.v1.raw';
    const raw = { ...layer, descriptor: { ...layer.descriptor, mediaType } };
    await expect(composeContainer({ ...content, layers: [raw] })).rejects.toThrow(
      `The layer ${digest('e')} is ${mediaType}, which no runtime unpacks.`,
    );
  });
});
