/** Pushing manifests (distribution specification, "Pushing Manifests"). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  codeOf,
  CONFIG,
  descriptor,
  digestOf,
  IMAGE,
  INDEX,
  LAYER,
  OciClient,
} from '../support/oci-client.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

let registry: TestRegistry;
let client: OciClient;
const config = descriptor(CONFIG, '{}');
const layer = descriptor(LAYER, 'layer');
const image = { schemaVersion: 2, mediaType: IMAGE, config, layers: [layer] };
function padded(size: number): object {
  return { ...image, annotations: { pad: 'x'.repeat(size) } };
}

beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'push/manifests');
  await client.pushBlob(Buffer.from('{}'));
  await client.pushBlob(Buffer.from('layer'));
});
afterAll(() => registry.stop());

test('by tag, the answer says where it is', async () => {
  const response = await client.putManifest(image, 'v1');
  const digest = digestOf(JSON.stringify(image));
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe(`/v2/push/manifests/manifests/${digest}`);
  expect(response.headers.get('docker-content-digest')).toBe(digest);
});

test('by digest with tags, all of them name it', async () => {
  const digest = digestOf(JSON.stringify(image));
  const response = await client.request('PUT', `manifests/${digest}?tag=a&tag=b`, {
    headers: { 'Content-Type': IMAGE },
    body: JSON.stringify(image),
  });
  expect([response.status, response.headers.get('oci-tag')]).toEqual([201, 'a, b']);
  for (const tag of ['a', 'b']) {
    const head = await client.request('HEAD', `manifests/${tag}`);
    expect(head.headers.get('docker-content-digest')).toBe(digest);
  }
});

test('by digest with a tag that is repeated, it is told once', async () => {
  const digest = digestOf(JSON.stringify(image));
  const response = await client.putManifest(image, `${digest}?tag=twice&tag=once&tag=twice`);
  expect([response.status, response.headers.get('oci-tag')]).toEqual([201, 'twice, once']);
});

test('by digest with 100 tags it is taken, with 101 nothing of it is', async () => {
  const tagged = { ...image, annotations: { tags: 'many' } };
  const digest = digestOf(JSON.stringify(tagged));
  const put = (count: number): Promise<Response> => {
    const query = Array.from({ length: count }, (_, index) => `tag=many-${index}`).join('&');
    return client.putManifest(tagged, `${digest}?${query}`);
  };
  const tooMany = await put(101);
  expect([tooMany.status, await codeOf(tooMany)]).toEqual([414, 'TAG_INVALID']);
  expect((await client.request('HEAD', 'manifests/many-0')).status).toBe(404);
  expect((await client.request('HEAD', `manifests/${digest}`)).status).toBe(404);

  expect((await put(100)).status).toBe(201);
  const last = await client.request('HEAD', 'manifests/many-99');
  expect(last.headers.get('docker-content-digest')).toBe(digest);
});

test('a tag moves', async () => {
  await client.pushManifest(image, 'moving');
  const next = { ...image, annotations: { version: '2' } };
  const digest = await client.pushManifest(next, 'moving');
  const head = await client.request('HEAD', 'manifests/moving');
  expect(head.headers.get('docker-content-digest')).toBe(digest);
});

test('pushes of one tag at once leave it at one of them', async () => {
  const images = Array.from({ length: 5 }, (_, index) => ({ ...image, annotations: { index: `${index}` } }));
  const responses = await Promise.all(images.map((each) => client.putManifest(each, 'contested')));
  expect(responses.some(({ status }) => status === 201)).toBe(true);
  expect(responses.every(({ status }) => [201, 429].includes(status))).toBe(true);
  const head = await client.request('HEAD', 'manifests/contested');
  expect(images.map((each) => digestOf(JSON.stringify(each)))).toContain(
    head.headers.get('docker-content-digest'),
  );
});

describe('is taken', () => {
  test.each([
    ['without layers', { ...image, layers: [] }],
    ['with fields of its own', { ...image, custom: { any: 'thing' } }],
    ['with data in a descriptor', { ...image, config: { ...config, data: 'e30=' } }],
    [
      'with a layer that is not distributed',
      {
        ...image,
        layers: [
          {
            ...descriptor('application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'elsewhere'),
            urls: ['https://elsewhere.example/layer'],
          },
        ],
      },
    ],
    ['as an empty index', { schemaVersion: 2, mediaType: INDEX, manifests: [] }],
    ['with a subject that is not here', { ...image, subject: descriptor(IMAGE, 'not here') }],
    [
      'of a media type that nobody knows',
      { mediaType: 'application/vnd.example.thing+json', anything: ['goes', 1] },
    ],
  ])('%s', async (_, manifest) => {
    const response = await client.putManifest(manifest);
    expect(response.status).toBe(201);
    const got = await client.request('GET', `manifests/${digestOf(JSON.stringify(manifest))}`);
    expect(await got.json()).toEqual(manifest);
  });

  test('when its media type stands in the header alone', async () => {
    const { mediaType: _, ...rest } = image;
    expect((await client.putManifest(rest)).status).toBe(201);
  });

  test('when it is not JSON, under a type that is none', async () => {
    const body = 'not: json';
    const response = await client.request('PUT', `manifests/${digestOf(body)}`, {
      headers: { 'Content-Type': 'application/yaml' },
      body,
    });
    expect(response.status).toBe(201);
  });

  test('as a page, which can do nothing in a browser', async () => {
    const body = '<script>alert(document.domain)</script>';
    const path = `manifests/${digestOf(body)}`;
    const headers = { 'Content-Type': 'text/html; charset=utf-8' };
    expect((await client.request('PUT', path, { headers, body })).status).toBe(201);
    for (const method of ['GET', 'HEAD']) {
      const response = await client.request(method, path, { headers: { Accept: 'text/html' } });
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/html',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('of the longest media type there is', async () => {
    const mediaType = `${'a'.repeat(127)}/${'b'.repeat(127)}`;
    expect((await client.putManifest({ mediaType })).status).toBe(201);
  });

  test('as an index, and an index of indexes', async () => {
    const text = JSON.stringify(image);
    await client.pushManifest(image);
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: [descriptor(IMAGE, text)] };
    await client.pushManifest(index);
    const nested = { ...index, manifests: [descriptor(INDEX, JSON.stringify(index))] };
    expect((await client.putManifest(nested, 'nested')).status).toBe(201);
  });

  test('up to 4 MiB', async () => {
    const frame = JSON.stringify(padded(0)).length;
    expect((await client.putManifest(padded(4 * 1024 * 1024 - frame))).status).toBe(201);
    const larger = await client.putManifest(padded(4 * 1024 * 1024 - frame + 1));
    expect([larger.status, await codeOf(larger)]).toEqual([413, 'SIZE_INVALID']);
  });
});

describe('is refused', () => {
  const missing = descriptor(LAYER, 'nobody pushed this');
  const many = Array.from({ length: 10_000 }, (_, index) => descriptor(LAYER, `${index}`));

  test.each([
    ['MANIFEST_BLOB_UNKNOWN', 'without its layer', { ...image, layers: [layer, missing] }],
    [
      'MANIFEST_BLOB_UNKNOWN',
      'without a layer that is said to be elsewhere too',
      { ...image, layers: [{ ...missing, urls: ['https://elsewhere.example/layer'] }] },
    ],
    ['MANIFEST_BLOB_UNKNOWN', 'without its config', { ...image, config: missing }],
    ['MANIFEST_BLOB_UNKNOWN', 'without its child', { mediaType: INDEX, manifests: [descriptor(IMAGE, 'x')] }],
    ['MANIFEST_INVALID', 'with 10,000 layers', { ...image, layers: many }],
    ['MANIFEST_INVALID', 'without a config', { mediaType: IMAGE, layers: [] }],
    ['MANIFEST_INVALID', 'as an index without manifests', { mediaType: INDEX, schemaVersion: 2 }],
    ['MANIFEST_INVALID', 'with layers that are no list', { ...image, layers: {} }],
    ['MANIFEST_INVALID', 'with a layer that is no descriptor', { ...image, layers: [null] }],
    [
      'MANIFEST_INVALID',
      'with a digest that is none',
      { ...image, layers: [{ ...layer, digest: 'sha256:1' }] },
    ],
    ['MANIFEST_INVALID', 'with a size below zero', { ...image, layers: [{ ...layer, size: -1 }] }],
    ['MANIFEST_INVALID', 'with a subject that is none', { ...image, subject: 'x' }],
  ])('with %s %s', async (code, _, manifest) => {
    const response = await client.putManifest(manifest, 'refused');
    expect([response.status, await codeOf(response)]).toEqual([400, code]);
    expect((await client.request('HEAD', 'manifests/refused')).status).toBe(404);
  });

  test.each([
    ['', 'nothing'],
    ['{', 'half an object'],
    ['[]', 'a list'],
    ['null', 'null'],
    ['"x"', 'a text'],
  ])('when it is %j: %s', async (body) => {
    const response = await client.request('PUT', 'manifests/refused', {
      headers: { 'Content-Type': IMAGE },
      body,
    });
    expect([response.status, await codeOf(response)]).toEqual([400, 'MANIFEST_INVALID']);
  });

  test('under a digest that it does not have', async () => {
    for (const digest of [digestOf('another'), digestOf('another', 'sha512')]) {
      const response = await client.putManifest(image, digest);
      expect([response.status, await codeOf(response)]).toEqual([400, 'DIGEST_INVALID']);
      expect((await client.request('HEAD', `manifests/${digest}`)).status).toBe(404);
    }
  });

  test('when its media type is another than the header says', async () => {
    const response = await client.request('PUT', 'manifests/refused', {
      headers: { 'Content-Type': INDEX },
      body: JSON.stringify(image),
    });
    expect([response.status, await codeOf(response)]).toEqual([400, 'MANIFEST_INVALID']);
  });

  test.each([
    '',
    ';charset=utf-8',
    'json',
    'text/',
    '/json',
    'a/b/c',
    'text/ html',
    '-text/html',
    'text/html, text/plain',
    'text/h<b>',
    `text/${'x'.repeat(128)}`,
    `${'x'.repeat(128)}/json`,
  ])('when its Content-Type is no media type: %j', async (type) => {
    const response = await client.request('PUT', 'manifests/refused', {
      headers: { 'Content-Type': type },
      body: 'not: json',
    });
    expect([response.status, await codeOf(response)]).toEqual([400, 'MANIFEST_INVALID']);
  });

  test('under a tag or name that is none', async () => {
    const tag = await client.putManifest(image, '-tag');
    expect([tag.status, await codeOf(tag)]).toEqual([400, 'TAG_INVALID']);
    const name = await new OciClient(registry.url, 'Upper').putManifest(image, 'tag');
    expect([name.status, await codeOf(name)]).toEqual([400, 'NAME_INVALID']);
  });

  test('as two indexes that name each other, whichever comes first', async () => {
    const [a, b] = [digestOf('index a'), digestOf('index b')];
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const index = { schemaVersion: 2, mediaType: INDEX, manifests: [descriptor(INDEX, '{}', other)] };
      const named = await client.putManifest(index, own);
      expect([named.status, await codeOf(named)]).toEqual([400, 'DIGEST_INVALID']);
      const tagged = await client.putManifest(index, 'refused');
      expect([tagged.status, await codeOf(tagged)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    }
  });

  test('where its blobs are in another repository only', async () => {
    const elsewhere = new OciClient(registry.url, 'push/elsewhere');
    const response = await elsewhere.putManifest(image, 'tag');
    expect([response.status, await codeOf(response)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
  });
});
