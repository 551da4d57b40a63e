/** The catalogue is complete whatever happens at once, and again when all that is left is the bucket. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Model } from '../../../worker/src/catalogue/model.ts';
import { startFaultyRegistry } from '../../support/faulty-registry.ts';
import { addImage, askForImport, importEnd, startImporter } from '../../support/imports.ts';
import { listOnce, pushModel, readJson } from '../../support/model-images.ts';
import { OciClient } from '../../support/oci-client.ts';
import { bodyOf, startRegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes, startRegistry } from '../../support/worker.ts';

const JOBS = 256;
const AT_ONCE = 16;

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'catalogue-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

test('256 jobs that publish at once lose no entry and write no key twice a second', async () => {
  await using registry = await startFaultyRegistry(storage, { WRITE_LIMIT: 'on' });
  // The pointer to a blob that several push at once can be written by one of them.
  const pushes = ['base', 'x', 'y'].map((name) =>
    new OciClient(registry.url, `job/${name}`).pushImage('a layer'),
  );
  const [base] = (await Promise.all(pushes)) as [Awaited<(typeof pushes)[0]>];
  const { config, layers } = base.manifest as { config: { digest: string }; layers: { digest: string }[] };
  const jobs = Array.from({ length: JOBS }, (_, n) => n).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const n of jobs) {
        const client = new OciClient(registry.url, `job/model-${n}`);
        for (const { digest } of [config, ...layers]) {
          await client.request('POST', `blobs/uploads/?mount=${digest}&from=job/base`);
        }
        const manifest = { ...base.manifest, annotations: { job: String(n) } };
        for (const tag of ['latest', 'v1']) await client.pushManifest(manifest, tag);
      }
    }),
  );
  const { models } = await listOnce(
    registry,
    ({ of, models: rows }) => of === JOBS && rows.every(({ tags }) => tags === 2),
    '?n=1000&sort=name',
  );
  expect(new Set(models.map(({ name }) => name)).size).toBe(JOBS);
  const tooOften = await readJson<string[]>(`${registry.url}/written-too-often`);
  // Blobs that several push at once are another matter: R2 refuses all but one, which suffices.
  expect(tooOften.filter((key) => !key.startsWith('blobs/'))).toEqual([]);
});

test('what R2 refused is made up for, and a copy of the bucket has the same list', async () => {
  {
    await using faulty = await startFaultyRegistry(storage, { FAULT_PUTS: 'catalogue/models/' });
    for (const name of ['a/1', 'a', 'a/b']) await pushModel(faulty, name, [{ a: Buffer.from(name) }]);
    await new OciClient(faulty.url, 'a/1').request('DELETE', '_repository');
  }
  const registry = await startRegistry({ storage });
  const { models } = await listOnce(registry, ({ of }) => of === 2, '?sort=name');
  await registry.stop();
  // The Durable Objects stay behind.
  const copy = path.join(storage, 'copy');
  await cp(path.join(storage, 'r2'), path.join(copy, 'r2'), { recursive: true });
  const other = await startRegistry({ storage: copy });
  try {
    expect((await listOnce(other, () => true, '?sort=name')).models).toEqual(models);
    await pushModel(other, 'c', [{ a: Buffer.from('c') }]);
    const page = await listOnce(other, ({ of }) => of === 3, '?sort=name');
    expect(page.models.slice(0, 2)).toEqual(models);
  } finally {
    await other.stop();
  }
});

test('an import is told of while it runs, and when it failed', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using upstream = await startRegistryStandIn(async ({ url = '' }) => {
    if (url.includes('/blobs/')) await released;
    return false;
  });
  const image = addImage(upstream, [someBytes(1000)], 'v1');
  const broken = addImage(upstream, [someBytes(2000)], 'broken');
  for (const digest of broken.layers) upstream.blobs.set(digest, Buffer.from('other bytes'));
  const registry = await startImporter({ [upstream.host]: {} }, { storage });
  try {
    const source = { registry: upstream.host, repository: 'a/model' };
    await askForImport(registry, 'acme/coming:v1', { ...source, digest: image.digest });
    const { models } = await listOnce(registry, ({ of }) => of === 1);
    expect(models).toEqual([
      { name: 'acme/coming', tags: 0, formats: [], updatedAt: expect.stringMatching(/Z$/), importing: true },
    ]);
    const coming = await readJson<Model>(`${registry.url}/api/models/acme/coming`);
    expect(coming).toMatchObject({ tags: [], imports: [{ reference: 'v1', digest: image.digest }] });
    expect(coming).not.toHaveProperty('image');
    await askForImport(registry, 'acme/broken:v1', { ...source, digest: broken.digest });
    release();
    await Promise.all(['acme/coming:v1', 'acme/broken:v1'].map((to) => importEnd(registry, to)));
    const after = await listOnce(registry, ({ models: rows }) =>
      rows.every(({ importing }) => importing === undefined),
    );
    expect(after.models).toMatchObject([{ name: 'acme/coming', tag: 'v1', tags: 1 }]);
    expect((await readJson<Model>(`${registry.url}/api/models/acme/coming`)).imports).toEqual([]);
    const failed = await readJson<Model>(`${registry.url}/api/models/acme/broken`);
    expect(failed.imports).toMatchObject([{ state: 'failed', error: { message: expect.any(String) } }]);
  } finally {
    release();
    await registry.stop();
  }
});

test('pulls are counted where Analytics Engine can be asked, and kept while it does not answer', async () => {
  let answer: { status: number; body: unknown } = {
    status: 200,
    body: { data: [{ repository: 'a/1', pulls: '12' }] },
  };
  const asked: { url: string | undefined; authorization: string | undefined; query: string }[] = [];
  await using cloudflare = await startRegistryStandIn(async (request, response) => {
    const { url, headers } = request;
    asked.push({ url, authorization: headers.authorization, query: (await bodyOf(request)).toString() });
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
    return true;
  });
  const variables = { PULLS_ACCOUNT: 'acc', PULLS_TOKEN: 'secret', PULLS_API: `http://${cloudflare.host}` };
  const registry = await startRegistry({ storage, variables });
  try {
    for (const name of ['a/1', 'a/2']) await pushModel(registry, name, [{ a: Buffer.from('a') }]);
    const counted = await listOnce(registry, ({ of }) => of === 2, '?sort=pulls');
    expect(counted.models.map(({ name, pulls }) => [name, pulls])).toEqual([
      ['a/1', 12],
      ['a/2', 0],
    ]);
    expect(asked).toEqual([
      {
        url: '/client/v4/accounts/acc/analytics_engine/sql',
        authorization: 'Bearer secret',
        query: expect.stringMatching(/FROM pulls\s+WHERE timestamp/),
      },
    ]);
    answer = { status: 500, body: {} };
    expect((await fetch(`${registry.url}/api/_rebuild`, { method: 'POST' })).status).toBe(202);
    await pushModel(registry, 'a/3', [{ a: Buffer.from('a') }]);
    const { models } = await listOnce(registry, ({ of }) => of === 3 && asked.length === 2, '?sort=pulls');
    expect(models[0]).toMatchObject({ name: 'a/1', pulls: 12 });
  } finally {
    await registry.stop();
  }
});
