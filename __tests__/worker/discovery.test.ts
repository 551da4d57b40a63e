/** Tags and referrers (distribution specification, "Content Discovery"). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, descriptor, digestOf, IMAGE, INDEX, OciClient } from '../support/oci-client.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

let registry: TestRegistry;
let client: OciClient;
beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'discovery');
});
afterAll(() => registry.stop());

async function tagsAt(path: string): Promise<{ tags: string[]; link: string | null }> {
  const response = await client.request('GET', path);
  expect(response.status).toBe(200);
  const { name, tags } = (await response.json()) as { name: string; tags: string[] };
  expect(name).toBe('discovery');
  return { tags, link: response.headers.get('link') };
}

describe('the list of tags', () => {
  const sorted = ['1.0', '1.0-rc', 'B', '_x', 'a', 'latest'];
  beforeAll(async () => {
    const { manifest } = await client.pushImage('tagged');
    for (const tag of ['latest', 'a', '1.0', 'B', '_x', '1.0-rc']) await client.pushManifest(manifest, tag);
  });

  test('is sorted, and whole without n', async () => {
    expect(await tagsAt('tags/list')).toEqual({ tags: sorted, link: null });
  });

  test('comes in pages that link to each other', async () => {
    const found: string[] = [];
    let next: string | undefined = 'tags/list?n=4';
    while (next !== undefined) {
      const { tags, link } = await tagsAt(next);
      expect(tags.length).toBeLessThanOrEqual(4);
      found.push(...tags);
      next = /^<(.+)>; rel="next"$/.exec(link ?? '')?.[1];
    }
    expect(found).toEqual(sorted);
  });

  test.each([
    ['n=0', []],
    ['n=2', ['1.0', '1.0-rc']],
    ['n=100', sorted],
    ['n=2&last=B', ['_x', 'a']],
    ['last=a', ['latest']],
    ['last=b', ['latest']],
    ['last=zzz', []],
    ['last=', sorted],
    [`n=${'9'.repeat(400)}`, sorted],
  ])('with %s', async (query, expected) => {
    expect((await tagsAt(`tags/list?${query}`)).tags).toEqual(expected);
  });

  test.each(['n=-1', 'n=x', 'n=1e3'])('refuses %s', async (query) => {
    expect((await client.request('GET', `tags/list?${query}`)).status).toBe(400);
  });

  test.each(['.hidden', 'sp%20ace', 'a/b', 'x'.repeat(1025)])('begins after no "%s"', async (last) => {
    const response = await client.request('GET', `tags/list?last=${last}`);
    expect([response.status, await codeOf(response)]).toEqual([400, 'TAG_INVALID']);
  });

  test('of a repository that is not there is unknown', async () => {
    const response = await client.request('GET', '/v2/discovery/nothing/tags/list');
    expect([response.status, await codeOf(response)]).toEqual([404, 'NAME_UNKNOWN']);
  });

  test('of a repository without tags is empty', async () => {
    const untagged = new OciClient(registry.url, 'discovery/untagged');
    await untagged.pushImage('untagged');
    const response = await untagged.request('GET', 'tags/list');
    expect(await response.json()).toEqual({ name: 'discovery/untagged', tags: [] });
  });
});

describe('referrers', () => {
  const subject = descriptor(IMAGE, 'the subject need not be there');
  const artifact = (type: string, fields: object = {}): object => ({
    schemaVersion: 2,
    mediaType: IMAGE,
    artifactType: type,
    config: descriptor('application/vnd.oci.empty.v1+json', '{}'),
    layers: [],
    subject,
    ...fields,
  });

  async function referrers(
    path = `referrers/${subject.digest}`,
  ): Promise<{ response: Response; manifests: Record<string, unknown>[] }> {
    const response = await client.request('GET', path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(INDEX);
    const { manifests } = (await response.json()) as { manifests: Record<string, unknown>[] };
    return { response, manifests };
  }

  /** The digests on each of the pages that link to each other. */
  async function pagesOf(query: string, digest: string): Promise<unknown[][]> {
    const pages: unknown[][] = [];
    let next: string | undefined = `referrers/${digest}${query}`;
    while (next !== undefined) {
      const { response, manifests } = await referrers(next);
      expect(response.headers.get('oci-filters-applied')).toBe(query === '' ? null : 'artifactType');
      pages.push(manifests.map((each) => each['digest']));
      next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    return pages;
  }

  /** The digests of so many referrers, every tenth a signature, in the order of their bytes. */
  async function pushReferrers(
    of: object,
    count: number,
    annotation: number,
  ): Promise<Record<string, string[]>> {
    const pushed: Record<string, string[]> = { signature: [], sbom: [] };
    for (let at = 0; at < count; at++) {
      const type = at % 10 === 0 ? 'signature' : 'sbom';
      const annotations = { at: `${at}`, note: 'x'.repeat(annotation) };
      const manifest = artifact(`application/vnd.example.${type}+json`, { subject: of, annotations });
      pushed[type]?.push(await client.pushManifest(manifest));
    }
    return { ...pushed, all: Object.values(pushed).flat().toSorted() };
  }

  test('are none at first, listed once pushed, filtered by type, and gone once deleted', async () => {
    await client.pushBlob(Buffer.from('{}'));
    expect((await referrers()).manifests).toEqual([]);

    const signature = artifact('application/vnd.example.signature', { annotations: { by: 'me' } });
    const pushed = await client.putManifest(signature);
    expect(pushed.headers.get('oci-subject')).toBe(subject.digest);
    const { artifactType: _, ...untyped } = artifact('', {
      config: descriptor('application/vnd.example.config', '{}'),
    }) as { artifactType: string };
    await client.pushManifest(untyped);
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: [], subject };
    await client.pushManifest(index);

    const all = (await referrers()).manifests;
    expect(all).toHaveLength(3);
    expect(all).toEqual(
      expect.arrayContaining([
        {
          ...descriptor(IMAGE, JSON.stringify(signature)),
          artifactType: 'application/vnd.example.signature',
          annotations: { by: 'me' },
        },
        { ...descriptor(IMAGE, JSON.stringify(untyped)), artifactType: 'application/vnd.example.config' },
        descriptor(INDEX, JSON.stringify(index)),
      ]),
    );

    const filtered = await referrers(
      `referrers/${subject.digest}?artifactType=application/vnd.example.signature`,
    );
    expect(filtered.manifests).toHaveLength(1);
    expect(filtered.response.headers.get('oci-filters-applied')).toBe('artifactType');

    await client.request('DELETE', `manifests/${digestOf(JSON.stringify(signature))}`);
    expect((await referrers()).manifests).toHaveLength(2);
  });

  describe('with many bytes of annotations', () => {
    test('come in pages that link to each other, each of at most 4 MiB, also where they are filtered', async () => {
      const many = descriptor(IMAGE, 'the subject of many');
      const { all = [], signature = [] } = await pushReferrers(many, 60, 100_000);
      const pages = await pagesOf('', many.digest);
      expect(pages.flat()).toEqual(all);
      expect(pages.map((page) => page.length)).toEqual([41, 19]);

      const filtered = await pagesOf('?artifactType=application/vnd.example.signature%2Bjson', many.digest);
      expect(filtered).toHaveLength(2);
      expect(filtered.flat()).toEqual(signature.toSorted());
    });

    test('come one by one where each fills a page, and a page of the filter may be empty', async () => {
      const large = descriptor(IMAGE, 'the subject of large ones');
      const { all = [], signature = [] } = await pushReferrers(large, 3, 3_000_000);
      expect(await pagesOf('', large.digest)).toEqual(all.map((digest) => [digest]));
      const filtered = await pagesOf('?artifactType=application/vnd.example.signature%2Bjson', large.digest);
      expect(filtered).toEqual(all.map((digest) => signature.filter((each) => each === digest)));
    });
  });

  test('of what is no digest are refused', async () => {
    const response = await client.request('GET', 'referrers/latest');
    expect([response.status, await codeOf(response)]).toEqual([400, 'DIGEST_INVALID']);
    const after = await client.request('GET', `referrers/${subject.digest}?last=latest`);
    expect([after.status, await codeOf(after)]).toEqual([400, 'DIGEST_INVALID']);
  });
});
