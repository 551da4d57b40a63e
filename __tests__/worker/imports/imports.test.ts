/** Importing images from another registry, against the real workerd. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  addImage,
  addManifest,
  askForImport,
  importEnd,
  MiB,
  runImport,
  startImporter,
  type Source,
  type UpstreamImage,
} from '../../support/imports.ts';
import { codeOf, digestOf, INDEX, OciClient } from '../../support/oci-client.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

let upstream: RegistryStandIn;
let registry: TestRegistry;
let image: UpstreamImage;
/** Of several parts, of one, empty, and of a few bytes. */
const layers = [someBytes(12 * MiB + 7, 1), someBytes(5 * MiB, 2), Buffer.alloc(0), Buffer.from('few')];

beforeAll(async () => {
  upstream = await startRegistryStandIn();
  image = addImage(upstream, layers, 'latest');
  registry = await startImporter({ [upstream.host]: {} });
});
afterAll(async () => {
  await registry.stop();
  await upstream[Symbol.asyncDispose]();
});
afterEach(() => {
  upstream.seen.length = 0;
});

function source(named: Pick<Source, 'digest' | 'reference'> = { digest: image.digest }): Source {
  return { registry: upstream.host, repository: 'models/one', ...named };
}

/** The blobs that the upstream was asked for, once for each time. */
function blobsRead(): string[] {
  const blobs = upstream.seen.filter(({ url }) => url.includes('/blobs/'));
  return blobs.map(({ url }) => url.slice(url.lastIndexOf('/') + 1));
}

/** The status and error code of a request that is refused. */
async function refusal(response: Response): Promise<[number, string | undefined]> {
  return [response.status, await codeOf(response)];
}

test('an image is imported by digest, with all that it refers to', async () => {
  const asked = await askForImport(registry, 'all/of-it:v1', source());
  expect(asked.status).toBe(202);
  expect(asked.headers.get('location')).toBe('/v2/all/of-it/manifests/v1/_import');
  expect(await asked.json()).toMatchObject({ state: 'queued', digest: image.digest });

  const record = await importEnd(registry, 'all/of-it:v1');
  expect(record).toMatchObject({ state: 'done', repository: 'all/of-it', reference: 'v1' });
  const total = layers.reduce((sum, { length }) => sum + length, 0);
  expect(record.bytes.done).toBe(record.bytes.total);
  expect(record.bytes.total).toBeGreaterThan(total);
  const digests = record.blobs.map(({ digest }) => digest as string);
  expect(digests.toSorted()).toEqual([image.config, ...image.layers].toSorted());

  const client = new OciClient(registry.url, 'all/of-it');
  const index = await client.request('GET', 'manifests/v1');
  expect(index.headers.get('docker-content-digest')).toBe(image.digest);
  expect((await client.request('GET', `manifests/${image.manifest}`)).status).toBe(200);
  for (const [at, bytes] of layers.entries()) {
    const response = await client.request('GET', `blobs/${image.layers[at]}`);
    expect(digestOf(new Uint8Array(await response.arrayBuffer()))).toBe(digestOf(bytes));
  }
});

test('blobs that the registry has are not fetched, into whichever repository they go', async () => {
  const record = await runImport(registry, 'another/name:v1', source());
  expect(record).toMatchObject({ state: 'done', bytes: { done: 0, total: 0 } });
  expect(new Set(record.blobs.map(({ state }) => state))).toEqual(new Set(['present']));
  expect(blobsRead()).toEqual([]);
  const client = new OciClient(registry.url, 'another/name');
  expect((await client.request('HEAD', `blobs/${image.layers[0]}`)).status).toBe(200);
});

test('an import that is done is not made again', async () => {
  await runImport(registry, 'done/before:v1', source());
  upstream.seen.length = 0;
  const again = await askForImport(registry, 'done/before:v1', source());
  expect(again.status).toBe(200);
  expect(await again.json()).toMatchObject({ state: 'done', digest: image.digest });
  expect(again.headers.get('docker-content-digest')).toBe(image.digest);
  expect(upstream.seen).toEqual([]);
});

test('the upstream’s tag is looked up, and moves the tag here when it has moved', async () => {
  expect(await runImport(registry, 'by/tag:v1', source({ reference: 'latest' }))).toMatchObject({
    state: 'done',
    digest: image.digest,
  });
  const next = addImage(upstream, [Buffer.from('new')], 'latest');
  const record = await runImport(registry, 'by/tag:v1', source({ reference: 'latest' }));
  expect(record).toMatchObject({ state: 'done', digest: next.digest });
  const client = new OciClient(registry.url, 'by/tag');
  const moved = await client.request('HEAD', 'manifests/v1');
  expect(moved.headers.get('docker-content-digest')).toBe(next.digest);
});

