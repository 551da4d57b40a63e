/** Artifacts of other formats, from the Hub's stand-in into registries, and back through their own tools. */
import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { aiAction, startAiAction, type Outcome } from '../support/ai-action.ts';
import { ggufBytes, SHARDS } from '../support/gguf-files.ts';
import { memoryFile, shaOf, type StandInFile, type StandInModel } from '../support/hub-models.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { largeModel } from '../support/large-model.ts';
import { dockerModelPull, kitInspect, kitUnpack, modctlPull } from '../support/model-readers.ts';
import { modelList, type ListedModel } from '../support/model-list.ts';
import { expectPublished, planJson, publishJson, type PublishDocument } from '../support/published.ts';
import { describeRegistries } from '../support/registries.ts';
import { startRegistryProxy, type Passed } from '../support/registry-proxy.ts';
import { safetensorsBytes } from '../support/safetensors.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';
import { describeWith, serviceAddress } from '../support/services.ts';

const ALL = ['modelkit', 'modelpack', 'docker-model'];

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ models: [] });
});
afterAll(async () => hub.close());

function onHub(name: string, files: StandInFile[]): { model: StandInModel; entry: ListedModel } {
  const model = { name, sha: shaOf(files), files, license: 'mit' };
  hub.models.unshift(model);
  return { model, entry: { name, sha: model.sha } };
}

async function filesOf(content: Readonly<Record<string, string | Uint8Array>>): Promise<StandInFile[]> {
  return Promise.all(Object.entries(content).map(([path, bytes]) => memoryFile(path, bytes)));
}

async function publish(
  registry: string,
  models: readonly ListedModel[],
  ...more: string[]
): Promise<Outcome & { json: PublishDocument }> {
  await using list = await modelList(models);
  return await publishJson([...list.args, '--registry', registry, '--hub', hub.url, ...more]);
}

/** Path → SHA-256, of some of a model's files. */
async function hashes(files: readonly StandInFile[]): Promise<Record<string, string>> {
  const pairs = files.map(async ({ path, size, read }) => {
    const hash = createHash('sha256');
    const step = 4 * 2 ** 20;
    for (let at = 0; at < size; at += step) hash.update(await read(at, Math.min(step, size - at)));
    return [path, hash.digest('hex')];
  });
  return Object.fromEntries(await Promise.all(pairs)) as Record<string, string>;
}

/** Bytes of LFS files that the Hub was asked for. */
function bytesAsked(): number {
  return hub.requests
    .filter(({ server }) => server === 'storage')
    .map(({ range = '' }) => /^bytes=(\d+)-(\d+)$/.exec(range) ?? ['', '0', 'Infinity'])
    .reduce((sum, [, first, last]) => sum + Number(last) + 1 - Number(first), 0);
}

const HEADER = {
  __metadata__: { format: 'pt' },
  weight: { dtype: 'F32', shape: [1500], data_offsets: [0, 6000] },
};

describeWith('readers')('artifacts are read back byte for byte', () => {
  describeRegistries('artifacts', (host, prefix) => {
    const registry = (): string => `${host()}/${prefix}`;
    let large: StandInModel;

    beforeAll(async () => {
      const { files } = await largeModel({ name: 'owner/large' });
      // Two of the same content, and a folder.
      const more = await filesOf({ '__init__.py': '', 'sub/__init__.py': '', LICENSE: 'MIT\n' });
      const { model, entry } = onHub('owner/large', [...files, ...more]);
      large = model;
      expectPublished(await publish(registry(), [{ ...entry, formats: ALL }]));
    });

    test('a ModelKit by kit, over the layers of the image', async () => {
      const reference = `${registry()}/owner/large:latest-modelkit`;
      expect(await kitUnpack(reference)).toEqual(await hashes(large.files));
      const { kitfile } = await kitInspect(reference);
      expect(kitfile).toMatchObject({
        package: { name: 'owner/large', version: large.sha, license: 'mit' },
        model: { path: 'one.safetensors', parts: [{ path: 'two.safetensors' }, { path: '.' }] },
      });
    });

    test('a ModelPack artifact by modctl', async () => {
      const { files, inspected } = await modctlPull(`${registry()}/owner/large:latest-modelpack`);
      expect(files).toEqual(await hashes(large.files));
      expect(inspected).toMatchObject({ Name: 'large', Format: 'safetensors' });
    });

    test('a Docker model of safetensors by Docker Model Runner, with its folders', async () => {
      const pulled = await dockerModelPull(`${registry()}/owner/large:latest-docker-model`);
      // It stumbles over a content that is there twice.
      const { 'sub/__init__.py': _, ...files } = await hashes(large.files);
      expect(pulled).toEqual(files);
    });

    test('a GGUF model of three shards, with what goes beside it', async () => {
      const shards = Object.fromEntries(SHARDS.map((path) => [path, ggufBytes(path)]));
      const beside = {
        'chat.jinja': '{{ messages }}',
        LICENSE: 'MIT\n',
        'mmproj-tiny-F16.gguf': ggufBytes('mmproj-tiny-F16.gguf'),
      };
      const { model, entry } = onHub(
        'owner/shards',
        await filesOf({ ...shards, ...beside, 'README.md': '#' }),
      );
      expectPublished(await publish(registry(), [{ ...entry, formats: ['modelpack', 'docker-model'] }]));
      const all = await hashes(model.files);

      // The runner gives the files names of its own.
      expect(await dockerModelPull(`${registry()}/owner/shards:latest-docker-model`)).toEqual({
        'model-00001-of-00003.gguf': all[SHARDS[0]!],
        'model-00002-of-00003.gguf': all[SHARDS[1]!],
        'model-00003-of-00003.gguf': all[SHARDS[2]!],
        'model.mmproj': all['mmproj-tiny-F16.gguf'],
        'template.jinja': all['chat.jinja'],
      });
      const modelpack = `${registry()}/owner/shards:latest-modelpack`;
      expect((await modctlPull(modelpack)).inspected).toMatchObject({
        Format: 'gguf',
        Architecture: 'qwen2',
      });
      expect(await kitUnpack(modelpack)).toEqual(all);
      expect(await dockerModelPull(modelpack)).toEqual(all);
    });
  });
});

