/** A real model, published from a folder and from the Hub into two registries, and read by tools that others wrote. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { copyFrom, prune, type Pulling } from '../support/buildkit.ts';
import { folderHashes } from '../support/folder-hashes.ts';
import { startHubProcess, type HubProcess } from '../support/hub-process.ts';
import { minilm, MINILM_WEIGHTS } from '../support/minilm.ts';
import { modelList, type ModelList } from '../support/model-list.ts';
import { expectPublished, publishJson } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import { startRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const NAME = 'sentence-transformers/all-MiniLM-L6-v2';
/** Nobody else's repositories, in a registry that others use too. */
const PREFIX = `e2e-${randomUUID().slice(0, 8)}`;
const IMAGE = 'sentence-transformers/all-minilm-l6-v2';

describeWith(
  'registry',
  'buildkit',
  'stargz',
)('all-MiniLM-L6-v2', () => {
  let folder: string;
  let hub: HubProcess;
  let worker: RunningServe;
  let list: ModelList;
  /** Before each of the registries, by its name, so that what readers move can be counted. */
  const proxies = new Map<string, RegistryProxy>();
  const at = (registry: string, from: 'folder' | 'hub'): string =>
    `${proxies.get(registry)?.host}/${PREFIX}/${from}/${IMAGE}`;

  beforeAll(async () => {
    folder = await minilm();
    hub = await startHubProcess([`--model=${NAME}=${folder}`]);
    worker = await startServe();
    proxies.set('distribution', await startRegistryProxy(serviceAddress('REGISTRY')));
    proxies.set('our Worker', await startRegistryProxy(worker.host));
    list = await modelList();
    // A source lies beside the list.
    const source = join(list.folder, 'minilm');
    await copyFolder(folder, source);
    for (const registry of [serviceAddress('REGISTRY'), worker.host]) {
      await list.write([{ name: NAME, source: './minilm' }]);
      await publish(['--registry', `${registry}/${PREFIX}/folder`]);
      await list.write([{ name: NAME, sha: hub.shaOf(NAME) }]);
      await publish(['--registry', `${registry}/${PREFIX}/hub`, '--hub', hub.url]);
    }
  }, 180_000);

  afterAll(async () => {
    // Before the registries go away: see `prune`.
    await prune('lazy');
    for (const proxy of proxies.values()) await proxy[Symbol.asyncDispose]();
    await worker[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
    await list[Symbol.asyncDispose]();
  }, 60_000);

  /** Each with a cache of its own, so that every layer is read from its source. */
  async function publish(args: readonly string[]): Promise<void> {
    await using cache = await temporaryFolder();
    expectPublished(await publishJson([...list.args, '--cache', cache.path, ...args]));
  }

  test('the folder and the Hub give the same layers, the weights in one of their own', async () => {
    const fromFolder = await pullImage(at('distribution', 'folder'));
    const fromHub = await pullImage(at('distribution', 'hub'));
    expect(fromFolder?.layers.map(({ digest }) => digest)).toEqual(
      fromHub?.layers.map(({ digest }) => digest),
    );
    expect(fromHub?.layers).toHaveLength(2);
    expect(fromHub?.layers[0]?.annotations).toMatchObject({
      'org.opencontainers.image.title': MINILM_WEIGHTS.path,
      'containerd.io/snapshot/stargz/toc.digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(fromHub?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  test.each(['folder', 'hub'] as const)('from the %s: the same image in both registries', async (from) => {
    const digests = [];
    for (const registry of proxies.keys()) digests.push((await pullImage(at(registry, from)))?.digest);
    expect(digests[0]).toMatch(/^sha256:/);
    expect(digests[1]).toBe(digests[0]);
  });

  describe.each(['distribution', 'our Worker'])('from %s', (registry) => {
    test.each<Pulling>(['eager', 'lazy'])(
      'a Dockerfile copies all of it, byte for byte (%s)',
      async (pulling) => {
        await prune(pulling);
        await using copy = await temporaryFolder();
        await copyFrom(pulling, { image: at(registry, 'hub'), path: '/', destination: copy.path });
        expect(await folderHashes(copy.path)).toEqual(await folderHashes(folder));
      },
      120_000,
    );

    test('a lazy copy of config.json moves less than 200 KB in all', async () => {
      await prune('lazy');
      await using copy = await temporaryFolder();
      const proxy = proxies.get(registry);
      proxy?.forget();
      await copyFrom('lazy', {
        image: at(registry, 'hub'),
        path: '/config.json',
        destination: copy.path,
      });
      const moved = proxy?.wireBytes() ?? 0;
      const { 'config.json': copied } = await folderHashes(copy.path);
      const { 'config.json': original } = await folderHashes(folder);
      expect(copied).toBe(original);
      expect(moved).toBeGreaterThan(1000);
      expect(moved).toBeLessThan(200_000);
    }, 60_000);

    test.each(['linux/amd64', 'linux/arm64'])(
      'crane accepts the image for %s',
      async (platform) => {
        const image = at(registry, 'hub');
        const { stderr } = await run('crane', ['validate', '--remote', image, '--platform', platform]);
        expect(stderr).not.toMatch(/fail|error/i);
      },
      60_000,
    );

    test('crane exports exactly the files of the model', async () => {
      await using work = await temporaryFolder();
      const tar = join(work.path, 'image.tar');
      await run('crane', ['export', at(registry, 'hub'), tar]);
      const unpacked = join(work.path, 'unpacked');
      await mkdir(unpacked);
      await run('tar', ['-xf', tar, '-C', unpacked]);
      expect(await folderHashes(unpacked)).toEqual(await folderHashes(folder));
    }, 60_000);

    test('skopeo copies the image with both platforms', async () => {
      await using work = await temporaryFolder();
      const from = `docker://${at(registry, 'hub')}:latest`;
      const options = ['--all', '--preserve-digests', '--src-tls-verify=false'];
      await run('skopeo', ['--insecure-policy', 'copy', ...options, from, `dir:${work.path}/image`]);
      const image = await pullImage(at(registry, 'hub'));
      const files = await readdir(join(work.path, 'image'));
      expect(files).toEqual(
        expect.arrayContaining(image?.layers.map(({ digest }) => digest.replace('sha256:', '')) ?? ['?']),
      );
    }, 60_000);
  });
});

async function copyFolder(from: string, to: string): Promise<void> {
  for (const path of Object.keys(await folderHashes(from))) {
    const target = join(to, path);
    await mkdir(join(target, '..'), { recursive: true });
    await copyFile(join(from, path), target);
  }
}
