/** What `plan` says, and that it writes nothing. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, describe } from '@jest/globals';

import { aiAction } from '../support/ai-action.ts';
import { startHidingRegistry } from '../support/hiding-registry.ts';
import { startHubProcess, type HubProcess } from '../support/hub-process.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { memoryFile, shaOf, type StandInModel } from '../support/hub-models.ts';
import { LARGE, largeModel } from '../support/large-model.ts';
import { modelList, type ListedModel, type ModelList } from '../support/model-list.ts';
import { expectPublished, planJson, publishJson, type PlanDocument } from '../support/published.ts';
import { startRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { startRegistryStandIn } from '../support/registry-stand-in.ts';
import { startServe, type RunningServe } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NO_TAG = 'missing: nothing is tagged latest';

describe('plan', () => {
  let hub: Hub;
  let registry: RunningServe;
  let proxy: RegistryProxy;
  let list: ModelList;
  let prefix = '';
  let count = 0;

  beforeAll(async () => {
    hub = await startHub({ models: [] });
    registry = await startServe();
    proxy = await startRegistryProxy(registry.host);
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    await hub.close();
  });
  beforeEach(async () => {
    list = await modelList();
    prefix = `test-${(count += 1)}`;
  });
  afterEach(async () => list[Symbol.asyncDispose]());

  const args = (...options: string[]): string[] => [
    ...list.args,
    '--registry',
    `${proxy.host}/${prefix}`,
    '--hub',
    hub.url,
    ...options,
  ];

  async function small(name: string, content: string): Promise<ListedModel & { sha: string }> {
    return onHub(name, [await memoryFile('config.json', content)]);
  }

  function onHub(name: string, files: StandInModel['files']): ListedModel & { sha: string } {
    const sha = shaOf(files);
    hub.models.push({ name, sha, files });
    return { name, sha };
  }

  test('missing, outdated, made with other options, with a tag to move, or up to date', async () => {
    const entries = {
      fresh: await small('owner/fresh', '{}'),
      old: await small('owner/old', '{"at": 1}'),
      options: await small('owner/options', '{}'),
      tags: await small('owner/tags', '{}'),
      current: await small('owner/current', '{}'),
    };
    const { fresh, old, options, tags, current } = entries;
    await list.write([old, options, tags, current]);
    expectPublished(await publishJson(args()));

    const recent = await small('owner/old', '{"at": 2}');
    await list.write([
      fresh,
      recent,
      { ...options, exclude: ['*.md'] },
      { ...tags, tag: ['latest', 'stable'] },
      current,
    ]);
    const { code, json } = await planJson(args());
    expect(code).toBe(0);
    expect(said(json)).toEqual([
      `owner/fresh: publish, ${NO_TAG}`,
      `owner/old: publish, outdated: latest is at revision ${old.sha.slice(0, 12)}, the list at ${recent.sha.slice(0, 12)}`,
      'owner/options: publish, outdated: latest was made with other options or an older recipe',
      'owner/tags: tag, missing: nothing is tagged stable',
      'owner/current: none, up to date',
    ]);
  });

  test('how many bytes in which layers, and which of them are there already', async () => {
    const model = await largeModel({ name: 'owner/large', config: '{"old": true}' });
    const changed = await largeModel({ name: 'owner/large', config: '{"old": false}' });
    hub.models.push(model, changed);
    await list.write([model].map(({ name, sha }) => ({ name, sha })));
    const first = await planJson(args());
    const readme = '# owner/large\n'.length;
    expect(first.json.bytesToMove).toBe(LARGE + 1 + LARGE + 2 + '{"old": true}'.length + readme);
    expectPublished(await publishJson(args()));

    await list.write([changed].map(({ name, sha }) => ({ name, sha })));
    const { json } = await planJson(args());
    const moved = '{"old": false}'.length + readme;
    expect(json.models[0]).toMatchObject({
      image: `${proxy.host}/${prefix}/owner/large`,
      tags: ['latest'],
      sha: changed.sha,
      bytes: LARGE + 1 + LARGE + 2 + moved,
      bytesToMove: moved,
      layers: [
        { title: 'one.safetensors', files: 1, bytes: LARGE + 1, kept: true },
        { title: 'two.safetensors', files: 1, bytes: LARGE + 2, kept: true },
        { title: '2 files', files: 2, bytes: moved, kept: false },
      ],
      warnings: [],
    });
    const { stdout } = await aiAction(['plan', ...args()]);
    expect(stdout).toMatch(/^publish +\S+owner\/large:latest +3 layers, 67\.1 MB, 28 B to move +outdated/m);
    expect(stdout).toMatch(/^1 to publish \(28 B to move\)$/m);
  });

  test.each([
    ['plan', []],
    ['publish', ['--dry-run']],
  ])('%s %j writes nothing', async (command, options) => {
    await list.write([await small('owner/dry', '{}')]);
    proxy.forget();
    hub.requests.length = 0;
    const { code, stdout } = await aiAction([command, ...args(...options)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 to publish/m);
    expect(proxy.passed.map(({ method }) => method)).toEqual(['GET']);
    expect(hub.requests.filter(({ url }) => url.includes('/resolve/'))).toEqual([]);
  });

  test('without a registry: layers and bytes, and that nothing was compared', async () => {
    await list.write([await small('owner/alone', '{"some": "bytes"}')]);
    const { json } = await planJson([...list.args, '--hub', hub.url]);
    expect(said(json)).toEqual(['owner/alone: publish, not compared with a registry']);
    expect(json.bytesToMove).toBe('{"some": "bytes"}'.length);
  });

  test('--select all plans what is up to date, too', async () => {
    await list.write([await small('owner/all', '{}')]);
    expectPublished(await publishJson(args()));
    const { json } = await planJson(args('--select', 'all'));
    expect(said(json)).toEqual([
      expect.stringMatching(/^owner\/all: publish, asked for, although [0-9a-f]{12} is up to date$/),
    ]);
  });

  test('--base: only what was added or changed since; what was removed is said, its image kept', async () => {
    const same = await small('owner/same', '{}');
    const before = { ...(await small('owner/changed', '{"at": 1}')), tag: ['latest', 'dropped'] };
    const after = await small('owner/changed', '{"at": 2}');
    const removed = await small('owner/removed', '{}');
    const added = await small('owner/added', '{}');
    await list.write([same, before, removed]);
    const base = commit(list.folder, 'before');
    // Another order and a comment are no change.
    await list.write([added, after, same]);
    const changed = await planJson(args('--base', base));
    expect(changed.code).toBe(0);
    const gone = ['owner/changed:dropped', 'owner/removed:latest'];
    expect(changed.json).toMatchObject({ removed: gone, unchanged: 1 });
    expect(said(changed.json)).toEqual([
      `owner/added: publish, ${NO_TAG}`,
      `owner/changed: publish, ${NO_TAG}`,
    ]);
    const missing = await planJson(args('--base', base, '--select', 'missing'));
    expect(missing.json.models).toHaveLength(3);
    expect(missing.json.removed).toEqual(gone);

    const { stdout } = await aiAction(['plan', ...args('--base', base)]);
    expect(stdout).toMatch(/^removed from the list: owner\/removed:latest \(its image is kept\)$/m);
    expect(stdout).toMatch(/^2 to publish .*, 1 unchanged since the base$/m);

    const published = await publishJson(args('--base', 'HEAD'));
    expect(published.json.models.map(({ name }) => name)).toEqual(['owner/added', 'owner/changed']);
  });

  test('--base where the list did not exist yet: all of it was added', async () => {
    await list.write([await small('owner/first', '{}')]);
    const base = commit(list.folder, 'without a list', '--allow-empty', false);
    const { json } = await planJson(args('--base', base));
    expect(said(json)).toEqual([`owner/first: publish, ${NO_TAG}`]);
  });

  test('--base of a revision that there is not: what to do', async () => {
    await list.write([await small('owner/base', '{}')]);
    commit(list.folder, 'one');
    const { code, stderr, stdout } = await aiAction(['plan', ...args('--base', 'no-such-branch')]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: --base no-such-branch: /m);
    expect(stderr).toMatch(/hint: Fetch it .*--select missing/);
  });

  test('--base outside of a git repository: what to do', async () => {
    await list.write([await small('owner/base', '{}')]);
    const { code, stderr } = await aiAction(['plan', ...args('--base', 'HEAD')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/hint: Use --select missing/);
  });

  test('--only: models by their names; of an unknown one the nearest that there is', async () => {
    await list.write([await small('owner/one', '{}'), await small('owner/two', '{}')]);
    const { json } = await planJson(args('--only', 'owner/two'));
    expect(json.models.map(({ name }) => name)).toEqual(['owner/two']);
    const { code, stderr } = await aiAction(['plan', ...args('--only', 'owner/tow')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--only owner\/tow: the list has no model of this name/);
    expect(stderr).toMatch(/hint: Did you mean owner\/two\?/);
  });

  test('--json prints one document on standard output, also when everything is up to date', async () => {
    await list.write([await small('owner/json', '{}')]);
    expectPublished(await publishJson(args()));
    const { json } = await planJson(args());
    expect(json).toMatchObject({ models: [{ action: 'none', layers: [], bytes: 0 }], bytesToMove: 0 });
  });
});

describe('plan for a registry with limits', () => {
  let hub: HubProcess;

  beforeAll(async () => {
    hub = await startHubProcess([
      '--no-hash',
      '--generate=owner/huge:model-1.safetensors=12000000000,1',
      '--generate=owner/huge:model-2.safetensors=9000000000,2',
      '--generate=owner/huge:config.json=100,3',
    ]);
  });
  afterAll(async () => hub[Symbol.asyncDispose]());

  test('sizes of more than 8 GiB are planned without a byte being moved', async () => {
    await using list = await modelList([{ name: 'owner/huge', sha: hub.shaOf('owner/huge') }]);
    const { json } = await planJson([...list.args, '--hub', hub.url]);
    expect(json.bytesToMove).toBe(21_000_000_100);
    expect(json.models[0]?.layers.map(({ bytes }) => bytes)).toEqual([12_000_000_000, 9_000_000_000, 100]);
  });

  test('a layer that the registry will not take is warned of', async () => {
    await using list = await modelList([{ name: 'owner/huge', sha: hub.shaOf('owner/huge') }]);
    // Answers in the place of the registry, whose name is what the limits go by.
    await using registry = await startRegistryStandIn();
    const [HTTP_PROXY, NO_PROXY] = [`http://${registry.host}`, '127.0.0.1'];
    const env = { HTTP_PROXY, NO_PROXY, http_proxy: HTTP_PROXY, no_proxy: NO_PROXY };
    const args = [...list.args, '--hub', hub.url, '--registry', 'ghcr.io/owner', '--insecure'];

    const { json } = await planJson(args, { env });
    const warning =
      'the layer of model-1.safetensors has 12.0 GB, and GitHub Container Registry takes 10.0 GB a layer';
    expect(json.models.map(({ warnings }) => warnings)).toEqual([[warning]]);
    expect(registry.seen[0]?.url).toMatch(/^http:\/\/ghcr\.io\/v2\/owner\//);

    const { code, stdout } = await aiAction(['plan', ...args], { env });
    expect(code).toBe(0);
    expect(stdout.match(/^warning: .*$/gm)).toEqual([`warning: owner/huge: ${warning}`]);
  });
});

test('a registry that hides what is not there: its model is missing, and is published', async () => {
  await using registry = await startHidingRegistry();
  const examples = join(import.meta.dirname, '..', '..', 'examples', 'models.yaml');
  await using cache = await temporaryFolder();
  const args = ['--models', examples, '--cache', cache.path, '--registry', registry.host];
  const { json } = await planJson(args);
  const hidden = 'missing, or hidden: the registry shows no such repository to who asks (401)';
  expect(said(json)).toEqual([`examples/digits: publish, ${hidden}`]);
  // A plan writes nothing, and Quay makes a repository of a token that may push.
  expect(registry.scopes).toEqual(['repository:examples/digits:pull']);
  expectPublished(await publishJson(args));
});

/** `name: action, reason` of each model. */
function said({ models }: PlanDocument): string[] {
  return models.map(({ name, action, reason }) => `${name}: ${action}, ${reason}`);
}

function commit(folder: string, message: string, option = '--allow-empty', withList = true): string {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@localhost', ...words], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  if (withList) git('add', 'models.yaml');
  git('commit', '--quiet', option, '--message', message);
  return git('rev-parse', 'HEAD');
}