describeWith(
  'readers',
  'buildkit',
  'registry',
)('the layers of BuildKit', () => {
  test('make a ModelKit, too', async () => {
    const at = `${serviceAddress('REGISTRY')}/e2e-${randomUUID().slice(0, 8)}`;
    const { files } = await largeModel({ name: 'owner/buildx' });
    const { model, entry } = onHub('owner/buildx', files);
    expectPublished(await publish(at, [{ ...entry, formats: ['modelkit'] }], '--builder', 'buildx'));
    expect(await kitUnpack(`${at}/owner/buildx:latest-modelkit`)).toEqual(await hashes(model.files));
  });
});

describe('publishing artifacts', () => {
  let registry: RunningServe;

  beforeAll(async () => {
    registry = await startServe();
  });
  afterAll(async () => registry[Symbol.asyncDispose]());

  test('says what they cost, and reads nothing again that the registry has', async () => {
    const weights = safetensorsBytes(HEADER, 6000);
    const content = { 'model.safetensors': weights, 'config.json': '{}' };
    const { entry } = onHub('owner/again', await filesOf(content));
    const at = `${registry.host}/again`;
    await using list = await modelList([{ ...entry, formats: ALL }]);
    const args = [...list.args, '--registry', at, '--hub', hub.url];

    const { json: plan } = await planJson(args);
    const raw = weights.length + 2;
    expect(plan.models[0]?.companions).toMatchObject([
      { suffix: 'modelkit', bytes: 0, bytesToMove: 0 },
      { suffix: 'modelpack', bytes: raw, bytesToMove: raw },
      { suffix: 'docker-model', bytes: raw, bytesToMove: 0 },
    ]);
    expect(plan.bytesToMove).toBe(2 * raw);
    expectPublished(await publishJson(args));
    expect((await planJson(args)).json).toMatchObject({ models: [{ action: 'none' }], bytesToMove: 0 });

    const changed = onHub('owner/again', await filesOf({ ...content, 'config.json': '{"a": 1}' }));
    await list.write([{ ...changed.entry, formats: ALL }]);
    const { json: next } = await planJson(args);
    expect(next.models[0]?.companions[1]).toMatchObject({ bytes: raw + 6, bytesToMove: 8 });
    await list.write([{ ...changed.entry, formats: ['modelpack'] }]);
    expectPublished(await publishJson(args));
    hub.requests.length = 0;
    await list.write([{ ...changed.entry, formats: ALL }]);
    const { json, code } = await publishJson(args);
    expect(code).toBe(0);
    expect(json.models[0]).toMatchObject({
      status: 'up-to-date',
      companions: [
        { suffix: 'modelkit', status: 'published' },
        { suffix: 'modelpack', status: 'up-to-date' },
        { suffix: 'docker-model', status: 'published' },
      ],
    });
    // Its header, for the config.
    expect(bytesAsked()).toBeLessThan(weights.length - 5000);
  });

  test.each([
    ['in the middle of a file', /^PATCH /, 30 * 2 ** 20, Infinity],
    ['before the manifest', /^PUT .*\/manifests\/sha256/, 0, 10_000],
  ])('a run that is killed %s is continued by the next', async (_when, moment, after, mostRead) => {
    const { files } = await largeModel({ name: 'owner/killed' });
    const { entry } = onHub('owner/killed', files);
    const at = `killed-${after}`;
    await using proxy = await startRegistryProxy(registry.host);
    const args = (host: string): string[] => ['--registry', `${host}/${at}`, '--hub', hub.url];
    await using list = await modelList([entry]);
    expectPublished(await publishJson([...list.args, ...args(registry.host)]));

    await list.write([{ ...entry, formats: ['modelpack'] }]);
    const running = startAiAction(['publish', ...list.args, ...args(proxy.host)]);
    const strike = async ({ method, url }: Passed): Promise<void> => {
      const sent = proxy.passed.reduce((sum, passed) => sum + passed.sent, 0);
      if (!moment.test(`${method} ${url}`) || sent < after) return;
      running.child.kill('SIGKILL');
      await running.ended;
      throw new Error('nothing of it goes on');
    };
    proxy.meddle({ request: strike, piece: strike });
    expect((await running.ended).code).toBeNull();
    const tag = `http://${registry.host}/v2/${at}/owner/killed/manifests/latest-modelpack`;
    expect((await fetch(tag)).status).toBe(404);

    hub.requests.length = 0;
    expectPublished(await publishJson([...list.args, ...args(registry.host)]));
    expect(bytesAsked()).toBeLessThan(mostRead);
    const reference = `${registry.host}/${at}/owner/killed:latest-modelpack`;
    expect(await aiAction(['verify', reference])).toMatchObject({ code: 0 });
  });

  test('the image of a model that has nothing for a format is published, and the format is refused', async () => {
    const { entry } = onHub('owner/none', await filesOf({ 'model.onnx': 'x', 'config.json': '{}' }));
    const at = `${registry.host}/none`;
    await using list = await modelList([{ ...entry, formats: ['modelkit', 'docker-model'] }]);
    const args = [...list.args, '--registry', at, '--hub', hub.url];
    const refusal = 'owner/none has no GGUF and no safetensors files: nothing that Docker Model Runner runs.';

    const plan = await planJson(args);
    expect(plan).toMatchObject({
      code: 1,
      json: { models: [{ companions: [{ action: 'publish' }, { action: 'failed', reason: refusal }] }] },
    });
    const published = await publishJson(args);
    expect(published).toMatchObject({
      code: 1,
      json: {
        models: [
          {
            status: 'published',
            companions: [{ status: 'published' }, { status: 'failed', error: { message: refusal } }],
          },
        ],
      },
    });
    const validated = await aiAction(['validate', ...list.args.slice(0, 2), '--online', '--hub', hub.url]);
    expect(validated.code).toBe(2);
    expect(validated.stdout).toContain(refusal);
  });

  test('a Docker model is one GGUF model', async () => {
    const tiny = {
      'tiny-Q4_K_M.gguf': ggufBytes('tiny-Q4_K_M.gguf'),
      'tiny-Q8_0.gguf': ggufBytes('tiny-Q8_0.gguf'),
    };
    const { entry } = onHub('owner/quants', await filesOf(tiny));
    const listed = { ...entry, formats: ['docker-model'] };
    const { json } = await publish(`${registry.host}/quants`, [listed]);
    expect(json.models[0]).toMatchObject({
      companions: [
        {
          error: {
            message:
              'owner/quants has 2 GGUF models (tiny-Q4_K_M.gguf, tiny-Q8_0.gguf), and a Docker model is one.',
            hint: 'Make an image of each with `variants`, or take one with `include`.',
          },
        },
      ],
    });

    const variants = { latest: '*Q4_K_M*', q8: '*Q8_0*' };
    const made = await publish(`${registry.host}/quants`, [{ ...listed, variants }]);
    expect(made.code).toBe(0);
    expect(
      made.json.models.map(
        (model) => model.status !== 'failed' && model.companions.map(({ tags }) => tags[0]),
      ),
    ).toEqual([['latest-docker-model'], ['q8-docker-model']]);
  });

  test('a registry that takes images only is told so, and the image stays', async () => {
    const { entry } = onHub('owner/refused', await filesOf({ 'config.json': '{}' }));
    await using proxy = await startRegistryProxy(registry.host, {
      async request({ method, url }, request, response) {
        if (method !== 'PUT' || !url.includes('/manifests/')) return false;
        const chunks = await request.toArray();
        const body = Buffer.concat(chunks as Buffer[]).toString();
        if (!body.includes('kitops')) return passOn(registry.host, { url, body, response });
        const errors = [{ code: 'MANIFEST_INVALID', message: 'unknown config media type' }];
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }));
        return true;
      },
    });
    const { code, json } = await publish(`${proxy.host}/refused`, [{ ...entry, formats: ['modelkit'] }]);
    expect(code).toBe(1);
    expect(json.models[0]).toMatchObject({
      status: 'published',
      companions: [
        { error: { hint: expect.stringContaining('Some registries take container images only') } },
      ],
    });
  });
});

async function passOn(
  host: string,
  { url, body, response }: { url: string; body: string; response: ServerResponse },
): Promise<boolean> {
  const { mediaType } = JSON.parse(body) as { mediaType: string };
  const answer = await fetch(`http://${host}${url}`, {
    method: 'PUT',
    body,
    headers: { 'content-type': mediaType },
  });
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end();
  return true;
}