test('an image can be imported without a tag', async () => {
  const record = await runImport(registry, `no/tag@${image.digest}`, source());
  expect(record).toMatchObject({ state: 'done' });
  const client = new OciClient(registry.url, 'no/tag');
  expect((await client.request('HEAD', `manifests/${image.digest}`)).status).toBe(200);
  expect(await (await client.request('GET', 'tags/list')).json()).toMatchObject({ tags: [] });
});

test('indexes within indexes are imported from the leaves on', async () => {
  const inner = addImage(upstream, [Buffer.from('inner')]);
  const { bytes } = upstream.manifests.get(inner.digest) as { bytes: Buffer };
  const nested = { mediaType: INDEX, digest: inner.digest, size: bytes.length };
  const outer = addManifest(upstream, { schemaVersion: 2, mediaType: INDEX, manifests: [nested, nested] });
  const record = await runImport(registry, 'nested/index:v1', source({ digest: outer.name }));
  expect(record).toMatchObject({ state: 'done' });
  const client = new OciClient(registry.url, 'nested/index');
  expect((await client.request('HEAD', `manifests/${inner.manifest}`)).status).toBe(200);
});

test('ten who ask at once start one import', async () => {
  const fresh = addImage(upstream, [someBytes(11 * MiB, 10)]);
  const asked = await Promise.all(
    Array.from({ length: 10 }, () =>
      askForImport(registry, 'ten/at-once:v1', source({ digest: fresh.digest })),
    ),
  );
  expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202));
  const ids = await Promise.all(
    asked.map(async (response) => ((await response.json()) as { id: string }).id),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await importEnd(registry, 'ten/at-once:v1')).toMatchObject({ state: 'done', generation: 1 });
  // In three parts.
  expect(blobsRead().filter((digest) => digest === fresh.layers[0])).toHaveLength(3);
});

describe('a request is refused', () => {
  test.each([
    ['for a host that is not listed', { registry: 'evil.example', repository: 'a', reference: 'v1' }],
    ['for the metadata service', { registry: '169.254.169.254', repository: 'a', reference: 'v1' }],
    ['for a host with a path', { registry: 'HOST/x', repository: 'a', reference: 'v1' }],
    ['for a host with a user', { registry: 'a@HOST', repository: 'a', reference: 'v1' }],
  ])('%s', async (_, body) => {
    const asked = { ...body, registry: body.registry.replace('HOST', upstream.host) };
    expect(await refusal(await askForImport(registry, 'not/allowed:v1', asked))).toEqual([403, 'DENIED']);
    expect(upstream.seen).toEqual([]);
  });

  test.each<[string, unknown, number, string]>([
    ['that is no JSON', '{', 400, 'MANIFEST_INVALID'],
    ['that is a list', [], 400, 'MANIFEST_INVALID'],
    ['that is huge', { registry: 'x'.repeat(20_000) }, 400, 'MANIFEST_INVALID'],
    ['without a registry', { repository: 'a', reference: 'v1' }, 400, 'MANIFEST_INVALID'],
    ['without a repository', { registry: 'a', reference: 'v1' }, 400, 'MANIFEST_INVALID'],
    ['without a reference', { registry: 'a', repository: 'a' }, 400, 'MANIFEST_INVALID'],
    ['with two', { registry: 'a', repository: 'a', reference: 'a', digest: 'a' }, 400, 'MANIFEST_INVALID'],
    [
      'with a repository that climbs',
      { registry: 'a', repository: '../a', reference: 'a' },
      400,
      'NAME_INVALID',
    ],
    ['with a tag that climbs', { registry: 'a', repository: 'a', reference: '../a' }, 400, 'TAG_INVALID'],
    [
      'with a digest that is none',
      { registry: 'a', repository: 'a', digest: 'sha256:a' },
      400,
      'DIGEST_INVALID',
    ],
  ])('with a body %s', async (_, body, status, code) => {
    const response = await fetch(`${registry.url}/v2/a/manifests/v1/_import`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    expect(await refusal(response)).toEqual([status, code]);
  });

  test('where the digest here is to be another than there', async () => {
    const response = await askForImport(registry, `a@${digestOf('other')}`, source());
    expect(await refusal(response)).toEqual([400, 'DIGEST_INVALID']);
  });

  test('for the status of what nobody asked for', async () => {
    const response = await fetch(`${registry.url}/v2/never/manifests/v1/_import`);
    expect(await refusal(response)).toEqual([404, 'MANIFEST_UNKNOWN']);
  });

  test('for a tag that the upstream does not have', async () => {
    const response = await askForImport(registry, 'a:v1', source({ reference: 'missing' }));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('404');
  });
});
