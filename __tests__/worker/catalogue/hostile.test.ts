/** Models whose authors mean no good: told of harmlessly, or not without saying why. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Model } from '../../../worker/src/catalogue/model.ts';
import { sha256, type Content } from '../../support/layer-bytes.ts';
import {
  anyLayer,
  listOnce,
  pushModel,
  readJson,
  type ModelOptions,
  type TocJson,
} from '../../support/model-images.ts';
import { CONFIG, descriptor, IMAGE, INDEX, LAYER, OciClient } from '../../support/oci-client.ts';
import { safetensorsBytes } from '../../support/safetensors.ts';
import { someBytes, startRegistry, type TestRegistry } from '../../support/worker.ts';

const MARKUP = '<script>alert(1)</script>';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

async function pushed(content: Content, options?: ModelOptions): Promise<NonNullable<Model['image']>> {
  await pushModel(registry, 'evil/model', [content], options);
  const { image } = await readJson<Model>(`${registry.url}/api/models/evil/model`);
  if (image === undefined) throw new Error('no image');
  return image;
}

function download(path: string): Promise<Response> {
  return fetch(`${registry.url}/evil/model/-/files/latest/${encodeURIComponent(path)}`);
}

describe('weights', () => {
  test.each<[string, string, Buffer, string]>([
    ['a header of 100 GB', 'a.safetensors', safetensorsBytes({}, 0, 100_000_000_000), 'over the limit'],
    ['a header past the end', 'a.safetensors', safetensorsBytes({}, 0, 1000), 'the file has 10'],
    ['a header that is no JSON', 'a.safetensors', safetensorsBytes('{"a":', 0), 'not JSON'],
    ['a header larger than is read here', 'a.safetensors', safetensorsBytes(' '.repeat(5e6), 0), '4194304'],
    ['no header', 'a.gguf', Buffer.from('nothing of the kind'), 'GGUF'],
    [
      'impossible counts',
      'a.gguf',
      Buffer.concat([Buffer.from('GGUF\x03\0\0\0'), Buffer.alloc(16, 0x7f)]),
      '',
    ],
  ])('with %s are listed with what is wrong', async (_, path, bytes, message) => {
    const { weights, files } = await pushed({ [path]: bytes });
    expect(files).toHaveLength(1);
    expect(weights).toEqual([{ path, format: path.slice(2), error: expect.stringContaining(message) }]);
  });

  test('with names of markup and great length are told as text that is cut', async () => {
    const long = MARKUP + 'x'.repeat(10_000);
    const header = {
      [long]: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
      __metadata__: {
        [MARKUP]: long,
        ...Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, 'v'])),
      },
    };
    const { weights } = await pushed({ 'a.safetensors': safetensorsBytes(header, 1) });
    const [told] = weights;
    if (told === undefined || 'error' in told) throw new Error('not read');
    expect(told.tensors[0]?.name).toBe(`${long.slice(0, 300)}…`);
    expect(told.metadata[MARKUP]).toBe(`${long.slice(0, 300)}…`);
    expect(Object.keys(told.metadata)).toHaveLength(100);
  });
});

describe('a model card', () => {
  test('of 5 MB is cut', async () => {
    const { card } = await pushed({ 'README.md': Buffer.from(`# ${MARKUP}\n`.repeat(170_000)) });
    expect(card?.isCut).toBe(true);
    expect(card?.text).toHaveLength(512 * 1024);
  });

  test.each([
    ['---\npipeline_tag: [a, b]\nlicense: &x !!js/function\n---\ntext', {}],
    ['---\nlicense: mit\n', { text: '---\nlicense: mit\n' }],
    [`---\nlicense: other\nlicense_name: ${MARKUP}\n---\n`, { license: MARKUP }],
    [`---\npipeline_tag: ${'x'.repeat(1000)}\n---\n`, { text: '' }],
    ['\uFEFF---\r\nlicense: "mit"\r\n---\r\na\r\n', { license: 'mit', text: 'a\n' }],
  ])('that begins with %j says no more than that', async (text, expected) => {
    const { card } = await pushed({ 'README.md': Buffer.from(text) });
    expect(card).toMatchObject(expected);
    expect(Object.keys(card ?? {}).filter((key) => key === 'task')).toEqual([]);
  });
});

describe('a table of contents', () => {
  test.each<[string, Partial<ModelOptions>, string]>([
    ['that is too large', { pack: (content) => anyLayer(content, () => ' '.repeat(9e6)) }, 'over'],
    ['that leads elsewhere', { pack: withEntry({ name: '../../x', type: 'reg' }) }, 'leads elsewhere'],
    [
      'that is not the one of the manifest',
      { pack: (content) => ({ ...anyLayer(content), tocDigest: sha256('') }) },
      'its manifest says',
    ],
    [
      'that is missing',
      { pack: () => ({ ...anyLayer({}), blob: Buffer.from('nothing'), tocDigest: sha256('') }) },
      'footer',
    ],
  ])('%s is told of', async (_, options, message) => {
    const image = await pushed({ a: Buffer.from('a') }, options);
    expect(image.files).toEqual([]);
    expect(image.incomplete).toContain(message);
    expect((await download('a')).status).toBe(404);
  });

  describe('with chunks that are not what it says', () => {
    const chunkDigest = sha256('another');
    const pack = (content: Content): ReturnType<typeof anyLayer> =>
      anyLayer(content, (entries) => entries.map((entry) => ({ ...entry, chunkDigest })));

    test('gives no byte of small files', async () => {
      await pushed({ a: Buffer.from('a') }, { pack });
      const response = await download('a');
      expect(response.status).toBe(502);
      expect(await response.text()).toContain(`its TOC says ${chunkDigest}`);
    });

    test('gives no large file as a whole', async () => {
      await pushed({ a: someBytes(3 * 1024 * 1024) }, { pack });
      await expect(download('a').then((response) => response.arrayBuffer())).rejects.toThrow('terminated');
    });
  });

  test('with links gives files, and none that are not there', async () => {
    const links = [
      { name: 'hard', type: 'hardlink', linkName: 'a' },
      { name: 'round', type: 'hardlink', linkName: 'round' },
      { name: 'soft', type: 'symlink', linkName: '/etc/passwd' },
    ];
    const { files } = await pushed({ a: Buffer.from('a') }, { pack: withEntry(...links) });
    expect(files.map(({ path }) => path)).toEqual(['a', 'hard']);
    expect(await (await download('hard')).text()).toBe('a');
    expect((await download('soft')).status).toBe(404);
    expect((await download('round')).status).toBe(404);
  });

  test('beside layers that have none gives the files that it lists', async () => {
    const { layers, files } = await pushed({ a: Buffer.from('a') });
    const client = new OciClient(registry.url, 'evil/model');
    const config = Buffer.from('{}');
    const plain = descriptor(LAYER, 'no eStargz', await client.pushBlob(Buffer.from('no eStargz')));
    const mixed = {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: descriptor(CONFIG, config),
      layers: [...layers, plain],
    };
    await client.pushManifest(mixed, 'mixed');
    const { image } = await readJson<Model>(`${registry.url}/api/models/evil/model?reference=mixed`);
    expect(image).toMatchObject({ files, incomplete: expect.stringContaining(plain.digest) });
    const url = `${registry.url}/evil/model/-/files/mixed`;
    expect(await (await fetch(`${url}/a`)).text()).toBe('a');
    expect((await fetch(`${url}/b`)).status).toBe(404);
  });

  test('with names of markup gives files that cannot run', async () => {
    const path = `${MARKUP}.html`;
    const { files } = await pushed({ [path]: Buffer.from(MARKUP) });
    expect(files[0]?.path).toBe(path);
    const { headers } = await download(path);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''[\w%.!-]+$/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });
});

test('manifests of any kind are told of, and the list goes on', async () => {
  const client = new OciClient(registry.url, 'evil/manifests');
  const config = Buffer.from('{"config":{"Labels":[1,{"a":2}]}}');
  const base = { schemaVersion: 2, config: descriptor(CONFIG, config, await client.pushBlob(config)) };
  const annotations = { 'org.opencontainers.image.licenses': 'x'.repeat(5000), number: 7 };
  await client.pushManifest({ ...base, mediaType: IMAGE, layers: null, annotations }, 'a');
  await client.pushManifest({ schemaVersion: 2, mediaType: INDEX, manifests: [] }, 'b');
  await client
    .pushManifest({ mediaType: 'application/vnd.acme+json', layers: 'none' }, 'latest')
    .catch(() => undefined);
  const opaque = { headers: { 'Content-Type': 'application/octet-stream' }, body: Buffer.alloc(100) };
  expect((await client.request('PUT', 'manifests/latest', opaque)).status).toBe(201);
  const { models } = await listOnce(
    registry,
    (page) => page.models.some(({ tags }) => tags === 3),
    '?q=manifests',
  );
  expect(models[0]).toMatchObject({ name: 'evil/manifests', tag: 'latest', formats: [] });
  for (const [tag, layers] of Object.entries({ a: 0, b: 0, latest: 0 })) {
    const { image } = await readJson<Model>(`${registry.url}/api/models/evil/manifests?reference=${tag}`);
    expect(image?.layers).toHaveLength(layers);
  }
});

function withEntry(...more: TocJson[]): (content: Content) => ReturnType<typeof anyLayer> {
  return (content) => anyLayer(content, (entries) => [...entries, ...more]);
}
