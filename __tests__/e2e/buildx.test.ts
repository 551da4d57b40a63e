/** `--builder buildx` with a real BuildKit: the same images as the stream builder's, made again only where it must be. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startAiAction } from '../support/ai-action.ts';
import { copyFrom, prune } from '../support/buildkit.ts';
import { folderHashes } from '../support/folder-hashes.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { LARGE, largeModel } from '../support/large-model.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { expectPublished, layerOrigins, publishJson, type PublishDocument } from '../support/published.ts';
import { pullImage } from '../support/pulled.ts';
import { startRegistryProxy } from '../support/registry-proxy.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const NAME = 'owner/model';
/** Another revision whose files have the same paths, sizes and, in a build context, times. */
const CONFIG = ['{"a": 1}', '{"a": 2}'] as const;

describeWith(
  'registry',
  'buildkit',
  'stargz',
)('the buildx builder', () => {
  const prefix = `buildx-${randomUUID().slice(0, 8)}`;
  let hub: Hub;
  let list: ModelList;
  let first: StandInModel;
  let second: StandInModel;

  beforeAll(async () => {
    first = await withOddFiles(await largeModel({ name: NAME, config: CONFIG[0] }));
    second = await withOddFiles(await largeModel({ name: NAME, config: CONFIG[1] }));
    hub = await startHub({ models: [first, second] });
    list = await modelList();
    for (const builder of ['stream', 'buildx']) {
      await publish(builder, [{ name: NAME, sha: first.sha }], '--builder', builder);
    }
  }, 120_000);
  afterAll(async () => {
    await prune('lazy');
    await list[Symbol.asyncDispose]();
    await hub.close();
  }, 60_000);

  const at = (where: string): string => `${serviceAddress('REGISTRY')}/${prefix}/${where}/${NAME}`;

  /** @param where a part of the repositories' names. */
  async function publish(
    where: string,
    models: readonly ListedModel[],
    ...options: readonly string[]
  ): Promise<PublishDocument> {
    await list.write(models);
    const registry = `${serviceAddress('REGISTRY')}/${prefix}/${where}`;
    const args = [...list.args, '--registry', registry, '--hub', hub.url, ...options];
    const { json, ...outcome } = await publishJson(args);
    expectPublished(outcome);
    return json;
  }

  describe('gives what the stream builder gives', () => {
    test('annotations, labels, platforms and layer plan', async () => {
      const [stream, buildx] = [await describeImage(at('stream')), await describeImage(at('buildx'))];
      expect(buildx.platforms).toEqual(['linux/amd64', 'linux/arm64']);
      expect(buildx.layers).toEqual(['one.safetensors', 'two.safetensors', null]);
      expect(buildx).toEqual(stream);
    });

    test('files and their bytes, and nothing else', async () => {
      await using folder = await temporaryFolder();
      for (const builder of ['stream', 'buildx']) {
        await unpack(at(builder), join(folder.path, builder));
      }
      const files = await folderHashes(join(folder.path, 'buildx'));
      expect(Object.keys(files).toSorted()).toEqual(first.files.map(({ path }) => path).toSorted());
      expect(files).toEqual(await folderHashes(join(folder.path, 'stream')));
    }, 60_000);

    test('an image that is copied from lazily', async () => {
      await using proxy = await startRegistryProxy(serviceAddress('REGISTRY'));
      await prune('lazy');
      await using copy = await temporaryFolder();
      const image = at('buildx').replace(serviceAddress('REGISTRY'), proxy.host);
      await copyFrom('lazy', { image, path: '/config.json', destination: copy.path });
      const moved = proxy.wireBytes();
      // Before the proxy goes away.
      await prune('lazy');
      expect(Object.keys(await folderHashes(copy.path))).toEqual(['config.json']);
      expect(moved).toBeLessThan(400_000);
    }, 60_000);
  });

  test('one revision gives the same digests in another place, without anything that was kept', async () => {
    await prune('eager');
    await using cache = await temporaryFolder();
    await publish('again', [{ name: NAME, sha: first.sha }], '--builder', 'buildx', '--cache', cache.path);
    expect((await pullImage(at('again')))?.digest).toBe((await pullImage(at('buildx')))?.digest);
    // The next model finds the disk as free as this one did.
    expect((await readdir(cache.path)).filter((name) => name.startsWith('buildx-'))).toEqual([]);
  }, 120_000);

  test('a change of one file builds one layer, also where path and size stay the same', async () => {
    const { models } = await publish('buildx', [{ name: NAME, sha: second.sha }], '--builder', 'buildx');
    expect(layerOrigins(models[0])).toEqual({
      'one.safetensors': 'kept',
      'two.safetensors': 'kept',
      [`${first.files.length - 2} files`]: 'pushed',
    });
    await using copy = await temporaryFolder();
    await unpack(at('buildx'), copy.path);
    expect(await readFile(join(copy.path, 'config.json'), 'utf8')).toBe(CONFIG[1]);
  }, 60_000);

  test('a layer of another model is mounted, and the tags of the other builder are not up to date', async () => {
    const listed = [{ name: NAME, sha: first.sha, image: 'other/model' }];
    const { models } = await publish('buildx', listed, '--builder', 'buildx');
    expect(new Set(Object.values(layerOrigins(models[0])))).toEqual(new Set(['mounted']));
    const again = await publish('stream', [{ name: NAME, sha: first.sha }], '--builder', 'buildx');
    expect(again.models[0]).toMatchObject({
      status: 'published',
      reason: expect.stringContaining('other options'),
    });
  }, 60_000);

  test('layout single gives one layer, that of models/Dockerfile run by hand', async () => {
    const small = first.files.filter(({ size }) => size < LARGE).map(({ path }) => path);
    const listed = { name: NAME, sha: first.sha, layout: 'single', include: small } as const;
    await publish('single', [listed], '--builder', 'buildx');
    const layers = (await pullImage(at('single')))?.layers ?? [];
    expect(layers).toHaveLength(1);
    await using folder = await temporaryFolder();
    const model = join(folder.path, 'model');
    await unpack(at('single'), model);
    await run('find', [model, '-exec', 'touch', '-d', '@0', '{}', '+']);
    const image = at('by-hand');
    const output = `type=image,name=${image},push=true,compression=estargz,force-compression=true,oci-mediatypes=true`;
    const dockerfile = join(import.meta.dirname, '../../models/Dockerfile');
    await run('buildx', [
      'build',
      '--provenance=false',
      '--file',
      dockerfile,
      '--output',
      output,
      folder.path,
    ]);
    const byHand = JSON.parse((await run('crane', ['manifest', image])).stdout) as {
      layers: { digest: string }[];
    };
    expect(byHand.layers.map(({ digest }) => digest)).toEqual(layers.map(({ digest }) => digest));
  }, 60_000);

  test('Ctrl-C ends BuildKit’s work and leaves nothing on the disk', async () => {
    await using folder = await temporaryFolder();
    await list.write([{ name: NAME, sha: first.sha }]);
    const registry = `${serviceAddress('REGISTRY')}/${prefix}/stopped`;
    const args = [...list.args.slice(0, 2), '--cache', folder.path, '--registry', registry, '--hub', hub.url];
    // The log of BuildKit says when it is at work.
    await prune('eager');
    const { child, ended } = startAiAction(['publish', ...args, '--builder', 'buildx']);
    let interrupted = false;
    child.stderr?.on('data', (bytes: Buffer) => {
      if (interrupted || !bytes.toString().includes('exporting layers')) return;
      interrupted = child.kill('SIGINT');
    });
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/interrupted/);
    expect(await readdir(folder.path)).not.toContainEqual(expect.stringMatching(/^buildx-/));
    expect((await run('ps', ['-eo', 'args'])).stdout).not.toContain(folder.path);
    expect(await pullImage(at('stopped'))).toBeUndefined();
  }, 60_000);
});

