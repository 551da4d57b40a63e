/** Pruning through the registries' own APIs: Artifact Registry's and GitHub's, stood in for over HTTP. */
import { describe, expect, test } from '@jest/globals';

import { openArtifactRegistry } from '../../src/prune/artifact-registry.ts';
import { openGhcr } from '../../src/prune/ghcr.ts';
import type { ImageStore } from '../../src/prune/image-store.ts';
import { pruneRegistry, type RepositoryResult } from '../../src/prune/prune-registry.ts';
import { startArtifactRegistryApi, startGitHubApi, TOKEN, type ImageApi } from '../support/image-apis.ts';
import { impatient } from '../support/registry-client.ts';

const DAY = 86_400_000;
const retry = { attempts: 3, backOff: { base: 0.01, cap: 0.01 } };

interface Kind {
  start: () => Promise<ImageApi>;
  open: (api: ImageApi, token?: string) => ImageStore;
  /** What stands before the API's names in references. */
  path: string;
}

const KINDS: [string, Kind][] = [
  [
    'Artifact Registry',
    {
      start: startArtifactRegistryApi,
      open: ({ url }, token = TOKEN) =>
        openArtifactRegistry({
          host: 'us-docker.pkg.dev',
          place: { project: 'project', location: 'us', repository: 'models', prefix: 'team' },
          endpoint: new URL(`${url}/`),
          accessToken: async () => token,
          retry,
        }),
      path: 'project/models',
    },
  ],
  [
    'ghcr.io',
    {
      start: startGitHubApi,
      open: ({ url }, token = TOKEN) =>
        openGhcr({ owner: 'acme', prefix: 'team', endpoint: url, token, retry }),
      path: 'acme',
    },
  ],
];

const nothing = (): void => undefined;

async function prune(api: ImageApi, store: ImageStore, names: readonly string[], dryRun = false) {
  const options = { before: Date.now() - 30 * DAY, dryRun, signal: new AbortController().signal };
  return pruneRegistry(
    names,
    { store, registry: impatient(api.registry.host) },
    { ...options, begin: nothing, end: nothing },
  );
}

/** Digests by what became of them. */
function outcomes(result: RepositoryResult | undefined): Record<string, string[]> {
  if (result?.status !== 'done') throw new Error(JSON.stringify(result), { cause: result });
  const by: Record<string, string[]> = {};
  for (const { status, digest } of result.images) (by[status] ??= []).push(digest);
  return by;
}

