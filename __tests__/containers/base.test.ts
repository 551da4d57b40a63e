/** Bases as registries have them: of both manifest formats, of one platform and of several, and some that are none. */
import { describe, expect, test } from '@jest/globals';

import { readBase, type Base, type BaseDocuments } from '../../src/containers/base.ts';
import { ContainerError } from '../../src/containers/container-error.ts';
import { containerLayerType } from '../../src/containers/layer-type.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { CONFIG, digestOf, INDEX } from '../support/oci-client.ts';
import {
  baseContent,
  emptyContent,
  foreignContent,
  putBlob,
  putDocument,
  type BaseOptions,
  type RegistryContent,
} from '../support/registry-content.ts';
import { tarLayer } from '../support/tar-layer.ts';

function documentsOf({ blobs, manifests }: RegistryContent): BaseDocuments {
  return {
    async getManifest(reference) {
      const found = manifests.get(reference);
      if (found === undefined) return undefined;
      const { type: mediaType, bytes } = found;
      return { bytes, descriptor: { mediaType, digest: digestOf(bytes) as Digest, size: bytes.length } };
    },
    getBlob: async (digest) => blobs.get(digest) ?? Buffer.alloc(0),
  };
}

async function read(options: BaseOptions): Promise<Base> {
  const base = await readBase(documentsOf(baseContent(options)), {
    reference: '1',
    name: 'r.example/base:1',
  });
  if (base === undefined) throw new Error('no such base');
  return base;
}

function windowsContent(): RegistryContent {
  const content = baseContent();
  const { bytes, type } = content.manifests.get('1') ?? { bytes: Buffer.alloc(0), type: '' };
  const manifest = JSON.parse(bytes.toString()) as { config: { digest: string } };
  const config = JSON.parse(content.blobs.get(manifest.config.digest)?.toString() ?? '') as object;
  const changed = putBlob(content, CONFIG, Buffer.from(JSON.stringify({ ...config, os: 'windows' })));
  putDocument(content, { mediaType: type, json: { ...manifest, config: changed }, tag: '1' });
  return content;
}

/** A base of one manifest, whose documents are others than `baseContent` has them. */
async function readChanged(change: {
  manifest?: object;
  config?: object;
  type?: string;
}): Promise<Base | undefined> {
  const content = baseContent();
  const { type, bytes } = content.manifests.get('1') ?? { type: '', bytes: Buffer.alloc(0) };
  const manifest = JSON.parse(bytes.toString()) as { config: { digest: string } };
  if (change.config !== undefined) {
    const config = JSON.parse(content.blobs.get(manifest.config.digest)?.toString() ?? '') as object;
    content.blobs.set(manifest.config.digest, Buffer.from(JSON.stringify({ ...config, ...change.config })));
  }
  const changed = Buffer.from(JSON.stringify({ ...manifest, ...change.manifest }));
  content.manifests.set('1', { type: change.type ?? type, bytes: changed });
  return readBase(documentsOf(content), { reference: '1', name: 'r.example/base:1' });
}

describe.each(['oci', 'docker'] as const)('a base of %s', (format) => {
  test('of one platform', async () => {
    const { images } = await read({ format });
    expect(images).toMatchObject([
      {
        platform: { os: 'linux', architecture: 'amd64' },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }],
        config: { architecture: 'amd64', os: 'linux', config: { Env: ['PATH=/bin'] } },
      },
    ]);
  });

  test('of several: each of Linux, and no other', async () => {
    const platforms = ['linux/amd64', 'windows/amd64', 'linux/arm/v7', 'unknown/unknown'];
    const base = await read({ format, platforms });
    expect(base.images.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ]);
    expect(base.images[0]?.digest).not.toBe(base.digest);
  });
});

test('both formats give the same base but for the digests of its manifests', async () => {
  const [oci, docker] = [await read({ format: 'oci' }), await read({ format: 'docker' })];
  expect(docker.images[0]).toEqual({ ...oci.images[0], digest: docker.images[0]?.digest });
});

test('an empty list that Go has written as null is an empty list', async () => {
  const base = await readChanged({ manifest: { layers: null }, config: { rootfs: { diff_ids: null } } });
  expect(base?.images).toMatchObject([{ layers: [], diffIds: [] }]);
});

/** @param parts each is one of the images of an index without platforms */
async function readIndex(...parts: RegistryContent[]): Promise<Base | undefined> {
  const content = emptyContent();
  const manifests = parts.map(({ blobs, manifests: own }) => {
    for (const [digest, bytes] of blobs) content.blobs.set(digest, bytes);
    const { type: mediaType, bytes } = own.get('1') ?? { type: '', bytes: Buffer.alloc(0) };
    return putDocument(content, { mediaType, json: JSON.parse(bytes.toString()) as object });
  });
  putDocument(content, {
    mediaType: INDEX,
    json: { schemaVersion: 2, mediaType: INDEX, manifests },
    tag: '1',
  });
  return readBase(documentsOf(content), { reference: '1', name: 'r.example/base:1' });
}

