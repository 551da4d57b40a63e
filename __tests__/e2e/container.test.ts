/** `ai-action container`: what other tools packed, on a base image, in real registries. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { ImageConfig, Index, Manifest } from '../../src/oci/descriptor.ts';
import { aiAction } from '../support/ai-action.ts';
import { validateByCrane } from '../support/crane.ts';
import { FOREIGN_FILES, type ForeignTool } from '../support/foreign-images.ts';
import { IMAGE, INDEX, OciClient } from '../support/oci-client.ts';
import { describeRegistries } from '../support/registries.ts';
import { baseContent, foreignContent, pushContent, type BaseOptions } from '../support/registry-content.ts';
import { startRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';
import { describeWith, serviceAddress } from '../support/services.ts';
import { runHere, type ProgramOutcome } from '../support/run-program.ts';
import { pushTinyKit, showFiles, SHOWN, showingBase } from '../support/showing-container.ts';
import { tarLayer } from '../support/tar-layer.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What `foreign-images` have in their layers, whoever packed them. */
const PATHS = Object.keys(FOREIGN_FILES);

async function makeJson(...args: string[]): Promise<ProgramOutcome & { json: unknown }> {
  const outcome = await runHere(['container', ...args, '--json']);
  return { ...outcome, json: outcome.stdout === '' ? undefined : (JSON.parse(outcome.stdout) as unknown) };
}

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(['container', ...args]);
  expect({ code: code === 0 ? code : 'not 0', stdout }).toEqual({ code: 'not 0', stdout: '' });
  return stderr;
}

type Change = Parameters<typeof foreignContent>[2];

