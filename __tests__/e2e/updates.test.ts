/** What a publish moves when little, or nothing, has changed since the last one. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { startHub, type Hub } from '../support/hub.ts';
import { largeModel } from '../support/large-model.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { layerOrigins, publishJson, type PublishDocument } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import { describeRegistries } from '../support/registries.ts';
import { startRegistryProxy, type Passed, type RegistryProxy } from '../support/registry-proxy.ts';

describeRegistries('updates', (host, prefix, kind) => {
  let hub: Hub;
  let proxy: RegistryProxy;
  let list: ModelList;
  /** Each test has repositories of its own. */
  let owner = '';
  let count = 0;

  beforeAll(async () => {
    hub = await startHub({ models: [] });
    proxy = await startRegistryProxy(host());
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await hub.close();
  });
  beforeEach(async () => {
    list = await modelList();
    owner = `owner-${(count += 1)}`;
  });
  afterEach(async () => list[Symbol.asyncDispose]());

  async function publish(models: readonly ListedModel[], ...options: string[]): Promise<PublishDocument> {
    await list.write(models);
    hub.requests.length = 0;
    proxy.forget();
    const registry = ['--registry', `${proxy.host}/${prefix}`, '--hub', hub.url];
    const { json } = await publishJson([...list.args, ...registry, ...options]);
    return json;
  }

  async function onHub(config: string, name = `${owner}/model`): Promise<ListedModel & { sha: string }> {
    const model = await largeModel({ name, config });
    hub.models.push(model);
    return { name, sha: model.sha };
  }

  test('a small file changed: its layer is made anew, the others are neither read nor sent', async () => {
    const { models: first } = await publish([await onHub('{"old": true}')]);
    expect(layerOrigins(first[0])).toEqual({
      'one.safetensors': 'pushed',
      'two.safetensors': 'pushed',
      '2 files': 'pushed',
    });

    const entry = await onHub('{"old": false}');
    const { models: second } = await publish([entry]);
    expect(layerOrigins(second[0])).toEqual({
      'one.safetensors': 'kept',
      'two.safetensors': 'kept',
      '2 files': 'pushed',
    });
    expect(hubFiles(hub)).toEqual(['README.md', 'config.json']);
    expect(uploads(proxy.passed)).toHaveLength(1);
    expect(bytesSent(proxy.passed)).toBeLessThan(20_000);
    const image = await pullImage(`${host()}/${prefix}/${owner}/model`);
    expect(image?.annotations['org.opencontainers.image.revision']).toBe(entry.sha);
    // Nobody has to ask for a layer that the published image has.
    const kept = image?.layers.slice(0, 2).map(({ digest }) => digest) ?? [];
    expect(proxy.passed.filter(({ url }) => kept.some((digest) => url.includes(digest)))).toEqual([]);
  });

  test('nothing changed: one look at the tag, and nothing else', async () => {
    const entry = await onHub('{"still": true}');
    await publish([entry]);
    const { models } = await publish([entry]);
    expect(models[0]).toMatchObject({ status: 'up-to-date' });
    expect(hub.requests).toEqual([]);
    expect(requests(proxy.passed)).toEqual([`GET /v2/${prefix}/${owner}/model/manifests/latest`]);
  });

  test('a second model with the same large files: they are mounted', async () => {
    await publish([await onHub('{"second": false}')]);
    const { models } = await publish([await onHub('{"second": true}', `${owner}/other`)]);
    expect(layerOrigins(models[0])).toEqual({
      'one.safetensors': 'mounted',
      'two.safetensors': 'mounted',
      '2 files': 'pushed',
    });
    expect(hubFiles(hub)).toEqual(['README.md', 'config.json']);
    expect(bytesSent(proxy.passed)).toBeLessThan(20_000);
    expect(await pullImage(`${host()}/${prefix}/${owner}/other`)).toBeDefined();
  });

  test('two tags: both name the image; a third one later moves alone', async () => {
    const entry = { ...(await onHub('{"tags": 2}')), tag: ['v1', 'latest'] };
    const { models } = await publish([entry]);
    const digest = models[0]?.status === 'published' ? models[0].digest : undefined;
    const repository = `${host()}/${prefix}/${owner}/model`;
    expect((await pullImage(repository, 'v1'))?.digest).toBe(digest);
    expect((await pullImage(repository, 'latest'))?.digest).toBe(digest);

    const later = await publish([{ ...entry, tag: ['v1', 'latest', 'stable'] }]);
    expect(later.models[0]).toMatchObject({ status: 'tagged', digest });
    expect(hub.requests).toEqual([]);
    expect(requests(proxy.passed).filter((request) => !request.startsWith('GET'))).toEqual([
      `PUT /v2/${prefix}/${owner}/model/manifests/stable`,
    ]);
    expect((await pullImage(repository, 'stable'))?.digest).toBe(digest);
  });

  // What follows is the same for every registry.
  if (kind === 'distribution') return;

  test('two models of one run with the same large files: each file is read once', async () => {
    const { models } = await publish([
      await onHub('{"run": 1}', `${owner}/one`),
      await onHub('{"run": 2}', `${owner}/two`),
    ]);
    const origins = models.map((model) => layerOrigins(model)['one.safetensors']);
    expect(new Set(origins)).toEqual(new Set(['mounted', 'pushed']));
    expect(uploads(proxy.passed)).toHaveLength(4);
    expect(await pullImage(`${host()}/${prefix}/${owner}/one`)).toBeDefined();
    expect(await pullImage(`${host()}/${prefix}/${owner}/two`)).toBeDefined();
  });

  test('files left out: the image is published anew, with the layers that are the same', async () => {
    const entry = await onHub('{"exclude": 1}');
    await publish([entry]);
    const { models } = await publish([{ ...entry, exclude: ['two.safetensors'] }]);
    expect(models[0]).toMatchObject({
      status: 'published',
      reason: expect.stringContaining('other options'),
    });
    expect(layerOrigins(models[0])).toEqual({ 'one.safetensors': 'kept', '2 files': 'kept' });
    expect(hubFiles(hub)).toEqual([]);
    expect((await pullImage(`${host()}/${prefix}/${owner}/model`))?.layers).toHaveLength(2);
  });

  test('other platforms: the image is published anew over the same layers', async () => {
    const entry = await onHub('{"platforms": 1}');
    await publish([entry]);
    const { models } = await publish([{ ...entry, platforms: ['linux/amd64'] }]);
    expect(Object.values(layerOrigins(models[0]))).toEqual(['kept', 'kept', 'kept']);
    expect((await pullImage(`${host()}/${prefix}/${owner}/model`))?.platforms).toEqual(['linux/amd64']);
  });

  test('one layer for all: made anew, since it is another layer', async () => {
    const entry = await onHub('{"single": 1}');
    await publish([entry]);
    const { models } = await publish([{ ...entry, layout: 'single' }]);
    expect(layerOrigins(models[0])).toEqual({ '4 files': 'pushed' });
  });

  test('one revision under a tag of its own beside another: both stay', async () => {
    const old = await onHub('{"pinned": "old"}');
    const recent = await onHub('{"pinned": "new"}');
    await publish([
      { ...old, tag: 'v1' },
      { ...recent, tag: 'v2' },
    ]);
    const repository = `${host()}/${prefix}/${owner}/model`;
    const revision = 'org.opencontainers.image.revision';
    expect((await pullImage(repository, 'v1'))?.annotations[revision]).toBe(old.sha);
    expect((await pullImage(repository, 'v2'))?.annotations[revision]).toBe(recent.sha);
    expect(uploads(proxy.passed)).toHaveLength(4);
  });

  test('--select all makes an image that is up to date anew, over its layers', async () => {
    const entry = await onHub('{"all": 1}');
    const first = await publish([entry]);
    const again = await publish([entry], '--select', 'all');
    expect(Object.values(layerOrigins(again.models[0]))).toEqual(['kept', 'kept', 'kept']);
    expect(again.models[0]).toMatchObject({ status: 'published' });
    expect(digestOf(again)).toBe(digestOf(first));
  });

  test('the list goes back to an earlier revision: its layers are still known', async () => {
    const entry = await onHub('{"back": 1}');
    const first = await publish([entry]);
    const repository = `${host()}/${prefix}/${owner}/model`;
    const other = await publish([await onHub('{"back": 2}', `${owner}/model`)]);
    expect(digestOf(other)).not.toBe(digestOf(first));
    const again = await publish([entry]);
    expect(digestOf(again)).toBe(digestOf(first));
    expect((await pullImage(repository))?.digest).toBe(digestOf(first));
    expect(uploads(proxy.passed)).toEqual([]);
  });
});

function digestOf({ models: [model] }: PublishDocument): string | undefined {
  return model && model.status !== 'failed' ? model.digest : undefined;
}

function requests(passed: readonly Passed[]): string[] {
  return passed.map(({ method, url }) => `${method} ${url}`);
}

/** Layers are streamed with PATCH; configs come whole, with PUT. */
function uploads(passed: readonly Passed[]): Passed[] {
  return passed.filter(({ method }) => method === 'PATCH');
}

function bytesSent(passed: readonly Passed[]): number {
  return passed.reduce((sum, { sent }) => sum + sent, 0);
}

/** Files that the hub was asked for the bytes of. */
function hubFiles({ requests: seen }: Hub): string[] {
  const paths = seen.flatMap(({ url }) => /\/resolve\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? []);
  return [...new Set(paths)].toSorted();
}
