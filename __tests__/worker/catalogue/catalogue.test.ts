/** The catalogue of a registry: what comes and goes, and what is told of a model. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Comparison, Model } from '../../../worker/src/catalogue/model.ts';
import type { ListPage } from '../../../worker/src/catalogue/query.ts';
import { compressedLayer, type Content } from '../../support/layer-bytes.ts';
import { anyLayer, listOnce, pushModel, readJson, type PushedModel } from '../../support/model-images.ts';
import { OciClient } from '../../support/oci-client.ts';
import { safetensorsBytes } from '../../support/safetensors.ts';
import { someBytes, startRegistry, type TestRegistry } from '../../support/worker.ts';

const CARD =
  '---\nlicense: mit\npipeline_tag: "fill-mask"\nlibrary_name: transformers # by hand\n---\n# A model\n';
const WEIGHTS = safetensorsBytes(
  {
    a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    b: { dtype: 'BF16', shape: [4], data_offsets: [24, 32] },
    __metadata__: { format: 'pt' },
  },
  32,
);
const SMALL: Content = {
  'README.md': Buffer.from(CARD),
  'config.json': Buffer.from('{}'),
  empty: Buffer.alloc(0),
};
const REVISION = { 'org.opencontainers.image.revision': '1234abcd' };

let registry: TestRegistry;
let first: PushedModel;
let second: PushedModel;
beforeAll(async () => {
  registry = await startRegistry();
  const weights = { 'model.safetensors': WEIGHTS };
  first = await pushModel(registry, 'acme/bert', [weights, SMALL], { tag: 'v1', annotations: REVISION });
  second = await pushModel(registry, 'acme/bert', [
    weights,
    { ...SMALL, 'config.json': Buffer.from('{"a":1}') },
  ]);
});
afterAll(() => registry.stop());

function names({ models }: ListPage): string[] {
  return models.map(({ name }) => name);
}

function readModel(query = ''): Promise<Model> {
  return readJson<Model>(`${registry.url}/api/models/acme/bert${query}`);
}

function file(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${registry.url}/acme/bert/-/files/${path}`, init);
}

describe('the list', () => {
  test('has a row for a model that was pushed', async () => {
    const { models } = await listOnce(registry, ({ models: [row] }) => row?.tags === 2);
    expect(models).toEqual([
      {
        name: 'acme/bert',
        tag: 'latest',
        digest: second.digest,
        tags: 2,
        updatedAt: expect.stringMatching(/^20.+Z$/),
        size: expect.any(Number),
        files: 4,
        formats: ['safetensors'],
        license: 'mit',
        task: 'fill-mask',
        library: 'transformers',
      },
    ]);
  });

  test('answers what a client has already with 304', async () => {
    const url = `${registry.url}/api/models`;
    const response = await fetch(url);
    const etag = response.headers.get('etag') ?? '';
    expect(response.headers.get('cache-control')).toBe('public, no-cache');
    expect((await fetch(url, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await fetch(url, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
  });

  test('says what is wrong with a query', async () => {
    const response = await fetch(`${registry.url}/api/models?sort=best`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('sort is one of relevance, name');
  });

  test('loses a model with its last tag, or its repository', async () => {
    for (const name of ['acme/untagged', 'acme/deleted']) await pushModel(registry, name, [SMALL]);
    await listOnce(registry, ({ of }) => of === 3);
    const requests = [
      new OciClient(registry.url, 'acme/untagged').request('DELETE', 'manifests/latest'),
      new OciClient(registry.url, 'acme/deleted').request('DELETE', '_repository'),
    ];
    for (const response of await Promise.all(requests)) expect(response.status).toBe(202);
    expect(names(await listOnce(registry, ({ of }) => of === 1))).toEqual(['acme/bert']);
    expect((await fetch(`${registry.url}/api/models/acme/untagged`)).status).toBe(404);
  });

  test('has a row for an image of any kind', async () => {
    await new OciClient(registry.url, 'other/image').pushImage('no eStargz', 'v1');
    const { models } = await listOnce(registry, (page) => names(page).includes('other/image'), '?q=other');
    expect(models[0]).toMatchObject({ name: 'other/image', tag: 'v1', formats: [] });
    expect(models[0]).not.toHaveProperty('files');
  });
});

describe('a model', () => {
  test('is told with its tags, files, layers, card and weights', async () => {
    const { tags, imports, image } = await readModel('?reference=v1');
    expect(tags.map(({ tag, digest }) => [tag, digest])).toEqual([
      ['latest', second.digest],
      ['v1', first.digest],
    ]);
    expect(imports).toEqual([]);
    expect(image).toMatchObject({
      reference: 'v1',
      digest: first.digest,
      manifest: first.manifest,
      platforms: [{ os: 'linux', architecture: 'amd64', digest: first.manifest }],
      annotations: REVISION,
      layers: [
        { digest: first.layers[0], title: 'model.safetensors', files: 1, sharedWith: ['latest'] },
        { digest: first.layers[1], files: 3, sharedWith: [] },
      ],
      card: { path: 'README.md', text: '# A model\n', isCut: false, license: 'mit', task: 'fill-mask' },
      weights: [
        {
          path: 'model.safetensors',
          format: 'safetensors',
          parameters: 10,
          tensorCount: 2,
          tensors: [
            { name: 'a', dtype: 'F32', shape: [2, 3] },
            { name: 'b', dtype: 'BF16', shape: [4] },
          ],
          dtypes: [
            { dtype: 'F32', tensors: 1, parameters: 6 },
            { dtype: 'BF16', tensors: 1, parameters: 4 },
          ],
          metadata: { format: 'pt' },
        },
      ],
    });
    expect(image?.files.map(({ path, size }) => [path, size])).toEqual([
      ['README.md', CARD.length],
      ['config.json', 2],
      ['empty', 0],
      ['model.safetensors', WEIGHTS.length],
    ]);
    expect(image).not.toHaveProperty('incomplete');
  });

  test('is shown by its latest tag, or by any digest', async () => {
    expect((await readModel()).image?.digest).toBe(second.digest);
    expect((await readModel(`?reference=${first.digest}`)).image?.reference).toBe(first.digest);
  });

  test('is compared with itself at another tag', async () => {
    const url = `${registry.url}/api/models/acme/bert/compare`;
    const comparison = await readJson<Comparison>(`${url}/v1...latest`);
    expect(comparison).toMatchObject({
      from: { reference: 'v1', digest: first.digest },
      to: { reference: 'latest', digest: second.digest },
      added: [],
      removed: [],
      changed: [{ path: 'config.json', from: { size: 2 }, to: { size: 7 } }],
      unchanged: 3,
      newLayers: [{ digest: second.layers[1] }],
      sameLayers: 1,
    });
    expect(comparison.bytes).toBe(comparison.newLayers[0]?.size);
    expect((await readJson<Comparison>(`${url}/${first.digest}...v1`)).bytes).toBe(0);
  });

  test('in GGUF is told with what its header says, out of a compressed layer, too', async () => {
    const bytes = await readFile(new URL('../../support/gguf-files/tiny-Q4_K_M.gguf', import.meta.url));
    await pushModel(registry, 'acme/gguf', [{ 'tiny.gguf': bytes }], { pack: compressedLayer });
    const { image } = await readJson<Model>(`${registry.url}/api/models/acme/gguf`);
    expect(image?.weights).toMatchObject([
      {
        path: 'tiny.gguf',
        architecture: 'qwen2',
        quantization: 'Q4_K_M',
        metadata: { 'general.name': 'Tiny Qwen', 'tokenizer.ggml.tokens': 'string[8]' },
      },
    ]);
    const response = await fetch(`${registry.url}/acme/gguf/-/files/latest/tiny.gguf`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('hides what a layer above takes away', async () => {
    const below = { 'a/one': Buffer.from('1'), 'a/two': Buffer.from('2'), b: Buffer.from('3') };
    const above = { 'a/.wh.one': Buffer.alloc(0), b: Buffer.from('4') };
    await pushModel(registry, 'acme/layers', [below, above], { pack: anyLayer });
    const { image } = await readJson<Model>(`${registry.url}/api/models/acme/layers`);
    expect(image?.files.map(({ path, layer }) => [path, layer])).toEqual([
      ['a/two', image?.layers[0]?.digest],
      ['b', image?.layers[1]?.digest],
    ]);
  });

  test.each([
    ['/nobody/nothing', 404, 'no model'],
    ['/acme/bert?reference=v9', 404, 'v9'],
    [`/acme/bert?reference=sha256:${'0'.repeat(64)}`, 404, 'sha256'],
    ['/acme/bert?reference=-', 400, 'not a tag'],
    ['/acme/bert/compare/v1', 400, '<a>...<b>'],
    ['/acme/bert/compare/v1...v9', 404, 'v9'],
    ['/UPPER', 400, 'not a repository'],
  ])('at %s is refused', async (path, status, message) => {
    const response = await fetch(`${registry.url}/api/models${path}`);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
  });
});

describe('a file', () => {
  test('comes as it was pushed, and cannot run', async () => {
    const response = await file('v1/model.safetensors');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': String(WEIGHTS.length),
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''model.safetensors",
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'public, no-cache',
      'x-content-type-options': 'nosniff',
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(WEIGHTS);
  });

  test('named by a digest never changes', async () => {
    const { headers } = await file(`${first.digest}/config.json`, { method: 'HEAD' });
    expect(headers.get('cache-control')).toContain('immutable');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const etag = headers.get('etag') ?? '';
    expect((await file('v1/config.json', { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await file('latest/config.json', { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });

  test('comes in ranges', async () => {
    const response = await file('v1/model.safetensors', { headers: { Range: 'bytes=3-10' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes 3-10/${WEIGHTS.length}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(WEIGHTS.subarray(3, 11));
    expect((await file('v1/model.safetensors', { headers: { Range: 'bytes=9999-' } })).status).toBe(416);
    expect((await file('v1/model.safetensors', { headers: { Range: 'bytes=0-1,3-4' } })).status).toBe(200);
    const stale = { Range: 'bytes=3-10', 'If-Range': '"other"' };
    expect((await file('v1/model.safetensors', { headers: stale })).status).toBe(200);
    expect((await file('v1/empty')).headers.get('content-length')).toBe('0');
  });

  test('of many chunks and a strange name is whole', async () => {
    const bytes = someBytes(9 * 1024 * 1024 + 5);
    const path = `-/files/ä "b'%41#?.bin`;
    await pushModel(registry, 'acme/large', [{ [path]: bytes }]);
    const url = `${registry.url}/acme/large/-/files/latest/${encodeURIComponent(path).replaceAll('%2F', '/')}`;
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toContain("UTF-8''%C3%A4%20%22b%27%2541%23%3F.bin");
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    // Those who go away in the middle are in nobody's way.
    const leaving = Array.from({ length: 8 }, async () => {
      const reader = (await fetch(url)).body?.getReader();
      await reader?.read();
      await reader?.cancel();
    });
    await Promise.all(leaving);
    const at = 4 * 1024 * 1024;
    const range = await fetch(url, { headers: { Range: `bytes=${at - 3}-${at + 2}` } });
    expect(Buffer.from(await range.arrayBuffer())).toEqual(bytes.subarray(at - 3, at + 3));
  });

  test.each([
    ['v1/missing', 404],
    ['v9/config.json', 404],
    ['v1/a%00b', 404],
  ])('at %s is not there', async (path, status) => {
    expect((await file(path)).status).toBe(status);
  });
});

test('names that the site needs are no names of models', async () => {
  for (const name of ['api', 'token/x', 'healthz', 'assets/logo', 'v2']) {
    const client = new OciClient(registry.url, name);
    const refused = [
      await client.request('POST', 'blobs/uploads/'),
      await client.putManifest({ schemaVersion: 2, mediaType: 'application/x+json' }, 'latest'),
      await client.request('POST', 'manifests/latest/_import', { body: '{}' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(await refused[0]?.text()).toContain('the registry needs');
  }
});
