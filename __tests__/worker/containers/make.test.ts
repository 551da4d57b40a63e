/** What is made of an artifact by a rule, in a bucket in memory. */
import { beforeEach, describe, expect, test } from '@jest/globals';

import type { Digest } from '../../../src/oci/digest.ts';
import { makeContainer, type Made, type MakerEnvironment } from '../../../worker/src/containers/make.ts';
import { parseContainerRules } from '../../../worker/src/containers/rules.ts';
import { readManifest } from '../../../worker/src/storage/manifests.ts';
import { findBlob } from '../../../worker/src/storage/blobs.ts';
import { removeTag, resolveTag } from '../../../worker/src/storage/tags.ts';
import { fakeBucket, type FakeBucket } from '../../support/fake-bucket.ts';
import type { ForeignTool } from '../../support/foreign-images.ts';
import {
  baseContent,
  foreignContent,
  storeContent,
  type BaseOptions,
} from '../../support/registry-content.ts';
import { tarLayer } from '../../support/tar-layer.ts';

let bucket: FakeBucket;
let env: MakerEnvironment;
/** Bytes that were written anywhere, by the keys' first words. */
let written: Record<string, number>;
beforeEach(() => {
  bucket = fakeBucket();
  written = {};
  const put: FakeBucket['put'] = async (key, value, options) => {
    const folder = key.split('/', 1)[0] ?? '';
    const size = typeof value === 'string' ? value.length : 'byteLength' in value ? value.byteLength : NaN;
    written[folder] = (written[folder] ?? 0) + size;
    return bucket.put(key, value, options);
  };
  env = {
    BUCKET: { ...bucket, put },
    COLLECTOR: { idFromName: () => 0, get: () => bucket },
    CATALOGUE: { idFromName: () => 0, get: () => ({ touch: async () => undefined }) },
  } as unknown as MakerEnvironment;
});

function make(rule: object = {}, tag = '1'): Promise<Made> {
  const [parsed] = parseContainerRules([{ names: 'acme/kit', base: 'bases/tiny:1', ...rule }]);
  if (parsed === undefined) throw new Error('there is no rule');
  return makeContainer(env, { repository: 'acme/kit', tag, rule: parsed });
}

const putBase = (options?: BaseOptions): Promise<Digest> =>
  storeContent(bucket, 'bases/tiny', baseContent(options));

const putKit = (tool: ForeignTool = 'kit', change?: Parameters<typeof foreignContent>[2]): Promise<Digest> =>
  storeContent(bucket, 'acme/kit', foreignContent(tool, '1', change));

interface Documents {
  index: { manifests: { digest: Digest; platform: object }[]; annotations: Record<string, string> };
  manifests: { layers: { digest: string; mediaType: string }[]; config: { digest: Digest } }[];
  configs: Record<string, unknown>[];
}

/** What a client reads of the container. */
async function readContainer(tag = '1-container'): Promise<Documents> {
  const digest = await resolveTag(bucket, 'acme/kit', tag);
  const index = await readJson<Documents['index']>(digest as Digest);
  const manifests = [];
  const configs = [];
  for (const { digest: child } of index.manifests) {
    const manifest = await readJson<Documents['manifests'][0]>(child);
    manifests.push(manifest);
    const blob = await findBlob(bucket, 'acme/kit', manifest.config.digest);
    configs.push(
      JSON.parse((await (await bucket.get(blob?.data ?? ''))?.text()) ?? '') as Record<string, unknown>,
    );
  }
  return { index, manifests, configs };
}

async function readJson<T>(digest: Digest): Promise<T> {
  const manifest = await readManifest(bucket, 'acme/kit', digest);
  return JSON.parse((await manifest?.object.text()) ?? '') as T;
}

const digests = (container: Documents): string[][] =>
  container.manifests.map(({ layers }) => layers.map(({ digest }) => digest));

const KIT = {
  model: 'sha256:fd1e5dcb1c07e7d16a4688ebaba897146b0dcbd2bc90b41a62d019b4080b9fb1',
  part: 'sha256:7a54d59813926525d6ca75ac810584fd912339a7dd04d333bfab8f4469201987',
  docs: 'sha256:466956807db62d6f47d38206aca0193b9f89b0b9407ad760800adf1b462ab928',
};
const BASE_LAYER = tarLayer([{ name: 'etc/os-release', content: 'NAME=tiny\n' }]);

