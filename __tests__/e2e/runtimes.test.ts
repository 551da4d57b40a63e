/** Containers that run, beside the images that their entries ask for: published, read back, run. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { ImageConfig, Index, Manifest } from '../../src/oci/descriptor.ts';
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import { aiAction } from '../support/ai-action.ts';
import { buildTo } from '../support/buildkit.ts';
import { validateByCrane } from '../support/crane.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { memoryFile, shaOf } from '../support/hub-models.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { OciClient } from '../support/oci-client.ts';
import { expectPublished, planJson, publishJson } from '../support/published.ts';
import { describeRegistries } from '../support/registries.ts';
import { baseContent, pushContent, type BaseOptions } from '../support/registry-content.ts';
import { startRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';
import { MACHINE, staticProgram } from '../support/static-program.ts';
import { tarLayer } from '../support/tar-layer.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NAME = 'owner/model';

describeRegistries('containers of models', (host, prefix, kind) => {
  let hub: Hub;
  let sha: string;
  let list: ModelList;
  let proxy: RegistryProxy;
  const repository = `${prefix}/${NAME}`;

  beforeAll(async () => {
    const files = [
      await memoryFile('config.json', '{"a": 1}'),
      await memoryFile('weights.bin', 'w'.repeat(100)),
    ];
    sha = shaOf(files);
    hub = await startHub({ models: [{ name: NAME, sha, files }] });
    list = await modelList();
    proxy = await startRegistryProxy(host());
  });
  afterAll(async () => {
    await hub.close();
    await Promise.all([list, proxy].map((part) => part[Symbol.asyncDispose]()));
  });

  const args = (...options: string[]): string[] => [
    ...list.args,
    '--registry',
    `${proxy.host}/${prefix}`,
    '--hub',
    hub.url,
    ...options,
  ];

  /** @returns its digest */
  async function pushBase(name: string, options: BaseOptions): Promise<string> {
    return pushContent(new OciClient(`http://${host()}`, `${prefix}/${name}`), baseContent(options));
  }

  async function listed(entry: Partial<ListedModel>): Promise<void> {
    await list.write([{ name: NAME, sha, ...entry }]);
  }

  async function json<Document>(path: string): Promise<Document> {
    const client = new OciClient(`http://${host()}`, repository);
    const response = await client.request('GET', path, { headers: { Accept: MANIFEST_TYPES.join(', ') } });
    return (await response.json()) as Document;
  }

  async function manifestsAt(tag: string): Promise<{ index: Index; manifests: Manifest[] }> {
    const index = await json<Index>(`manifests/${tag}`);
    const manifests = await Promise.all(
      index.manifests.map(({ digest }) => json<Manifest>(`manifests/${digest}`)),
    );
    return { index, manifests };
  }

  test.each(['oci', 'docker'] as const)(
    'on a base of %s: its layers and the image’s, unaltered',
    async (format) => {
      const platforms = ['linux/amd64', 'linux/arm/v7'];
      const base = `base-${format}`;
      const digest = await pushBase(base, { format, platforms });
      await listed({ tag: format, runtimes: [{ name: 'run', base: `${proxy.host}/${prefix}/${base}:1` }] });
      const published = await publishJson(args());
      expectPublished(published);
      const [image, container] = [await manifestsAt(format), await manifestsAt(`${format}-run`)];
      const bases = baseContent({ format, platforms });
      expect(container.index.manifests.map(({ platform }) => platform)).toEqual([
        { architecture: 'amd64', os: 'linux' },
        { architecture: 'arm', os: 'linux', variant: 'v7' },
      ]);
      for (const { layers, annotations } of container.manifests) {
        expect(layers.slice(1)).toEqual(image.manifests[0]?.layers);
        expect(bases.blobs.has(layers[0]?.digest ?? '')).toBe(true);
        expect(annotations?.['org.opencontainers.image.revision']).toBe(sha);
      }
      expect(container.index.annotations).toMatchObject({
        'ai.depot.image':
          published.json.models[0]?.status === 'failed' ? '' : published.json.models[0]?.digest,
        'org.opencontainers.image.base.name': `${proxy.host}/${prefix}/${base}:1`,
        'org.opencontainers.image.base.digest': digest,
      });
      for (const tag of [format, `${format}-run`]) {
        await validateByCrane(`${host()}/${repository}:${tag}`);
      }
    },
  );

  test('nothing is sent again, whatever the base’s registry, until the base moves', async () => {
    await pushBase('moving', {});
    await listed({ tag: 'm', runtimes: [{ name: 'run', base: `${proxy.host}/${prefix}/moving:1` }] });
    expectPublished(await publishJson(args()));
    proxy.forget();
    const again = await publishJson(args());
    expect(again.json.models[0]).toMatchObject({
      status: 'up-to-date',
      companions: [{ suffix: 'run', status: 'up-to-date' }],
    });
    expect(proxy.passed.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);

    const moved = await pushBase('moving', { layers: [tarLayer([{ name: 'etc/new', content: 'new' }])] });
    const { json: plan } = await planJson(args());
    expect(plan.models[0]).toMatchObject({
      action: 'companions',
      companions: [
        {
          tags: ['m-run'],
          action: 'publish',
          reason: `outdated: its base ${proxy.host}/${prefix}/moving:1 has moved`,
        },
      ],
    });
    expect((await aiAction(['plan', ...args()])).stdout).toContain(
      '0 to publish (0 B to move), 1 beside their images',
    );
    proxy.forget();
    const after = await publishJson(args());
    expect(after.json.models[0]).toMatchObject({
      status: 'up-to-date',
      companions: [{ status: 'published' }],
    });
    // The base's layer is mounted from its repository, and the model's are there.
    expect(proxy.passed.filter(({ method }) => method === 'PATCH')).toEqual([]);
    expect((await manifestsAt('m-run')).index.annotations).toMatchObject({
      'org.opencontainers.image.base.digest': moved,
    });
  });

  // Which registry it is makes no difference to these.
  if (kind === 'worker') {
    test('with a prefix, the files are in a folder, in layers of their own', async () => {
      await pushBase('small', {});
      const runtime = { name: 'run', base: `${proxy.host}/${prefix}/small:1`, prefix: '/opt/models' };
      await listed({ tag: 'p', runtimes: [runtime] });
      expectPublished(await publishJson(args()));
      const [image, container] = [await manifestsAt('p'), await manifestsAt('p-run')];
      const digests = container.manifests[0]?.layers.slice(1).map(({ digest }) => digest);
      expect(digests).toHaveLength(image.manifests[0]?.layers.length ?? 0);
      expect(image.manifests[0]?.layers.map(({ digest }) => digest)).not.toEqual(digests);
      const { stdout } = await aiAction(['inspect', `${host()}/${repository}:p-run`]);
      expect(stdout).toContain('opt/models/weights.bin');

      // The layers are known by their own keys.
      await listed({ tag: 'p', runtimes: [{ ...runtime, cmd: ['x'] }] });
      proxy.forget();
      expectPublished(await publishJson(args()));
      expect(proxy.passed.filter(({ method }) => method === 'PATCH')).toEqual([]);
      expect((await manifestsAt('p-run')).manifests[0]?.layers.slice(1).map(({ digest }) => digest)).toEqual(
        digests,
      );

      // Made anew because the registry has lost one of them.
      proxy.forget();
      proxy.meddle({
        request({ method, url }, _request, response) {
          if (method !== 'HEAD' || !url.endsWith(`/blobs/${digests?.[0]}`)) return false;
          response.writeHead(404).end();
          return true;
        },
      });
      expectPublished(await publishJson(args('--select', 'all')));
      proxy.meddle({});
      expect(proxy.passed.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
    });

    test('a container has the labels of its entry, as the image has them', async () => {
      await pushBase('plain', {});
      const title = 'org.opencontainers.image.title';
      await listed({
        tag: 'l',
        labels: { [title]: 'Ours' },
        runtimes: [{ name: 'run', base: `${proxy.host}/${prefix}/plain:1` }],
      });
      expectPublished(await publishJson(args()));
      const { index, manifests } = await manifestsAt('l-run');
      const config = await json<ImageConfig>(`blobs/${manifests[0]?.config.digest}`);
      expect(config.config?.Labels).toMatchObject({
        base: 'yes',
        [title]: 'Ours',
        'ai.depot.image': index.annotations?.['ai.depot.image'],
        'ai.depot.recipe': index.annotations?.['ai.depot.recipe'],
      });
    });

    test('a container on itself is refused, which would grow with every run', async () => {
      await pushBase('once', {});
      const runtime = { name: 'run', base: `${proxy.host}/${prefix}/once:1` };
      await listed({ tag: 'self', runtimes: [runtime] });
      expectPublished(await publishJson(args()));
      const base = `${proxy.host}/${repository}:self-run`;
      await listed({ tag: 'self', runtimes: [{ ...runtime, base }] });
      for (const command of ['plan', 'publish']) {
        const { code, stderr } = await aiAction([command, ...args()]);
        expect({ code, stderr }).toMatchObject({
          code: 1,
          stderr: expect.stringContaining(`The base of the runtime run is the container itself: ${base}.`),
        });
      }
    });

    test('a base that is not there fails the container alone, and says which', async () => {
      await pushBase('there', {});
      const base = `${proxy.host}/${prefix}/there`;
      await listed({
        tag: 'lost',
        runtimes: [
          { name: 'absent', base: `${base}:2` },
          { name: 'run', base: `${base}:1` },
        ],
      });
      const { code, json: document, stderr } = await publishJson(args());
      expect(code).toBe(1);
      expect(document.models[0]).toMatchObject({
        status: 'published',
        companions: [
          { suffix: 'absent', status: 'failed', error: { message: `There is no base image ${base}:2.` } },
          { suffix: 'run', status: 'published' },
        ],
      });
      expect(stderr).toContain(`error: ${NAME} (absent): There is no base image ${base}:2.`);
      const plan = await aiAction(['plan', ...args()]);
      expect(plan.code).toBe(1);
      expect(plan.stdout).toContain('1 beside their images cannot be published');
    });

    test('a base of another registry, which needs credentials, is streamed, and once for all models', async () => {
      await using other = await startRegistryStandIn(({ headers }, response) => {
        if (headers.authorization === `Basic ${btoa('me:secret')}`) return false;
        response.writeHead(401, { 'www-authenticate': 'Basic realm="other"' }).end();
        return true;
      });
      const content = baseContent({ layers: [tarLayer([{ name: 'bin/tool', content: 't'.repeat(1000) }])] });
      const authorization = `Basic ${btoa('me:secret')}`;
      await pushContent(new OciClient(`http://${other.host}`, 'base', { authorization }), content);
      const runtimes = [{ name: 'run', base: `${other.host}/base:1` }];
      await list.write(['o1', 'o2'].map((tag) => ({ name: NAME, sha, tag, runtimes })));

      const refused = await publishJson(args());
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        `error: ${NAME} (run): Could not look for the manifest "1" in ${other.host}/base`,
      );

      await using docker = await temporaryFolder();
      const auths = { [other.host]: { auth: btoa('me:secret') } };
      await writeFile(join(docker.path, 'config.json'), JSON.stringify({ auths }));
      other.seen.length = 0;
      expectPublished(await publishJson(args(), { env: { DOCKER_CONFIG: docker.path } }));
      const asked = other.seen.filter(({ headers }) => headers.authorization !== undefined);
      const times = (method: string, path: string): number =>
        asked.filter((one) => one.method === method && one.url.includes(path)).length;
      expect({ asked: times('HEAD', 'manifests/1'), manifests: times('GET', 'manifests/') }).toEqual({
        asked: 1,
        manifests: 1,
      });
      // Once for the log, which names what is hidden, and once to be sent: the second model has it from the first.
      const [layer] = (await manifestsAt('o2-run')).manifests[0]?.layers ?? [];
      expect(times('GET', `blobs/${layer?.digest}`)).toBe(2);
    });

    test('files of the base that the model’s hide are named', async () => {
      await pushBase('same', {
        layers: [tarLayer([{ name: 'config.json', content: 'of the base' }, { name: 'etc/os-release' }])],
      });
      await listed({ tag: 'h', runtimes: [{ name: 'run', base: `${proxy.host}/${prefix}/same:1` }] });
      const { stderr } = await publishJson(args());
      expect(stderr).toContain(
        `${proxy.host}/${repository}:h-run hides of ${proxy.host}/${prefix}/same:1: /config.json\n`,
      );
    });

    test('a base of 127 layers is one too many', async () => {
      const layers = Array.from({ length: 127 }, () => tarLayer([{ name: 'the same' }]));
      await pushBase('tall', { layers });
      const runtime = { name: 'run', base: `${proxy.host}/${prefix}/tall:1` };
      await listed({ tag: 't', runtimes: [runtime] });
      const { code, stderr } = await publishJson(args());
      expect(code).toBe(1);
      const refused = `The base ${proxy.host}/${prefix}/tall:1 has 127 layers, and 1 more make more than 127`;
      expect(stderr).toContain(refused);
      // Nothing is built for it either.
      await listed({ tag: 't', runtimes: [{ ...runtime, prefix: '/models' }] });
      proxy.forget();
      expect((await publishJson(args())).stderr).toContain(refused);
      expect(proxy.passed.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
    });
  }

  if (kind === 'distribution') {
    test('it runs: base and model together', async () => {
      await using folder = await temporaryFolder();
      const layer = tarLayer([
        { name: 'bin/show', content: await staticProgram(folder.path), mode: 0o755 },
        { name: 'etc/os-release', content: 'NAME=tiny\n' },
      ]);
      await pushBase('program', { layers: [layer], platforms: [`linux/${MACHINE}`] });
      await listed({
        tag: 'runs',
        runtimes: [
          { name: 'run', base: `${host()}/${prefix}/program:1`, env: { MODEL: '/config.json' } },
          { name: 'folder', base: `${host()}/${prefix}/program:1`, prefix: '/models' },
        ],
      });
      expectPublished(await publishJson(args()));
      const shown = async (container: string, file: string): Promise<string> => {
        const destination = join(folder.path, container);
        await buildTo(destination, 'eager', [
          `FROM ${host()}/${repository}:runs-${container}`,
          `RUN ["/bin/show", "/etc/os-release", "${file}", "/shown"]`,
        ]);
        return readFile(join(destination, 'shown'), 'utf8');
      };
      expect(await shown('run', '/config.json')).toBe('NAME=tiny\n{"a": 1}MODEL=/config.json');
      expect(await shown('folder', '/models/config.json')).toBe('NAME=tiny\n{"a": 1}MODEL=');
    });
  }
});
