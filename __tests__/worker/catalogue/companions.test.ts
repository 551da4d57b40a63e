/** What shares an image's layers is told with its image; what stands by itself as what it is. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Model } from '../../../worker/src/catalogue/model.ts';
import {
  pushArtifact,
  pushContainer,
  pushDockerModel,
  pushForeign,
  pushModelKit,
} from '../../support/companions.ts';
import { FOREIGN_FILES, type ForeignTool } from '../../support/foreign-images.ts';
import { ggufBytes, SHARDS } from '../../support/gguf-files.ts';
import { listOnce, pushModel, readJson, type PushedModel } from '../../support/model-images.ts';
import { OciClient } from '../../support/oci-client.ts';
import { foreignContent, pushContent } from '../../support/registry-content.ts';
import { someBytes, startRegistry, type TestRegistry } from '../../support/worker.ts';

const KITFILE = 'ml.kitops.modelkit.kitfile';
const GGUF = Buffer.from(ggufBytes(SHARDS[0] ?? ''));
const BASE = someBytes(5000);
const CONTENTS = [{ 'model.safetensors': someBytes(3000) }, { 'README.md': Buffer.from('# Digits\n') }];

let registry: TestRegistry;
let client: OciClient;
let model: PushedModel;
let digests: { kit: string; docker: string; container: string };
beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'acme/digits');
  model = await pushModel(registry, 'acme/digits', CONTENTS, { tag: 'v1' });
  await pushModel(registry, 'acme/digits', CONTENTS, { tag: 'v1-rc' });
  const pushed = { model, tag: 'v1' };
  digests = {
    kit: await pushModelKit(client, pushed),
    docker: await pushDockerModel(client, { ...pushed, gguf: GGUF }),
    container: await pushContainer(client, { ...pushed, base: BASE }),
  };
  await pushModelKit(client, { model, tag: 'v1-rc' });
});
afterAll(() => registry.stop());

function readModel(name: string, reference?: string): Promise<Model> {
  const query = reference === undefined ? '' : `?reference=${reference}`;
  return readJson<Model>(`${registry.url}/api/models/${name}${query}`);
}

async function pageOf(name: string): Promise<string> {
  return (await fetch(`${registry.url}/${name}`)).text();
}

describe('an image with companions', () => {
  test('has them beside its versions, each with what it adds', async () => {
    const { tags, image } = await readModel('acme/digits', 'v1');
    expect(tags.map(({ tag }) => tag).toSorted()).toEqual(['v1', 'v1-rc']);
    const size = image?.size ?? 0;
    expect(image).toMatchObject({ kind: 'image', sizeWithCompanions: size + BASE.length + GGUF.length });
    expect(image?.layers[0]?.sharedWith).toEqual([]);
    expect(image?.companions).toEqual([
      {
        tag: 'v1-python',
        suffix: 'python',
        digest: digests.container,
        kind: 'container',
        size: size + BASE.length,
        newBytes: BASE.length,
        base: { name: 'docker.io/library/python:3.12-slim', digest: `sha256:${'5'.repeat(64)}` },
      },
      { tag: 'v1-modelkit', suffix: 'modelkit', digest: digests.kit, kind: 'modelkit', size, newBytes: 0 },
      {
        tag: 'v1-docker-model',
        suffix: 'docker-model',
        digest: digests.docker,
        kind: 'docker-model',
        size: GGUF.length,
        newBytes: GGUF.length,
      },
    ]);
  });

  test('of two tags has those of the tag that is asked for', async () => {
    const { image } = await readModel('acme/digits', 'v1-rc');
    const kit = image?.companions.find(({ kind }) => kind === 'modelkit');
    expect(kit).toMatchObject({ tag: 'v1-rc-modelkit', suffix: 'modelkit' });
  });

  test('is one row of the list, of its own size and tags', async () => {
    const page = await listOnce(registry, ({ models: [row] }) => row?.tags === 2, '?q=acme/digits');
    const { image } = await readModel('acme/digits', 'v1');
    expect(page.models[0]).toMatchObject({ name: 'acme/digits', digest: model.digest, size: image?.size });
    expect(page.models[0]).not.toHaveProperty('kind');
  });

  test('keeps to its tag: one whose image has no tag any more stands by itself', async () => {
    const name = 'acme/moved';
    const before = await pushModel(registry, name, CONTENTS, { tag: 'v1' });
    await pushModelKit(new OciClient(registry.url, name), { model: before, tag: 'v1' });
    await pushModel(registry, name, [{ other: Buffer.from('another') }], { tag: 'v1' });
    const { tags, image } = await readModel(name, 'v1');
    expect(image?.companions).toEqual([]);
    expect(tags.map(({ tag, image: of }) => [tag, of])).toEqual([
      ['v1', undefined],
      ['v1-modelkit', before.digest],
    ]);
  });
});

describe('a companion', () => {
  test('that is a ModelKit is told with its Kitfile, its files and its image', async () => {
    const { image } = await readModel('acme/digits', 'v1-modelkit');
    expect(image).toMatchObject({
      kind: 'modelkit',
      artifactType: 'application/vnd.kitops.modelkit.manifest.v1+json',
      of: { digest: model.digest, tag: 'v1' },
      artifact: { name: 'digits', version: '2.0', licenses: ['mit'], authors: ['Ada'] },
      layers: [
        { role: 'model', title: 'model.safetensors', files: 1, sharedWith: expect.arrayContaining(['v1']) },
        { role: 'docs', title: 'docs/0', files: 1 },
      ],
      card: { text: '# Digits\n' },
      companions: [],
    });
    expect(image?.files.map(({ path }) => path)).toEqual(['README.md', 'model.safetensors']);
  });

  test('that runs is told with its base, and the files above it', async () => {
    const { image } = await readModel('acme/digits', 'v1-python');
    expect(image).toMatchObject({
      kind: 'container',
      base: { name: 'docker.io/library/python:3.12-slim' },
      of: { tag: 'v1' },
      incomplete: expect.stringContaining('eStargz'),
    });
    expect(image?.files.map(({ path }) => path)).toEqual(['README.md', 'model.safetensors']);
  });

  test('of raw layers is told with what the headers of its weights say', async () => {
    const { image } = await readModel('acme/digits', 'v1-docker-model');
    expect(image).toMatchObject({
      kind: 'docker-model',
      size: GGUF.length,
      files: [{ path: 'digits.gguf', size: GGUF.length, format: 'gguf' }],
      weights: [{ path: 'digits.gguf', format: 'gguf', architecture: expect.any(String) }],
    });
    const address = `${registry.url}/acme/digits/-/files/v1-docker-model/digits.gguf`;
    const response = await fetch(address, { headers: { Range: 'bytes=4-9' } });
    expect([response.status, Buffer.from(await response.arrayBuffer())]).toEqual([206, GGUF.subarray(4, 10)]);
  });
});

describe('what somebody has pushed by itself', () => {
  const kinds: [ForeignTool, string, string][] = [
    ['kit', 'modelkit', 'kit unpack'],
    ['kit-model-pack', 'modelpack', 'kit unpack'],
    ['modctl-tar', 'modelpack', 'modctl pull'],
  ];
  test.each(kinds)('with %s is a %s, listed by its parts, for %s', async (tool, kind, command) => {
    const name = `others/${tool}`;
    await pushForeign(new OciClient(registry.url, name), tool, 'latest');
    const { image } = await readModel(name);
    expect(image).toMatchObject({ kind, artifact: { name: 'tiny' } });
    expect(image?.layers.map(({ role, title }) => `${role} ${title}`).toSorted()).toEqual([
      'docs README.md',
      'model config.json',
      'model model.safetensors',
    ]);
    await listOnce(registry, ({ models: [row] }) => row?.kind === kind, `?q=${name}+${kind}`);
    // modctl does not unpack what is compressed.
    const [shown] = /(?:kit unpack|modctl pull) --plain/.exec(await pageOf(name)) ?? [];
    expect(shown).toBe(`${command} --plain`);
  });

  test('with a long Kitfile in an annotation is told by all of it', async () => {
    const name = 'others/long';
    const long = foreignContent('kit-model-pack', 'v1', {
      manifest: (manifest) => {
        const annotations = manifest['annotations'] as Record<string, string>;
        const kitfile = JSON.parse(annotations[KITFILE] ?? '') as { package: object };
        const told = { ...kitfile, package: { description: 'd'.repeat(5000), ...kitfile.package } };
        return { ...manifest, annotations: { [KITFILE]: JSON.stringify(told) } };
      },
    });
    await pushContent(new OciClient(registry.url, name), long);
    const { image } = await readModel(name);
    expect(image?.artifact).toMatchObject({ name: 'tiny', description: 'd'.repeat(300) });
    expect(image?.annotations[KITFILE]).toHaveLength(4096);
  });

  test('with a config that is too long to be read is told without it', async () => {
    const content = foreignContent('kit', 'v1', {
      config: (config) => ({ ...config, package: { description: 'd'.repeat(1_100_000) } }),
    });
    await pushContent(new OciClient(registry.url, 'others/config'), content);
    expect((await readModel('others/config')).image?.artifact).toEqual({
      contradiction: 'Its config has more than 1048576 bytes.',
    });
  });

  test('with modctl in raw layers has files, which come as they were pushed', async () => {
    const name = 'others/modctl';
    await pushForeign(new OciClient(registry.url, name), 'modctl', 'latest');
    const { image } = await readModel(name);
    expect(image).toMatchObject({ kind: 'modelpack', card: { path: 'README.md' } });
    expect(image).not.toHaveProperty('incomplete');
    for (const [path, digest] of Object.entries(FOREIGN_FILES)) {
      const response = await fetch(`${registry.url}/${name}/-/files/latest/${path}`);
      expect(response.headers.get('etag')).toBe(`"${digest}"`);
      const hash = createHash('sha256').update(new Uint8Array(await response.arrayBuffer()));
      expect(`sha256:${hash.digest('hex')}`).toBe(digest);
    }
  });

  test('in a kind that is not known is an artifact', async () => {
    const charts = new OciClient(registry.url, 'others/chart');
    await pushArtifact(charts, {
      configType: 'application/vnd.cncf.helm.config.v1+json',
      config: {},
      layers: [],
      tag: 'v1',
    });
    expect((await readModel('others/chart')).image).toMatchObject({ kind: 'artifact', files: [], size: 0 });
  });

  test.each([
    ['a Kitfile that names other layers', { model: { path: 'x', digest: `sha256:${'0'.repeat(64)}` } }],
    ['a Kitfile that is none', 'text'],
    ['a path that leads elsewhere', { model: { path: '../../etc/passwd' } }],
  ])('with %s is shown as far as it goes', async (_, config) => {
    const other = new OciClient(registry.url, 'others/wrong');
    const bytes = Buffer.from('not a tar');
    const layer = {
      mediaType: 'application/vnd.kitops.modelkit.model.v1.raw',
      digest: await other.pushBlob(bytes),
      size: bytes.length,
      annotations: { 'org.cncf.model.filepath': '../../etc/passwd' },
    };
    await pushArtifact(other, {
      configType: 'application/vnd.kitops.modelkit.config.v1+json',
      config: config as object,
      layers: [layer],
      tag: 'v1',
      annotations: { 'ai.depot.image': 'no digest' },
    });
    const { image } = await readModel('others/wrong');
    expect(image).toMatchObject({ kind: 'modelkit', files: [], size: bytes.length });
    expect(image?.incomplete).toContain('which leads elsewhere');
  });
});