describeRegistries('containers of artifacts', (host, prefix, kind) => {
  let proxy: RegistryProxy;
  beforeAll(async () => {
    proxy = await startRegistryProxy(host());
  });
  beforeEach(() => proxy.forget());
  afterAll(async () => proxy[Symbol.asyncDispose]());

  const client = (name: string): OciClient => new OciClient(`http://${host()}`, `${prefix}/${name}`);
  const at = (name: string): string => `${proxy.host}/${prefix}/${name}`;

  /** @returns its reference */
  async function pushKit(name: string, tool: ForeignTool, change?: Change): Promise<string> {
    await pushContent(client(name), foreignContent(tool, 'v1', change));
    return at(`${name}:v1`);
  }

  /** A ModelKit of docs alone, whose model is another one's. @returns its reference */
  async function referring(name: string, path: string): Promise<string> {
    return pushKit(name, 'kit', {
      config: ({ docs, ...config }) => ({ ...config, docs, model: { path } }),
      manifest: (manifest) => ({ ...manifest, layers: (manifest['layers'] as object[]).slice(2) }),
    });
  }

  /** @returns its reference */
  async function pushBase(name: string, options: BaseOptions = {}): Promise<string> {
    await pushContent(client(name), baseContent(options));
    return at(`${name}:1`);
  }

  async function json<Document>(name: string, path: string): Promise<Document> {
    const headers = { accept: `${INDEX}, ${IMAGE}, application/octet-stream` };
    return (await (await client(name).request('GET', path, { headers })).json()) as Document;
  }

  /** The manifests of all platforms. */
  async function manifestsAt(name: string, tag: string): Promise<Manifest[]> {
    const { manifests } = await json<Index>(name, `manifests/${tag}`);
    return Promise.all(manifests.map(({ digest }) => json<Manifest>(name, `manifests/${digest}`)));
  }

  test.each<[ForeignTool, NonNullable<BaseOptions['format']>, string]>([
    ['kit', 'oci', 'tar'],
    ['kit-zstd', 'docker', 'tar+zstd'],
    ['kit-model-pack', 'docker', 'tar+gzip'],
    ['modctl-tar', 'oci', 'tar'],
  ])('of %s on a base of %s: the same blobs, in layers of an image', async (tool, format, encoding) => {
    const kit = await pushKit(tool, tool);
    const platforms = ['linux/amd64', 'linux/arm/v7'];
    const base = await pushBase(`base-${format}`, { format, platforms });
    proxy.forget();
    const made = await makeJson(kit, '--base', base);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.json).toMatchObject({
      reference: `${kit}-container`,
      status: 'pushed',
      overlaps: [],
      unread: 0,
    });
    const artifact = await json<Manifest>(tool, 'manifests/v1');
    for (const { config, layers } of await manifestsAt(tool, 'v1-container')) {
      expect(layers.slice(1)).toEqual(
        artifact.layers.map((layer) => ({
          ...layer,
          mediaType: `application/vnd.oci.image.layer.v1.${encoding}`,
        })),
      );
      const { rootfs, history } = await json<ImageConfig>(tool, `blobs/${config.digest}`);
      expect([rootfs.diff_ids.length, history.length]).toEqual([4, 4]);
    }
    // The artifact's layers are there, and the base's mounted: nothing but documents is sent.
    const sent = proxy.passed.filter(({ method }) => method === 'PATCH').length;
    expect(sent).toBe(0);
    // The headers of plain tar and zstd are not looked for by "crane validate".
    const fast = encoding === 'tar+gzip' ? [] : ['--fast'];
    await validateByCrane(`${host()}/${prefix}/${tool}:v1-container`, fast);

    proxy.forget();
    const again = await makeJson(kit, '--base', base);
    expect(again.json).toMatchObject({ status: 'unchanged' });
    expect(proxy.passed.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
    const verified = await runHere(['verify', `${kit}-container`]);
    expect(verified.stdout).toContain('all is as it should be');
  });

  // Which registry it is makes no difference to these.
  if (kind === 'worker') {
    test('some of its parts, with settings, for one platform, somewhere else', async () => {
      const kit = await pushKit('chosen', 'kit');
      const base = await pushBase('chosen-base', { platforms: ['linux/amd64', 'linux/arm64'] });
      const to = at('elsewhere/model:run');
      const chosen = ['--to', to, '--with', 'docs,model:config.json', '--platform', 'linux/arm64'];
      const set = ['--workdir', '/srv', '--env', 'A=1,2', '--env', 'B=x=y', '--label', 'a=b'];
      const started = ['--entrypoint', '["/bin/serve", "-v"]', '--cmd', 'echo hi'];
      const args = ['container', kit, '--base', base, ...chosen, ...set, ...started];
      const { stdout, stderr } = await runHere(args);
      expect(stderr).toBe('');
      expect(stdout).toContain(`${to}  sha256:`);
      expect(stdout).toContain('\nfor linux/arm64\n');
      const [manifest, ...others] = await manifestsAt('elsewhere/model', 'run');
      expect(others).toEqual([]);
      expect(
        manifest?.layers.slice(1).map(({ annotations }) => annotations?.['org.cncf.model.filepath']),
      ).toEqual(['config.json', 'README.md']);
      const { config } = await json<ImageConfig>('elsewhere/model', `blobs/${manifest?.config.digest}`);
      expect(config).toMatchObject({
        Env: ['PATH=/bin', 'A=1,2', 'B=x=y'],
        Entrypoint: ['/bin/serve', '-v'],
        Cmd: ['/bin/sh', '-c', 'echo hi'],
        WorkingDir: '/srv',
        Labels: { base: 'yes', a: 'b', 'org.opencontainers.image.title': 'tiny' },
      });
    });

    test('a dry run reads all of it, and writes nothing', async () => {
      const kit = await pushKit('dry', 'kit-zstd');
      const base = await pushBase('dry-base');
      proxy.forget();
      const dry = await makeJson(kit, '--base', base, '--dry-run');
      expect(dry.json).toMatchObject({ status: 'made', layers: PATHS.map(() => ({ origin: 'read' })) });
      expect(proxy.passed.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
      const made = await makeJson(kit, '--base', base);
      expect((made.json as { digest: string }).digest).toBe((dry.json as { digest: string }).digest);
    });

    test('files that hide others are named, and so is what is in no layer', async () => {
      const kit = await pushKit('hides', 'kit', {
        config: (config) => ({ ...config, datasets: [{ path: 'data', remotePath: 's3://bucket/data' }] }),
      });
      const layers = [tarLayer([{ name: 'README.md', content: 'of the base' }])];
      const base = await pushBase('hides-base', { layers });
      const { code, stderr } = await runHere(['container', kit, '--base', base]);
      expect(code).toBe(0);
      expect(stderr.split('\n')).toEqual([
        'hidden: README.md of the base by docs README.md',
        'left out: dataset data, which is at s3://bucket/data',
        '',
      ]);
    });

    test('from one registry into another, each layer is read once', async () => {
      await using source = await startRegistryStandIn();
      await pushContent(
        new OciClient(`http://${source.host}`, 'owner/kit'),
        foreignContent('kit-zstd', 'v1'),
      );
      await pushContent(new OciClient(`http://${source.host}`, 'base'), baseContent({ tag: 'base' }));
      source.seen.length = 0;
      const made = await makeJson(
        `${source.host}/owner/kit:v1`,
        '--base',
        `${source.host}/base:base`,
        '--to',
        at('copied:run'),
      );
      expect(made.json).toMatchObject({ status: 'pushed', layers: PATHS.map(() => ({ origin: 'pushed' })) });
      const { layers } = await json<Manifest>(
        'copied',
        `manifests/${(await json<Index>('copied', 'manifests/run')).manifests[0]?.digest}`,
      );
      for (const { digest } of layers.slice(1)) {
        expect(source.seen.filter(({ url }) => url.endsWith(digest))).toHaveLength(1);
      }
    });

    test('the model of another ModelKit comes below its own parts', async () => {
      const parent = await pushKit('parent', 'kit-zstd');
      const child = await referring('child', parent);
      const made = await makeJson(child, '--base', await pushBase('child-base'));
      expect(made.json).toMatchObject({
        artifact: { reference: child, kind: 'modelkit', modelReference: parent },
        layers: [
          { role: 'model', path: 'model.safetensors' },
          { role: 'model', path: 'config.json' },
          { role: 'docs', path: 'README.md' },
        ],
      });
      const [{ layers } = { layers: [] }] = await manifestsAt('child', 'v1-container');
      expect(layers.slice(1).map(({ mediaType }) => mediaType.slice(-4))).toEqual(['zstd', 'zstd', '.tar']);
    });

    test('ModelKits that refer to each other, or to none that can be had', async () => {
      const base = await pushBase('chain-base');
      const [a, b] = [await referring('ring-a', at('ring-b:v1')), await referring('ring-b', at('ring-a:v1'))];
      expect(await refused(a, '--base', base)).toContain(`The model of ${a} is its own: ${a} → ${b} → ${a}.`);
      for (let link = 0; link < 11; link++) await referring(`link-${link}`, at(`link-${link + 1}:v1`));
      expect(await refused(at('link-0:v1'), '--base', base)).toContain(
        'More than 10 ModelKits refer to each other',
      );
      const local = await referring('local', 'mine:v1');
      expect(await refused(local, '--base', base)).toContain(
        `${local} takes its model from "mine:v1", which is in no registry.`,
      );
    });

    test('what cannot become a container is refused, and says what to do', async () => {
      const kit = await pushKit('bad', 'kit');
      const zstd = await pushKit('bad-zstd', 'kit-zstd', {
        config: (config) => ({
          ...config,
          docs: (config['docs'] as object[]).map((doc) => ({ ...doc, diffId: `sha256:${'0'.repeat(64)}` })),
        }),
      });
      const base = await pushBase('bad-base');
      const tall = await pushBase('tall-base', {
        layers: Array.from({ length: 125 }, () => tarLayer([{ name: 'the same' }])),
      });
      const cases: [args: string[], message: string][] = [
        [[zstd, '--base', base], `its artifact says sha256:${'0'.repeat(64)}`],
        [[await pushKit('bad-raw', 'modctl'), '--base', base], 'has model "config.json" as a raw file'],
        [[kit, '--base', tall], 'has 125 layers, and 3 more make more than 127'],
        [[kit, '--base', base, '--platform', 'linux/s390x'], 'is not there for linux/s390x'],
        [[kit, '--base', at('bad-base:2')], `There is no base image ${at('bad-base:2')}.`],
        [
          [kit, '--base', kit],
          'it is no container image: its config is application/vnd.kitops.modelkit.config',
        ],
        [[at('bad:v2'), '--base', base], `There is no ${at('bad:v2')}.`],
        [[base, '--base', base], `${base}: it is no ModelKit and no ModelPack artifact`],
        [[kit, '--base', base, '--with', 'datasets'], `${kit}: there is nothing of it to take: no datasets.`],
        [[kit, '--base', base, '--with', 'model:other'], `${kit}: there are no model "other" in it.`],
        [[kit, '--base', base, '--with', 'weights'], '--with: "weights" names no part of a ModelKit.'],
        [[kit, '--base', base, '--to', kit], `--to ${kit} is the artifact itself.`],
        [[kit, '--base', base, '--to', base], `--to ${base} is the base itself.`],
        [[`${at('bad')}@sha256:${'0'.repeat(64)}`, '--base', base], '--to is missing'],
        [[`${at('bad')}:${'v'.repeat(119)}`, '--base', base], 'would have more than 128 characters'],
        [[kit, '--base', base, '--env', 'A'], '"A" is not NAME=VALUE.'],
        [[kit, '--base', base, '--workdir', 'srv'], '--workdir "srv" is not an absolute path.'],
        [[kit, '--base', base, '--cmd', '["a"'], '["a" is no list of texts in JSON.'],
      ];
      proxy.forget();
      for (const [args, message] of cases) expect(await refused(...args)).toContain(message);
      expect(
        proxy.passed.filter(({ method, url }) => method === 'PUT' && url.includes('/manifests/')),
      ).toEqual([]);
    });
  }
});

describeWith(
  'registry',
  'buildkit',
  'readers',
)('a container of what kit packs', () => {
  test('runs: the kit’s files beside the base’s', async () => {
    const registry = serviceAddress('REGISTRY');
    const name = `${registry}/container-${randomUUID().slice(0, 8)}`;
    await using folder = await temporaryFolder();
    const base = await showingBase(folder.path);
    await pushContent(new OciClient(`http://${registry}`, `${name.slice(registry.length + 1)}/base`), base);
    await pushTinyKit(folder.path, `${name}/kit:v1`, ['--compression', 'gzip']);

    const args = [`${name}/kit:v1`, '--base', `${name}/base:1`, '--env', 'MODEL=/model.bin'];
    const made = await aiAction(['container', ...args]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    await validateByCrane(`${name}/kit:v1-container`);
    const built = join(folder.path, 'built');
    await showFiles(built, `${name}/kit:v1-container`);
    expect(await readFile(join(built, 'shown'), 'utf8')).toBe(SHOWN);
  });
});
