/** Kits that are pushed to the real workerd, and the containers that its operator's rules make of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { ContainersSummary, ContainerStatus } from '../../../worker/src/containers/protocol.ts';
import { AT_ONCE, collect } from '../../support/collection.ts';
import { HAS_CRANE, validateByCrane } from '../../support/crane.ts';
import { FOREIGN_FILES, type ForeignTool } from '../../support/foreign-images.ts';
import { importSettings, runImport } from '../../support/imports.ts';
import { codeOf, digestOf, OciClient } from '../../support/oci-client.ts';
import { baseContent, foreignContent, pushContent } from '../../support/registry-content.ts';
import { startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';
import { tarLayer } from '../../support/tar-layer.ts';
import { startRegistry, type TestRegistry } from '../../support/worker.ts';

const run = promisify(execFile);

const RULES = [
  { names: 'acme/*', base: 'bases/tiny:1', cmd: ['serve'] },
  { names: 'acme/*', base: 'bases/late:1', suffix: 'late', with: 'model' },
  { names: 'moved/*', base: 'bases/moved:1' },
];

let upstream: RegistryStandIn;
let registry: TestRegistry;
let host: string;
beforeAll(async () => {
  upstream = await startRegistryStandIn();
  registry = await startRegistry({
    variables: {
      ...AT_ONCE,
      ...importSettings({ [upstream.host]: {} }),
      REQUEST_LOG: 'on',
      IMMUTABLE_TAGS: 'release*',
      KEEP_UNTAGGED: '[{"names": "moved/*", "count": 0}]',
      CONTAINERS: JSON.stringify(RULES),
    },
  });
  host = `localhost:${new URL(registry.url).port}`;
  await pushContent(client('bases/tiny'), baseContent({ platforms: ['linux/amd64', 'linux/arm64'] }));
  await pushContent(client('bases/moved'), baseContent());
  const kits: [string, ForeignTool, string?][] = [
    ['acme/kit', 'kit-model-pack'],
    ['acme/of-kit', 'kit'],
    ['acme/of-kit-zstd', 'kit-zstd'],
    ['acme/gone', 'kit'],
    ['acme/fixed', 'kit', 'release1'],
    ['moved/kit', 'kit-model-pack'],
    // At once.
    ...(['kit', 'kit-zstd', 'kit-model-pack', 'modctl-tar'] as const).map((tool): [string, ForeignTool] => [
      'acme/race',
      tool,
    ]),
  ];
  await Promise.all(
    kits.map(([name, tool, tag = '1']) => pushContent(client(name), foreignContent(tool, tag))),
  );
  await idle();
});
afterAll(async () => {
  await registry.stop();
  await upstream[Symbol.asyncDispose]();
});

function client(repository: string): OciClient {
  return new OciClient(registry.url, repository);
}

/** By their tags. */
async function containersOf(repository: string, tag: string): Promise<Record<string, ContainerStatus>> {
  const response = await client(repository).request('GET', `manifests/${tag}/_containers`);
  const { containers } = (await response.json()) as { containers: ContainerStatus[] };
  return Object.fromEntries(containers.map((container) => [container.containerTag, container]));
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

async function summary(): Promise<ContainersSummary> {
  return (await (await fetch(`${registry.url}/v2/_containers`)).json()) as ContainersSummary;
}

/** Waits until nothing is left to look at. */
async function idle(): Promise<void> {
  for (;;) {
    const { waiting, isSweeping } = await summary();
    if (waiting === 0 && !isSweeping) return;
    await pause();
  }
}

async function digestAt(repository: string, tag: string): Promise<string | null> {
  const response = await client(repository).request('HEAD', `manifests/${tag}`);
  return response.headers.get('docker-content-digest');
}

async function manifestAt(repository: string, reference: string): Promise<Record<string, never>> {
  const response = await client(repository).request('GET', `manifests/${reference}`);
  return (await response.json()) as Record<string, never>;
}

describe('a kit that kit has packed', () => {
  test('is a container that crane finds right', async () => {
    const states = await containersOf('acme/kit', '1');
    expect(states['1-container']).toMatchObject({ state: 'done', base: 'bases/tiny:1' });
    await validateByCrane(`${host}/acme/kit:1-container`);
  });

  (HAS_CRANE ? describe : describe.skip)('as crane reads it', () => {
    test.each(['kit', 'kit-zstd'] as const)('has the files of base and kit: %s', async (tool) => {
      const reference = `${host}/acme/of-${tool}:1-container`;
      const exported = run('sh', ['-c', `crane export --platform linux/arm64 ${reference} - | tar -t`]);
      const files = (await exported).stdout.trim().split('\n').toSorted();
      expect(files).toEqual(['etc/os-release', ...Object.keys(FOREIGN_FILES)].toSorted());
      const config = JSON.parse((await run('crane', ['config', reference])).stdout) as object;
      expect(config).toMatchObject({ config: { Cmd: ['serve'], Env: ['PATH=/bin'] } });
    });
  });

  test('tells of a container whose base is missing, in the log as well, and makes it once the base is here', async () => {
    const states = await containersOf('acme/kit', '1');
    expect(states['1-late']).toMatchObject({
      state: 'failed',
      base: 'bases/late:1',
      error: { message: 'The base bases/late:1 is not in this registry.' },
    });
    const { failures } = await summary();
    expect(failures).toContainEqual(
      expect.objectContaining({ repository: 'acme/kit', containerTag: '1-late' }),
    );
    expect(registry.log()).toContain('"tag":"1-late","base":"bases/late:1","state":"failed"');
    await pushContent(client('bases/late'), baseContent({ format: 'docker' }));
    await idle();
    expect(await containersOf('acme/kit', '1')).toMatchObject({ '1-late': { state: 'done' } });
    await validateByCrane(`${host}/acme/kit:1-late`);
  });

  test('loses it with its tag', async () => {
    expect(await digestAt('acme/gone', '1-container')).not.toBeNull();
    await client('acme/gone').request('DELETE', 'manifests/1');
    await idle();
    expect(await digestAt('acme/gone', '1-container')).toBeNull();
  });

  test('keeps the first one under an immutable tag', async () => {
    const states = await containersOf('acme/fixed', 'release1');
    expect(states['release1-container']).toMatchObject({ state: 'done' });
    const refused = await client('acme/fixed').putManifest({ schemaVersion: 2 }, 'release1-container');
    expect([refused.status, await codeOf(refused)]).toEqual([409, 'DENIED']);
  });
});

test('of several kits that are pushed to one tag at once, the container is of the one that stays', async () => {
  const states = await containersOf('acme/race', '1');
  const kit = await digestAt('acme/race', '1');
  const index = await manifestAt('acme/race', '1-container');
  expect(states['1-container']?.digest).toBe(await digestAt('acme/race', '1-container'));
  expect(index['annotations']).toMatchObject({ 'ai.depot.artifact': kit });
});

test('a kit that is imported is one as well', async () => {
  const content = foreignContent('kit', '1');
  for (const [digest, bytes] of content.blobs) upstream.blobs.set(digest, bytes);
  for (const [reference, manifest] of content.manifests) {
    for (const name of [reference, digestOf(manifest.bytes)]) upstream.manifests.set(name, manifest);
  }
  const digest = digestOf(content.manifests.get('1')?.bytes ?? '');
  const { state } = await runImport(registry, 'acme/imported:1', {
    registry: upstream.host,
    repository: 'kits',
    digest,
  });
  expect(state).toBe('done');
  // Its end is told just before.
  while ((await digestAt('acme/imported', '1-container')) === null) await pause();
  await idle();
  expect(await containersOf('acme/imported', '1')).toMatchObject({ '1-container': { state: 'done' } });
});

test('what is said of a failure is short, whatever the artifact has in it', async () => {
  const path = 'p'.repeat(100_000);
  await pushContent(
    client('acme/long'),
    foreignContent('kit', '1', {
      config: (kitfile) => ({ ...kitfile, docs: [{ path, digest: `sha256:${'0'.repeat(64)}` }] }),
      manifest: (manifest) => ({ ...manifest, layers: (manifest['layers'] as object[]).slice(0, 2) }),
    }),
  );
  await idle();
  const { error } = (await containersOf('acme/long', '1'))['1-container'] ?? {};
  expect(error?.message).toMatch(/^The Kitfile names docs "p{900}/);
  expect(error?.message).toHaveLength(1000);
});

test('a base that moves makes containers anew, and what they replace is collected', async () => {
  const before = (await containersOf('moved/kit', '1'))['1-container']?.digest ?? '';
  const [replaced] = (await manifestAt('moved/kit', before))['manifests'] as unknown as { digest: string }[];
  await pushContent(client('bases/moved'), baseContent({ layers: [tarLayer([{ name: 'new' }])] }));
  await idle();
  const after = (await containersOf('moved/kit', '1'))['1-container']?.digest ?? '';
  expect(after).not.toBe(before);
  expect(await collect(registry)).toMatchObject({ state: 'done' });
  expect(await digestAt('moved/kit', before)).toBeNull();
  expect(await digestAt('moved/kit', replaced?.digest ?? '')).toBeNull();
  await validateByCrane(`${host}/moved/kit:1-container`);
});

test('what was lost on its way is made up for when the operator asks', async () => {
  await client('acme/kit').request('DELETE', 'manifests/1-container');
  const response = await fetch(`${registry.url}/v2/_containers`, { method: 'POST' });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ isSweeping: true });
  await idle();
  expect(await digestAt('acme/kit', '1-container')).not.toBeNull();
});