describe('a container of a kit', () => {
  test('has the base below and the kit above, on each platform, and runs as the rule says', async () => {
    const base = await putBase({ platforms: ['linux/amd64', 'linux/arm/v7'] });
    const kit = await putKit();
    const made = await make({
      cmd: ['serve'],
      env: { MODEL: '/model.safetensors' },
      workdir: '/',
      labels: { a: 'b' },
    });
    expect(made).toEqual({
      state: 'made',
      digest: 'sha256:0c56faa53115bef46e4c2d2e9baf64ca90fce04aa97f94a8732e74bf7758460f',
    });
    const container = await readContainer();
    expect(container.index).toMatchObject({
      manifests: [
        { platform: { os: 'linux', architecture: 'amd64' } },
        { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      ],
      annotations: {
        'ai.depot.image': kit,
        'org.opencontainers.image.base.name': 'bases/tiny:1',
        'org.opencontainers.image.base.digest': base,
        'org.opencontainers.image.title': 'tiny',
        'org.opencontainers.image.licenses': 'MIT',
      },
    });
    const layers = [digestOfLayer(BASE_LAYER), KIT.model, KIT.part, KIT.docs];
    expect(digests(container)).toEqual([layers, layers]);
    expect(container.configs[0]).toMatchObject({
      config: {
        Env: ['PATH=/bin', 'MODEL=/model.safetensors'],
        Cmd: ['serve'],
        Labels: { base: 'yes', a: 'b' },
      },
      rootfs: { diff_ids: [BASE_LAYER.diffId, KIT.model, KIT.part, KIT.docs] },
    });
  });

  test('costs its documents and no byte of a layer', async () => {
    await putBase({ platforms: ['linux/amd64', 'linux/arm64'] });
    await putKit();
    written = {};
    await make();
    const { configs } = await readContainer();
    const sizes = configs.map((config) => JSON.stringify(config).length);
    expect(written['data']).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(written['blobs']).toBe(0);
  });

  test('is not written again where nothing has changed, and is where the base or the rule has', async () => {
    await putBase();
    await putKit();
    const first = await make();
    written = {};
    expect(await make()).toEqual({ ...first, state: 'unchanged' });
    expect(written).toEqual({});
    const changed = await make({ cmd: ['other'] });
    expect(changed.state).toBe('made');
    await putBase({ layers: [tarLayer([{ name: 'new' }])] });
    expect((await make({ cmd: ['other'] })).state).toBe('made');
  });

  test.each([
    ['kit-zstd', 'tar+zstd'],
    ['kit-model-pack', 'tar+gzip'],
    ['modctl-tar', 'tar'],
  ] as const)('is made of what %s packs', async (tool, encoding) => {
    await putBase();
    await putKit(tool);
    expect((await make()).state).toBe('made');
    const { manifests, configs } = await readContainer();
    const [, ...own] = manifests[0]?.layers ?? [];
    expect(own.map(({ mediaType }) => mediaType)).toEqual(
      Array.from({ length: 3 }, () => `application/vnd.oci.image.layer.v1.${encoding}`),
    );
    expect(configs[0]).toMatchObject({ rootfs: { diff_ids: { length: 4 } } });
  });

  test('is of OCI where the base is of Docker', async () => {
    await putBase({ format: 'docker', platforms: ['linux/amd64', 'linux/arm64'] });
    await putKit();
    await make();
    const container = await readContainer();
    const types = container.manifests.flatMap(({ layers }) => layers.map(({ mediaType }) => mediaType));
    expect(JSON.stringify(container)).not.toContain('vnd.docker');
    expect(new Set(types)).toEqual(
      new Set(['application/vnd.oci.image.layer.v1.tar+gzip', 'application/vnd.oci.image.layer.v1.tar']),
    );
  });

  test('has the parts and platforms that the rule names', async () => {
    await putBase({ platforms: ['linux/amd64', 'linux/arm64'] });
    await putKit();
    await make({ with: 'docs', platforms: 'linux/arm64' });
    expect(digests(await readContainer())).toEqual([[digestOfLayer(BASE_LAYER), KIT.docs]]);
  });

  test('names the image whose companion the kit is, as its own', async () => {
    await putBase();
    const image = `sha256:${'1'.repeat(64)}`;
    await putKit('kit', {
      manifest: (manifest) => ({ ...manifest, annotations: { 'ai.depot.image': image } }),
    });
    await make();
    expect((await readContainer()).index.annotations['ai.depot.image']).toBe(image);
    expect((await make()).state).toBe('unchanged');
  });
});

test('annotations that are no texts are none', async () => {
  await putBase();
  await putKit('modctl-tar', {
    manifest: (manifest) => ({
      ...manifest,
      annotations: { 'ai.depot.image': 5, 'org.opencontainers.image.revision': ['x'] },
      layers: (manifest['layers'] as object[]).map((layer) => ({
        ...layer,
        annotations: { 'org.cnai.model.filepath': 1, 'org.cncf.model.filepath': {} },
      })),
    }),
  });
  await expect(make({ with: 'model:model.safetensors' })).rejects.toThrow('There are no model');
  const { state } = await make();
  const { index, manifests } = await readContainer();
  expect(state).toBe('made');
  expect(index.annotations['ai.depot.image']).toBe(index.annotations['ai.depot.artifact']);
  expect(index.annotations).not.toHaveProperty(['org.opencontainers.image.revision']);
  expect(manifests[0]?.layers.map((layer) => ({ annotations: {}, ...layer }).annotations)).toEqual([
    {},
    {},
    {},
    {},
  ]);
});

describe('it goes', () => {
  test('with the tag of its kit, but not what others have put there', async () => {
    await putBase();
    await putKit();
    await make();
    await removeTag(bucket, 'acme/kit', '1');
    expect(await make()).toEqual({ state: 'removed' });
    expect(await resolveTag(bucket, 'acme/kit', '1-container')).toBeUndefined();
    await storeContent(bucket, 'acme/kit', baseContent({ tag: '1-container' }));
    expect(await make()).toEqual({ state: 'none' });
    expect(await resolveTag(bucket, 'acme/kit', '1-container')).toBeDefined();
  });

  test('and stays where its tag is immutable', async () => {
    await putBase();
    await putKit();
    env.IMMUTABLE_TAGS = '1-*';
    await make();
    await expect(make({ cmd: ['other'] })).rejects.toThrow('1-container is immutable here');
    await removeTag(bucket, 'acme/kit', '1');
    expect(await make()).toEqual({ state: 'none' });
    expect(await resolveTag(bucket, 'acme/kit', '1-container')).toBeDefined();
  });
});

test('an image, another artifact and nothing are no kits', async () => {
  await putBase();
  expect(await make()).toEqual({ state: 'none' });
  await storeContent(bucket, 'acme/kit', baseContent());
  expect(await make()).toEqual({ state: 'none' });
  await storeContent(bucket, 'acme/kit', baseContent({ platforms: ['linux/amd64'] }));
  expect(await make()).toEqual({ state: 'none' });
});

/** The Kitfile with another model. */
const model = (change: object) => (kitfile: Record<string, unknown>) => ({
  ...kitfile,
  model: { ...(kitfile['model'] as object), ...change },
});

describe('it is refused, and the tag stays as it was,', () => {
  test.each<[string, Parameters<typeof foreignContent>[2], string]>([
    [
      'names another digest',
      { config: model({ digest: `sha256:${'0'.repeat(64)}` }) },
      'does not name the layer',
    ],
    [
      'has no model',
      { config: ({ package: told, docs }) => ({ package: told, docs }) },
      'does not name the layer',
    ],
    ['has a wrong diffID', { config: model({ diffId: `sha256:${'0'.repeat(64)}` }) }, 'is not compressed'],
    ['is a list', { config: () => [] as never }, 'Kitfile'],
    [
      'takes the model of another kit',
      {
        config: ({ docs }) => ({ model: { path: 'jozu.ml/a/b:1' }, docs }),
        manifest: (manifest) => ({ ...manifest, layers: (manifest['layers'] as object[]).slice(2) }),
      },
      'another ModelKit',
    ],
    [
      'has a manifest that is too long',
      { manifest: (manifest) => ({ ...manifest, annotations: { a: 'x'.repeat(300_000) } }) },
      'more than 262144 bytes',
    ],
    [
      'is so long that a container would repeat it for each platform',
      { config: (kitfile) => ({ ...kitfile, package: { description: 'x'.repeat(300_000) } }) },
      'more than 262144 bytes',
    ],
    ['has no layers', { manifest: (manifest) => ({ ...manifest, layers: null }) }, 'which is no layer'],
  ])('where the Kitfile %s', async (_, change, message) => {
    await putBase();
    await putKit('kit', change);
    await expect(make()).rejects.toThrow(message);
    expect(await resolveTag(bucket, 'acme/kit', '1-container')).toBeUndefined();
  });

  test('where a layer says no diffID and is compressed', async () => {
    await putBase();
    await putKit('kit-zstd', { config: model({ diffId: undefined }) });
    await expect(make()).rejects.toThrow('diffID');
  });

  test('where the layers are raw files', async () => {
    await putBase();
    await putKit('modctl');
    await expect(make()).rejects.toThrow('no runtime unpacks');
  });

  test.each<[string, BaseOptions, string]>([
    ['has no platform at all', { platforms: ['windows/amd64'] }, 'has no image for Linux'],
    [
      'has too many layers',
      { layers: Array.from({ length: 125 }, (_, at) => tarLayer([{ name: `f${at}` }])) },
      '125 layers, and 3 more make more than 127',
    ],
  ])('where the base %s', async (_, base, message) => {
    await putBase(base);
    await putKit();
    await expect(make()).rejects.toThrow(message);
  });

  test('where the base is not here, lacks a platform, or is itself made by a rule', async () => {
    await putKit();
    await expect(make()).rejects.toThrow('The base bases/tiny:1 is not in this registry.');
    await putBase();
    await expect(make({ platforms: ['linux/s390x'] })).rejects.toThrow('is not there for linux/s390x');
    await make();
    await expect(make({ base: 'acme/kit:1-container' })).rejects.toThrow('itself a container');
    await expect(make({ suffix: 'other', base: 'acme/kit:1-container' })).rejects.toThrow(
      'itself a container',
    );
  });

  test('where the tag names something that others have put there, or would be too long', async () => {
    await putBase();
    await putKit();
    const theirs = await storeContent(bucket, 'acme/kit', baseContent({ tag: '1-container' }));
    await expect(make()).rejects.toThrow(`The tag 1-container names ${theirs}, which no rule has made`);
    expect(await resolveTag(bucket, 'acme/kit', '1-container')).toBe(theirs);
    const long = 'v'.repeat(120);
    await storeContent(bucket, 'acme/kit', foreignContent('kit', long));
    await expect(make({}, long)).rejects.toThrow('more than 128 characters');
  });
});

test('whenever R2 fails, the tag names nothing or a whole container, and the next time makes it', async () => {
  await putBase({ platforms: ['linux/amd64', 'linux/arm64'] });
  await putKit();
  const message = 'put: stopped (10037)'; // not tried again
  for (let puts = 0; ; puts++) {
    let left = puts;
    const failing = async (...args: Parameters<FakeBucket['put']>): ReturnType<FakeBucket['put']> => {
      if (left-- === 0) throw new Error(message);
      return bucket.put(...args);
    };
    const outcome = await makeContainer(
      { ...env, BUCKET: { ...bucket, put: failing } },
      {
        repository: 'acme/kit',
        tag: '1',
        rule: parseContainerRules([{ names: 'acme/kit', base: 'bases/tiny:1' }])[0]!,
      },
    ).catch((error: Error) => error.message);
    if (typeof outcome !== 'string') break;
    expect(outcome).toBe(message);
    expect(await resolveTag(bucket, 'acme/kit', '1-container')).toBeUndefined();
  }
  expect((await readContainer()).configs).toHaveLength(2);
});

function digestOfLayer({ blob }: { blob: Buffer }): string {
  return [...baseContent().blobs].find(([, bytes]) => bytes.equals(blob))?.[0] ?? '';
}