describe('an index without platforms', () => {
  const artifact = foreignContent('kit', '1');

  test('has its images of Linux, whatever else it lists', async () => {
    const base = await readIndex(windowsContent(), artifact, baseContent());
    expect(base?.images.map(({ platform }) => platform)).toEqual([{ os: 'linux', architecture: 'amd64' }]);
  });

  test('of nothing else is no base', async () => {
    await expect(readIndex(windowsContent(), artifact)).rejects.toThrow('has no image for Linux');
  });
});

test('indexes within indexes have so many images in all', async () => {
  const content = emptyContent();
  let asked = 0;
  const index = (salt: number, manifests: readonly object[], tag?: string): object =>
    putDocument(content, {
      mediaType: INDEX,
      json: { salt, manifests },
      ...(tag === undefined ? {} : { tag }),
    });
  const inner = Array.from({ length: 30 }, (_, at) => index(at, []));
  index(
    0,
    Array.from({ length: 30 }, (_, at) => index(100 + at, inner)),
    '1',
  );
  const documents = documentsOf(content);
  const counted: BaseDocuments = {
    ...documents,
    getManifest(reference) {
      asked += 1;
      return documents.getManifest(reference);
    },
  };
  await expect(readBase(counted, { reference: '1', name: 'r.example/base:1' })).rejects.toThrow(
    'it has more than 64 images',
  );
  expect(asked).toBeLessThan(100);
});

test('nothing is no base', async () => {
  const asked = { reference: 'other', name: 'r.example/base:other' };
  expect(await readBase(documentsOf(baseContent()), asked)).toBeUndefined();
});

describe('what no container can be made on', () => {
  const notOurs = 'No container can be made on the base r.example/base:1: ';
  test.each([
    [
      'an artifact',
      { manifest: { config: { mediaType: 'a/b', digest: `sha256:${'0'.repeat(64)}`, size: 2 } } },
      `${notOurs}it is no container image: its config is a/b.`,
    ],
    [
      'one without layers’ list',
      { manifest: { layers: 7 } },
      `${notOurs}its manifest has no list of what it consists of.`,
    ],
    [
      'one with something else among its layers',
      { manifest: { layers: [{ digest: 'x' }] } },
      `${notOurs}there is something in its manifest that is no descriptor.`,
    ],
    [
      'one with other diffIDs than layers',
      { config: { rootfs: { diff_ids: [] } } },
      `${notOurs}its config has 0 diffIDs for 1 layers.`,
    ],
    ['one of Windows', { config: { os: 'windows' } }, 'The base r.example/base:1 has no image for Linux.'],
    ['one that says no platform', { config: { os: 1 } }, `${notOurs}its config says no platform.`],
    [
      'an empty index',
      { manifest: { manifests: [] }, type: 'application/vnd.oci.image.index.v1+json' },
      'The base r.example/base:1 has no image for Linux.',
    ],
    [
      'an index of what is not there',
      {
        manifest: { manifests: [{ mediaType: 'm', digest: `sha256:${'0'.repeat(64)}`, size: 2 }] },
        type: 'application/vnd.oci.image.index.v1+json',
      },
      `${notOurs}its registry lacks the manifest sha256:${'0'.repeat(64)} of its index.`,
    ],
  ])('%s', async (_what, change, message) => {
    const error: unknown = await readChanged(change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ContainerError);
    expect(error).toMatchObject({ message });
  });

  test('one of a layer that may not be pushed', async () => {
    const layer = { ...tarLayer([{ name: 'a' }]) };
    const digest = digestOf(layer.blob);
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    await expect(readChanged({ manifest: { layers: [{ mediaType, digest, size: 1 }] } })).rejects.toThrow(
      `its layer ${digest} is ${mediaType}`,
    );
  });
});

test.each([
  ['application/vnd.oci.image.layer.v1.tar', ''],
  ['application/vnd.oci.image.layer.v1.tar+gzip', '+gzip'],
  ['application/vnd.oci.image.layer.v1.tar+zstd', '+zstd'],
  ['application/vnd.docker.image.rootfs.diff.tar', ''],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', '+gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', '+zstd'],
  ['application/vnd.kitops.modelkit.model.v1.tar', ''],
  ['application/vnd.kitops.modelkit.modelpart.v1.tar+gzip', '+gzip'],
  ['application/vnd.cncf.model.weight.config.v1.tar+zstd', '+zstd'],
  ['application/vnd.cncf.model.weight.v1.raw', undefined],
  ['application/vnd.docker.ai.safetensors', undefined],
  ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', undefined],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', undefined],
  ['application/octet-stream', undefined],
])('%s as a container has it', (mediaType, suffix) => {
  const type = suffix === undefined ? undefined : `application/vnd.oci.image.layer.v1.tar${suffix}`;
  expect(containerLayerType(mediaType)).toBe(type);
});
