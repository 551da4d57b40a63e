/** Conditions of requests (RFC 9110, section 13): what is read, moved or deleted only while it is what was seen. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, digestOf, IMAGE, OciClient } from '../support/oci-client.ts';
import { startRegistry, type TestRegistry } from '../support/worker.ts';

let registry: TestRegistry;
let client: OciClient;
let first: Pushed;
let second: Pushed;
beforeAll(async () => {
  registry = await startRegistry();
  client = new OciClient(registry.url, 'conditions');
  first = await client.pushImage('first');
  second = await client.pushImage('second');
});
afterAll(() => registry.stop());

interface Pushed {
  manifest: object;
  digest: string;
}
type Conditions = Record<string, string>;

const etag = ({ digest }: Pushed): string => `"${digest}"`;
const other = `"${digestOf('other')}"`;

/** Puts a manifest at a reference under conditions. */
function put(reference: string, { manifest }: Pushed, headers: Conditions): Promise<Response> {
  return client.request('PUT', `manifests/${reference}`, {
    headers: { 'Content-Type': IMAGE, ...headers },
    body: JSON.stringify(manifest),
  });
}

async function named(tag: string): Promise<string | null> {
  return (await client.request('HEAD', `manifests/${tag}`)).headers.get('docker-content-digest');
}

describe('a tag that is there', () => {
  test.each<[string, () => Conditions, number]>([
    ['names the digest', () => ({ 'If-Match': etag(first) }), 201],
    ['names it among others', () => ({ 'If-Match': `${other}, ${etag(first)}` }), 201],
    ['names anything', () => ({ 'If-Match': '*' }), 201],
    ['names another', () => ({ 'If-Match': other }), 412],
    ['names it weakly', () => ({ 'If-Match': `W/${etag(first)}` }), 412],
    ['is to be none', () => ({ 'If-None-Match': '*' }), 412],
    ['is to be another', () => ({ 'If-None-Match': etag(first) }), 412],
    ['is another', () => ({ 'If-None-Match': other }), 201],
    ['is of a date, which does not count', () => ({ 'If-Unmodified-Since': new Date(0).toUTCString() }), 201],
  ])('moves where the condition %s: %#', async (_, conditions, status) => {
    await client.pushManifest(first.manifest, 'there');
    const response = await put('there', second, conditions());
    expect(response.status).toBe(status);
    expect(await named('there')).toBe((status === 201 ? second : first).digest);
  });

  test('moves for one of those who saw the same', async () => {
    await client.pushManifest(first.manifest, 'raced');
    const third = await client.pushImage('third');
    const answers = await Promise.all(
      [second, third].map((next) => put('raced', next, { 'If-Match': etag(first) })),
    );
    const isFirst = answers[0]?.status === 201;
    expect(answers.map(({ status }) => status)).toEqual(isFirst ? [201, 412] : [412, 201]);
    expect(await named('raced')).toBe((isFirst ? second : third).digest);
  });

  test('is deleted where it is what was seen', async () => {
    await client.pushManifest(first.manifest, 'seen');
    const remove = (match: string): Promise<Response> =>
      client.request('DELETE', 'manifests/seen', { headers: { 'If-Match': match } });
    expect((await remove(other)).status).toBe(412);
    expect(await named('seen')).toBe(first.digest);
    expect((await remove(etag(first))).status).toBe(202);
    expect((await remove(etag(first))).status).toBe(404); // what would be refused anyhow has no conditions
  });
});

test('a tag that is not there is made by If-None-Match: *, and not by If-Match', async () => {
  expect((await put('new', first, { 'If-Match': '*' })).status).toBe(412);
  expect((await put('new', first, { 'If-None-Match': '*' })).status).toBe(201);
  const again = await put('new', first, { 'If-None-Match': '*' });
  expect([again.status, await codeOf(again)]).toEqual([412, 'DENIED']);
});

test('what is refused by a condition is not stored', async () => {
  const manifest = { ...first.manifest, annotations: { not: 'stored' } };
  const digest = digestOf(JSON.stringify(manifest));
  expect((await put('nowhere', { manifest, digest }, { 'If-Match': '*' })).status).toBe(412);
  expect((await put(digest, { manifest, digest }, { 'If-Match': '*' })).status).toBe(412);
  expect((await client.request('HEAD', `manifests/${digest}`)).status).toBe(404);
  expect((await put(digest, { manifest, digest }, { 'If-None-Match': '*' })).status).toBe(201);
  expect((await put(digest, { manifest, digest }, { 'If-None-Match': '*' })).status).toBe(412);
});

test('manifests and blobs are read and deleted where they are what is meant', async () => {
  const image = await client.pushImage('read', 'read');
  const paths = ['manifests/read', `manifests/${image.digest}`, `blobs/${digestOf('read')}`];
  for (const path of paths) {
    const tag = path.startsWith('blobs') ? `"${digestOf('read')}"` : etag(image);
    const ask = async (method: string, headers: Conditions): Promise<number> =>
      (await client.request(method, path, { headers })).status;
    for (const method of ['GET', 'HEAD']) {
      expect(await ask(method, { 'If-Match': tag })).toBe(200);
      expect(await ask(method, { 'If-Match': '"nope"' })).toBe(412);
      // If-Match is looked at first (section 13.2.2).
      expect(await ask(method, { 'If-Match': '"nope"', 'If-None-Match': tag })).toBe(412);
      expect(await ask(method, { 'If-Match': tag, 'If-None-Match': tag })).toBe(304);
    }
    expect(await ask('GET', { 'If-Unmodified-Since': new Date(0).toUTCString() })).toBe(200);
    expect(await ask('DELETE', { 'If-Match': other })).toBe(412);
    expect(await ask('DELETE', { 'If-Match': tag })).toBe(202);
    expect(await ask('GET', { 'If-Match': tag })).toBe(404);
  }
});
