/** What inspect says of images, and what it costs. */
import { describe, expect, test } from '@jest/globals';

import { inspectImage, type Inspection, type InspectOptions } from '../../src/inspecting/inspect-image.ts';
import { noise, type Content } from '../support/layer-bytes.ts';
import { impatient } from '../support/registry-client.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../support/registry-stand-in.ts';
import { safetensorsBytes } from '../support/safetensors.ts';
import { plainLayer, putImage, putManifest, tocLayer, TYPE } from '../support/stand-in-images.ts';

const MIB = 2 ** 20;

async function inspect(
  registry: RegistryStandIn,
  options: Partial<InspectOptions> & { tag?: string; platform?: string } = {},
): Promise<Inspection> {
  const { tag = 'latest', platform, ...asked } = options;
  const client = impatient(registry.host);
  try {
    const reference = { registry: registry.host, repository: 'owner/model', tag };
    const named = { reference, repository: client.repository('owner/model') };
    return await inspectImage(platform === undefined ? named : { ...named, platform }, {
      tensors: false,
      wholeLayers: false,
      ...asked,
    });
  } finally {
    await client.close();
  }
}

const SMALL = tocLayer({ 'config.json': Buffer.from('{}') });
const WEIGHTS = tocLayer({ 'model.bin': noise(MIB) });

/** Bytes of blobs that were asked for by ranges. */
function rangedBytes({ seen }: RegistryStandIn): number {
  return seen.reduce((sum, { headers }) => {
    const [, first = '1', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    return sum + Number(last) - Number(first) + 1;
  }, 0);
}

describe('tags', () => {
  test('of the same image are named, and which layers the others share', async () => {
    await using registry = await startRegistryStandIn();
    putImage(registry, { layers: [WEIGHTS, SMALL] });
    putImage(registry, { layers: [WEIGHTS, SMALL], tag: 'v2' });
    putImage(registry, { layers: [WEIGHTS], tag: 'v1' });
    putManifest(registry, { mediaType: TYPE.manifest }, 'broken');
    const { tags, moreTags, layers, files } = await inspect(registry);
    expect({ tags, moreTags }).toEqual({ tags: ['latest', 'v2'], moreTags: false });
    expect(layers.map(({ sharedWith, files: number }) => [sharedWith, number])).toEqual([
      [['v1'], 1],
      [[], 1],
    ]);
    expect(files.map(({ path, layer }) => [path, layer])).toEqual([
      ['model.bin', layers[0]?.digest],
      ['config.json', layers[1]?.digest],
    ]);
  });

  test('that a registry does not list are left out', async () => {
    await using registry = await startRegistryStandIn((request, response) => {
      if (request.url?.includes('/tags/list') !== true) return false;
      response.writeHead(405).end();
      return true;
    });
    putImage(registry, { layers: [SMALL] });
    expect(await inspect(registry)).not.toHaveProperty('tags');
  });

  test('beyond the first hundred are not looked at', async () => {
    await using registry = await startRegistryStandIn();
    for (let n = 0; n < 120; n++) putImage(registry, { layers: [SMALL], tag: `t${n}` });
    putImage(registry, { layers: [SMALL] });
    const { tags, moreTags } = await inspect(registry);
    expect({ tags: tags?.length, moreTags }).toEqual({ tags: 100, moreTags: true });
  });
});

describe('layers without a table of contents', () => {
  const large: Content = {
    'model.safetensors': safetensorsBytes(
      { a: { dtype: 'U8', shape: [5 * MIB], data_offsets: [0, 5 * MIB] } },
      5 * MIB,
    ),
  };
  const uncompressible = { ...plainLayer({ 'w.bin': noise(5 * MIB) }) };

  test('are read through where they are small, or where that is asked for', async () => {
    await using registry = await startRegistryStandIn();
    putImage(registry, { layers: [plainLayer({ a: Buffer.from('a') }), uncompressible] });
    const some = await inspect(registry);
    expect(some.layers.map(({ files }) => files)).toEqual([1, undefined]);
    expect(some.files.map(({ path }) => path)).toEqual(['a']);
    const all = await inspect(registry, { wholeLayers: true });
    expect(all.files.map(({ path }) => path)).toEqual(['a', 'w.bin']);
  });

  test('show their tensors as they come by', async () => {
    await using registry = await startRegistryStandIn();
    putImage(registry, { layers: [plainLayer(large)] });
    const { tensors } = await inspect(registry, { tensors: true, wholeLayers: true });
    expect(tensors).toEqual([expect.objectContaining({ parameters: 5 * MIB })]);
  });
});

describe('tensors', () => {
  test('are read out of headers of several chunks, and the weights are not', async () => {
    const header: Record<string, object> = {};
    for (let n = 0; n < 60_000; n++) {
      const name = `model.layers.${n}.self_attention.query.weight`;
      header[name] = { dtype: 'U8', shape: [1, 100], data_offsets: [n * 100, n * 100 + 100] };
    }
    const file = safetensorsBytes(header, 6_000_000);
    await using registry = await startRegistryStandIn();
    putImage(registry, { layers: [tocLayer({ 'model.safetensors': file })] });
    const { tensors } = await inspect(registry, { tensors: true });
    expect(tensors).toEqual([expect.objectContaining({ parameters: 6_000_000, dtypes: { U8: 6_000_000 } })]);
    const headerSize = file.length - 6_000_000;
    expect(headerSize).toBeGreaterThan(4 * MIB);
    expect(rangedBytes(registry)).toBeLessThan(headerSize + 0.5 * MIB);
  });

  test('of a header that lies are an error of that file alone', async () => {
    await using registry = await startRegistryStandIn();
    const lying = tocLayer({ 'a.safetensors': safetensorsBytes({}, 0, 100_000_000_000) });
    const right = tocLayer({ 'b.safetensors': safetensorsBytes({}, 0) });
    putImage(registry, { layers: [lying, right] });
    const { tensors } = await inspect(registry, { tensors: true });
    expect(tensors).toEqual([
      { path: 'a.safetensors', error: expect.stringContaining('over the limit') },
      { path: 'b.safetensors', tensors: [], parameters: 0, dtypes: {} },
    ]);
  });
});

test('what an image says of its model is taken from annotations, else from labels', async () => {
  await using registry = await startRegistryStandIn();
  const Labels = { 'org.opencontainers.image.licenses': 'mit', 'org.opencontainers.image.revision': 'old' };
  const annotations = { 'org.opencontainers.image.revision': 'new' };
  putImage(registry, { layers: [SMALL], annotations, config: { config: { Labels } } });
  expect(await inspect(registry)).toMatchObject({ license: 'mit', revision: 'new' });
});

test('an image that is not there for a platform is an error that names those it is for', async () => {
  await using registry = await startRegistryStandIn();
  putImage(registry, { layers: [SMALL] });
  await expect(inspect(registry, { platform: 'linux/arm64' })).rejects.toThrow('not there for linux/arm64');
});