describe.each(KINDS)('%s', (_name, { start, open, path }) => {
  const NAME = 'team/gpt2';

  /** Two generations of an image with signatures, and what only looks unneeded. */
  function fill(api: ImageApi) {
    const [amd, arm] = ['new amd64', 'new arm64'].map((layer) => api.add(NAME, { ageDays: 90, layer }));
    const [oldAmd, oldArm] = ['amd64', 'arm64'].map((layer) => api.add(NAME, { ageDays: 90, layer }));
    const [half, subject] = ['half', 'subject'].map((layer) => api.add(NAME, { ageDays: 90, layer }));
    api.add(NAME, { ageDays: 90, children: [amd ?? '', arm ?? ''], tags: ['latest'] });
    api.add(NAME, { ageDays: 60, subject: amd ?? '', layer: 'signature' });
    // Pushed a minute ago, and about to be tagged.
    api.add(NAME, { ageDays: 0.001, children: [half ?? ''] });
    api.add(NAME, { ageDays: 90, subject: subject ?? '', tags: ['attestation'] });
    const oldIndex = api.add(NAME, { ageDays: 60, children: [oldAmd ?? '', oldArm ?? ''] });
    const oldSignature = api.add(NAME, { ageDays: 60, subject: oldAmd ?? '', layer: 'old signature' });
    return { first: [oldIndex, oldSignature], last: [oldAmd, oldArm] };
  }

  test('removes what nothing needs, from the index on, and nothing else', async () => {
    await using api = await start();
    const { first, last } = fill(api);
    api.add('other/bert', { ageDays: 90, layer: 'of others' });
    const store = open(api);
    const names = (await store.repositories()) ?? [];
    expect(names).toEqual([`${path}/${NAME}`]);

    const [told] = await prune(api, store, names, true);
    expect(outcomes(told)).toEqual({ unneeded: expect.arrayContaining([...first, ...last]) });
    expect(told).toMatchObject({ kept: 8, bytes: 3000 });
    expect(api.asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);

    const [result] = await prune(api, store, names);
    const { removed = [] } = outcomes(result);
    expect(new Set(removed.slice(0, 2))).toEqual(new Set(first));
    expect(new Set(removed.slice(2))).toEqual(new Set(last));
    expect(api.repositories.map(({ images }) => images.length)).toEqual([8, 1]);

    const [again] = await prune(api, store, names);
    expect(again).toMatchObject({ images: [], kept: 8, bytes: 0 });
  });

  test('leaves alone what is tagged between looking and removing, with all that it needs', async () => {
    await using api = await start();
    const { first, last } = fill(api);
    const [index = '', signature] = first;
    api.intercept = ({ method = '', url = '' }) => {
      const image = api.find(index);
      // The last moment: the registry's own check is all that there is after it.
      const isLooking = method === 'DELETE' || /versions\/\d+$/.test(url);
      if (isLooking && image?.tags.length === 0) image.tags.push('rescued');
      return false;
    };
    const [result] = await prune(api, open(api), [`${path}/${NAME}`]);
    expect(outcomes(result)).toEqual({
      needed: [index],
      removed: [signature],
      kept: expect.arrayContaining(last),
    });
    expect(api.find(last[0] ?? '')).toBeDefined();
  });

  test('takes up what is pushed while it looks', async () => {
    await using api = await start();
    const { last } = fill(api);
    let pushed = false;
    api.registry.manifests.get = function (this: typeof api.registry.manifests, key) {
      // A new index over the old manifests, as a rollback makes one.
      if (!pushed) {
        pushed = true;
        api.add(NAME, { ageDays: 0, children: last.map((digest) => digest ?? ''), tags: ['rolled-back'] });
      }
      return Map.prototype.get.call(this, key) as ReturnType<typeof this.get>;
    };
    const [result] = await prune(api, open(api), [`${path}/${NAME}`]);
    expect(outcomes(result)['removed']).not.toEqual(expect.arrayContaining(last));
    expect(last.every((digest) => api.find(digest ?? ''))).toBe(true);
  });

  test('removes nothing from a repository of which it does not know what is needed', async () => {
    await using api = await start();
    fill(api);
    const tagged = api.repositories[0]?.images.find(({ tags }) => tags.includes('latest'));
    api.registry.manifests.delete(tagged?.digest ?? '');
    api.add('team/bert', { ageDays: 90, tags: ['v1'] });
    const [broken, whole] = await prune(api, open(api), [`${path}/${NAME}`, `${path}/team/bert`]);
    expect(broken).toMatchObject({
      status: 'failed',
      error: { message: expect.stringMatching(/gpt2:latest \(sha256:.* is listed but cannot be pulled\.$/) },
    });
    expect(whole).toMatchObject({ status: 'done', images: [], kept: 1 });
    expect(api.asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('keeps an untagged image that cannot be read', async () => {
    await using api = await start();
    const { first } = fill(api);
    api.registry.manifests.delete(first[0] ?? '');
    const [result] = await prune(api, open(api), [`${path}/${NAME}`]);
    expect(outcomes(result)['removed']).not.toContain(first[0]);
  });

  test('is asked again where it limits the rate or fails, and says who was refused', async () => {
    await using api = await start();
    fill(api);
    let refusals = 2;
    api.intercept = (request, response) => {
      if ((refusals -= 1) < 0) return false;
      const reset = String(Math.floor(Date.now() / 1000));
      const limit = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
      const status = refusals === 0 ? 503 : request.headers['x-github-api-version'] === undefined ? 429 : 403;
      response.writeHead(status, status === 403 ? limit : {}).end('{}');
      return true;
    };
    await expect(open(api).repositories()).resolves.toHaveLength(1);
    await expect(open(api, 'wrong').images(`${path}/${NAME}`)).rejects.toMatchObject({
      message: expect.stringMatching(/^Could not .*: 127\.0\.0\.1:\d+ answered 401/),
      hint: expect.stringMatching(/not accepted/),
    });
  });

  test('tells an answer that is none of its API', async () => {
    await using api = await start();
    api.intercept = (_request, response) => {
      response.end('{"versions":[{}],"type":"Organization","packages":"x"}');
      return true;
    };
    await expect(open(api).images(`${path}/${NAME}`)).rejects.toThrow(
      'answered something else than its API does',
    );
  });
});

describe('ghcr.io', () => {
  test('says when to come back where its rate limit lasts longer than anybody waits', async () => {
    await using api = await startGitHubApi();
    api.intercept = (_request, response) => {
      const reset = String(Math.floor(Date.now() / 1000) + 3600);
      response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
      response.end('{"message":"API rate limit exceeded for installation."}');
      return true;
    };
    const [, { open }] = KINDS[1] as [string, Kind];
    await expect(open(api).repositories()).rejects.toMatchObject({
      message: expect.stringContaining('answered 403: API rate limit exceeded'),
      hint: expect.stringContaining('in an hour'),
    });
    expect(api.asked).toHaveLength(1);
  });

  test('does not list packages to the token of a job', async () => {
    await using api = await startGitHubApi();
    api.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/orgs/acme/packages?')) return false;
      response.writeHead(400).end('{"message":"Invalid argument."}');
      return true;
    };
    const [, { open }] = KINDS[1] as [string, Kind];
    await expect(open(api).repositories()).resolves.toBeUndefined();
    const results = await prune(api, open(api), ['acme/team/not-there']);
    expect(results).toEqual([{ repository: 'acme/team/not-there', status: 'absent' }]);
  });

  test('keeps the last version of a package, which fails alone', async () => {
    await using api = await startGitHubApi();
    const only = api.add('team/only', { ageDays: 90 });
    const gone = api.add('team/two', { ageDays: 90, layer: 'two' });
    api.add('team/two', { ageDays: 90, tags: ['v1'], layer: 'v1' });
    const [, { open }] = KINDS[1] as [string, Kind];
    const [failed, done] = await prune(api, open(api), ['acme/team/only', 'acme/team/two']);
    expect(failed).toMatchObject({
      images: [
        {
          digest: only,
          status: 'failed',
          error: { message: expect.stringContaining('You cannot delete the last'), hint: expect.any(String) },
        },
      ],
    });
    expect(outcomes(done)).toEqual({ removed: [gone] });
  });

  test('is not sent the token by another host’s pages', async () => {
    await using api = await startGitHubApi();
    api.add('team/a', { ageDays: 1 });
    api.intercept = ({ url = '' }, response) => {
      if (!url.includes('/versions')) return false;
      response.writeHead(200, { link: '<https://evil.example/2>; rel="next"' }).end('[]');
      return true;
    };
    const [, { open }] = KINDS[1] as [string, Kind];
    await expect(open(api).images('acme/team/a')).rejects.toThrow('sends on to evil.example');
  });
});
