/** What a garbage collection takes, and what it leaves, on the real workerd. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askForCollection, collect, startCollector } from '../../support/collection.ts';
import { CONFIG, descriptor, digestOf, IMAGE, INDEX, LAYER, OciClient } from '../../support/oci-client.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startCollector({
    KEEP_UNTAGGED: JSON.stringify([
      { names: 'rules/none', days: 0 },
      { names: 'rules/two', count: 2 },
      { names: 'rules/month', days: 30 },
    ]),
  });
});
afterAll(() => registry.stop());

function client(repository: string): OciClient {
  return new OciClient(registry.url, repository);
}

async function statuses(of: OciClient, paths: string[]): Promise<number[]> {
  return Promise.all(paths.map(async (path) => (await of.request('HEAD', path)).status));
}

test('a blob that no manifest needs goes, with its bytes; what a tag needs stays', async () => {
  const images = client('plain');
  const { digest } = await images.pushImage('kept', 'v1');
  const loose = await images.pushBlob(someBytes(6 * 1024 * 1024));
  const record = await collect(registry);
  expect(record).toMatchObject({ state: 'done', dryRun: false });
  expect(record.counts.remove).toMatchObject({ membership: 1, blob: 1, manifest: 0, bytes: 6 * 1024 * 1024 });
  expect(await statuses(images, [`blobs/${loose}`, `blobs/${digestOf('kept')}`, 'manifests/v1'])).toEqual([
    404, 200, 200,
  ]);
  expect((await images.request('GET', `manifests/${digest}`)).status).toBe(200);
  // And nothing is left to do.
  const after = await collect(registry);
  expect(after.counts).toMatchObject({ condemn: { membership: 0, blob: 0 }, remove: { blob: 0 } });
});

test('a blob that another repository has keeps its bytes', async () => {
  const one = client('shared/one');
  const two = client('shared/two');
  const bytes = someBytes(1000, 7);
  const digest = await one.pushBlob(bytes);
  const config = Buffer.from('{}');
  const configDigest = await two.pushBlob(config);
  await two.request('POST', `blobs/uploads/?mount=${digest}&from=shared/one`);
  await two.pushManifest(
    {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: descriptor(CONFIG, config, configDigest),
      layers: [descriptor(LAYER, bytes, digest)],
    },
    'v1',
  );
  await collect(registry);
  expect(await statuses(one, [`blobs/${digest}`])).toEqual([404]);
  const read = await two.request('GET', `blobs/${digest}`);
  expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digest);
});

describe('images without a tag', () => {
  test('stay where no rule says otherwise', async () => {
    const images = client('untagged');
    const { digest } = await images.pushImage('no tag');
    await collect(registry);
    expect(await statuses(images, [`manifests/${digest}`, `blobs/${digestOf('no tag')}`])).toEqual([
      200, 200,
    ]);
  });

  test('go by a rule, from the index to the bytes', async () => {
    const images = client('rules/none');
    const child = await images.pushImage('child');
    const tagged = await images.pushImage('tagged', 'v1');
    const index = await images.pushManifest({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [descriptor(IMAGE, JSON.stringify(child.manifest), child.digest)],
    });
    await collect(registry);
    const paths = [index, child.digest].map((digest) => `manifests/${digest}`);
    expect(await statuses(images, [...paths, `blobs/${digestOf('child')}`])).toEqual([404, 404, 404]);
    expect(await statuses(images, [`manifests/${tagged.digest}`, `blobs/${digestOf('tagged')}`])).toEqual([
      200, 200,
    ]);
  });

  test('that a tagged index lists stay, whatever the rule', async () => {
    const images = client('rules/none');
    const child = await images.pushImage('listed');
    await images.pushManifest(
      {
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: [descriptor(IMAGE, JSON.stringify(child.manifest), child.digest)],
      },
      'index',
    );
    await collect(registry);
    expect(await statuses(images, [`manifests/${child.digest}`, `blobs/${digestOf('listed')}`])).toEqual([
      200, 200,
    ]);
  });

  test('are kept by count, the youngest', async () => {
    const images = client('rules/two');
    const digests: string[] = [];
    for (const content of ['a', 'b', 'c', 'd']) digests.push((await images.pushImage(content)).digest);
    await collect(registry);
    expect(
      await statuses(
        images,
        digests.map((digest) => `manifests/${digest}`),
      ),
    ).toEqual([404, 404, 200, 200]);
  });

  test('go where a collection is asked to take them, and no rule speaks of them', async () => {
    const repositories = ['asked/one', 'asked/two', 'other/one', 'rules/month'];
    const pushed = await Promise.all(
      repositories.map(async (name) => ({
        name,
        digest: (await client(name).pushImage('asked for')).digest,
      })),
    );
    const query = '?untagged_days=0&names=asked/**&names=rules/**';
    const dryRun = await collect(registry, `${query}&dry_run=true`);
    expect(dryRun).toMatchObject({ untagged: { days: 0, names: ['asked/**', 'rules/**'] } });
    expect(dryRun.keys?.filter((key) => key.includes('/_manifests/')).length).toBe(2);
    await collect(registry, query);
    const found = await Promise.all(
      pushed.map(async ({ name, digest }) => (await statuses(client(name), [`manifests/${digest}`]))[0]),
    );
    expect(found).toEqual([404, 404, 200, 200]);
  });

  test.each(['untagged_days=month', 'untagged_days=-1', 'untagged_days=1&names=*/*/*/*'])(
    'are not taken for %s',
    async (query) => {
      expect((await askForCollection(registry, `?${query}`)).status).toBe(400);
    },
  );

  test('are kept by age', async () => {
    const images = client('rules/month');
    const { digest } = await images.pushImage('young');
    await collect(registry);
    expect(await statuses(images, [`manifests/${digest}`])).toEqual([200]);
  });
});

async function pushReferrer(to: OciClient, subject: string, tag?: string): Promise<string> {
  const config = Buffer.from('{}');
  return to.pushManifest(
    {
      schemaVersion: 2,
      mediaType: IMAGE,
      artifactType: 'application/example',
      config: descriptor(CONFIG, config, await to.pushBlob(config)),
      layers: [],
      subject: { mediaType: IMAGE, digest: subject, size: 100 },
      annotations: { of: subject + (tag ?? '') },
    },
    tag,
  );
}
async function referrersOf(of: OciClient, subject: string): Promise<string[]> {
  const response = await of.request('GET', `referrers/${subject}`);
  const { manifests } = (await response.json()) as { manifests: { digest: string }[] };
  return manifests.map(({ digest }) => digest);
}

describe('referrers', () => {
  test('stay with their subject and go after it', async () => {
    const images = client('signed');
    const { digest } = await images.pushImage('signed', 'v1');
    const referrer = await pushReferrer(images, digest);
    await collect(registry);
    expect(await referrersOf(images, digest)).toEqual([referrer]);
    expect((await images.request('DELETE', `manifests/${digest}`)).status).toBe(202);
    await collect(registry);
    expect(await statuses(images, [`manifests/${referrer}`])).toEqual([404]);
    expect(await referrersOf(images, digest)).toEqual([]);
  });

  test('that a tag names stay, and keep their subject', async () => {
    const images = client('rules/none');
    const { digest } = await images.pushImage('subject');
    const referrer = await pushReferrer(images, digest, 'signature');
    await collect(registry);
    expect(await statuses(images, [`manifests/${digest}`, `manifests/${referrer}`])).toEqual([200, 200]);
  });
});

test('a dry run tells what would go, and nothing goes', async () => {
  const images = client('dry');
  const loose = await images.pushBlob(someBytes(3000, 3));
  const record = await collect(registry, '?dry_run=true');
  expect(record).toMatchObject({ state: 'done', dryRun: true, passes: 1, counts: { remove: { blob: 0 } } });
  expect(record.keys).toEqual([`repositories/dry/_blobs/${loose.replace(':', '/')}`]);
  expect(await statuses(images, [`blobs/${loose}`])).toEqual([200]);
});

test('the blob that went can come back', async () => {
  const images = client('back');
  const bytes = someBytes(2000, 4);
  const digest = await images.pushBlob(bytes);
  await collect(registry);
  expect(await statuses(images, [`blobs/${digest}`])).toEqual([404]);
  await images.pushBlob(bytes);
  const read = await images.request('GET', `blobs/${digest}`);
  expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digest);
});

test('a repository is deleted with all that is its own', async () => {
  const images = client('to-delete');
  const below = client('to-delete/below');
  const { digest } = await images.pushImage('gone', 'v1');
  await below.pushImage('gone', 'v1');
  const range = () => images.request('GET', `blobs/${digestOf('gone')}`, { headers: { range: 'bytes=0-1' } });
  expect((await range()).status).toBe(206);
  expect((await images.request('DELETE', '_repository')).status).toBe(202);
  expect((await range()).status).toBe(404);
  expect(
    await statuses(images, ['manifests/v1', `manifests/${digest}`, `blobs/${digestOf('gone')}`]),
  ).toEqual([404, 404, 404]);
  expect((await images.request('DELETE', '_repository')).status).toBe(404);
  await collect(registry);
  expect(await statuses(below, ['manifests/v1', `blobs/${digestOf('gone')}`])).toEqual([200, 200]);
});