/** Everything of an image but its layers' bytes. */
async function describeImage(image: string): Promise<Record<string, unknown> & { layers: unknown[] }> {
  const pulled = await pullImage(image);
  const manifests = [];
  for (const platform of pulled?.platforms ?? []) {
    const manifest = JSON.parse(
      (await run('crane', ['manifest', image, '--platform', platform])).stdout,
    ) as object;
    const config = JSON.parse((await run('crane', ['config', image, '--platform', platform])).stdout) as {
      rootfs: { diff_ids: unknown[] };
    };
    const { layers: _layers, config: _config, ...rest } = manifest as Record<string, unknown>;
    manifests.push({ ...rest, config: { ...config, rootfs: { layers: config.rootfs.diff_ids.length } } });
  }
  return withoutRecipe({
    annotations: pulled?.annotations,
    platforms: pulled?.platforms,
    layers:
      pulled?.layers.map(({ annotations }) => annotations?.['org.opencontainers.image.title'] ?? null) ?? [],
    layerAnnotations: pulled?.layers.map(({ annotations }) => Object.keys(annotations ?? {}).toSorted()),
    manifests,
  });
}

/** The recipe names the builder, so that it differs; everything else must not. */
function withoutRecipe<T>(described: T): T {
  return JSON.parse(
    JSON.stringify(described).replaceAll(/"ai\.depot\.recipe":"[^"]*"/g, '"ai.depot.recipe":""'),
  ) as T;
}

/** With what a build context could trip over. */
async function withOddFiles(model: StandInModel): Promise<StandInModel> {
  const files = [
    ...model.files,
    await memoryFile('.dockerignore', '*\n'),
    await memoryFile('Dockerfile', 'FROM nowhere.invalid/none\n'),
    await memoryFile('empty.txt', ''),
    await memoryFile('sub/a b[x] $HOME é.json', '{}'),
    await memoryFile('sub/deeper/.hidden', 'x'),
  ];
  return { ...model, files, sha: shaOf(files) };
}

async function unpack(image: string, folder: string): Promise<void> {
  await using work = await temporaryFolder();
  const tar = join(work.path, 'image.tar');
  await run('crane', ['export', image, tar]);
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xf', tar, '-C', folder]);
}
