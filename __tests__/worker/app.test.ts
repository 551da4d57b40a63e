/** What the app decides by itself, asked directly: which host it answers to, and what it does when R2 fails. */
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createApp } from '../../worker/src/app.ts';
import type { Settings } from '../../worker/src/settings.ts';
import { linkBlob, publishBlob } from '../../worker/src/storage/blobs.ts';
import { writeManifest, writeReferrer } from '../../worker/src/storage/manifests.ts';
import { tagKey } from '../../worker/src/storage/keys.ts';
import { moveTag } from '../../worker/src/storage/tags.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { fakeBucket, type FakeBucket } from '../support/fake-bucket.ts';
import { codeOf, digestOf, IMAGE } from '../support/oci-client.ts';
import { someBytes } from '../support/worker.ts';

const app = createApp();
let bucket: FakeBucket;
beforeEach(() => {
  bucket = fakeBucket();
});

async function ask(path: string, settings: Settings, init: RequestInit = {}): Promise<Response> {
  return app.request(path, init, { BUCKET: bucket, ...settings });
}

describe('the host', () => {
  const settings = { ALLOWED_HOSTS: 'localhost,127.0.0.1,[::1],Builder.example' };

  test.each([
    'localhost',
    'localhost:8787',
    'LOCALHOST:1',
    '127.0.0.1:8787',
    '[::1]:8787',
    'builder.example.',
  ])('%s is answered', async (host) => {
    expect((await ask('/v2/', settings, { headers: { Host: host } })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8787',
    '[::2]',
    '0.0.0.0:8787',
  ])('%s is refused, with the way out', async (host) => {
    const response = await ask('/v2/', settings, { headers: { Host: host } });
    expect(response.status).toBe(421);
    const name = host.replace(/:\d+$/, '');
    const { errors } = (await response.json()) as { errors: { message: string }[] };
    expect(errors[0]?.message).toContain(`--allow-host ${name}`);
  });

  test.each([{}, { ALLOWED_HOSTS: '*' }])('may be any with %j', async (any) => {
    expect((await ask('/v2/', any, { headers: { Host: 'any.example' } })).status).toBe(200);
  });
});

describe('when R2 fails', () => {
  const bytes = someBytes(3_000_000);
  const digest = digestOf(bytes) as Digest;
  const path = `/v2/a/blobs/${digest}`;
  beforeEach(async () => {
    await bucket.put('data/1', bytes);
    const pointer = await publishBlob(bucket, digest, { data: 'data/1', size: bytes.length });
    await linkBlob(bucket, 'a', digest, pointer);
  });

  test('now and then, the reader sees nothing of it', async () => {
    bucket.fail({ method: 'head', times: 2 });
    bucket.fail({ method: 'get', times: 3 });
    const response = await ask(path, {});
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('in the middle of a body, it goes on where it stopped', async () => {
    bucket.breakBodies({ times: 3, after: 700_001 });
    const response = await ask(path, { ALLOWED_HOSTS: '*' }, { headers: { Range: 'bytes=5-2999990' } });
    expect(response.status).toBe(206);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(5, 2_999_991))).toBe(true);
  });

  test('for ever, the body breaks off instead of ending early', async () => {
    bucket.breakBodies({ times: 100, after: 0 });
    const response = await ask(path, {});
    await expect(response.arrayBuffer()).rejects.toThrow('the connection was lost');
  });

  test('for ever, the answer is an error of the specification', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    bucket.fail({ method: 'head', times: 100 });
    const response = await ask(path, {});
    expect([response.status, await codeOf(response)]).toEqual([500, 'UNKNOWN']);
    expect(error).toHaveBeenCalledTimes(1);
    error.mockRestore();
  });

  test('with an error that stays, it does not ask again', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const before = bucket.calls['head'] ?? 0;
    bucket.fail({ method: 'head', times: 1, message: 'head: not allowed (10024)' });
    expect((await ask(path, {})).status).toBe(500);
    expect(bucket.calls['head']).toBe(before + 1);
    error.mockRestore();
  });
});

describe('a tag', () => {
  const [first, second, third] = ['1', '2', '3'].map((text) => digestOf(text) as Digest) as [
    Digest,
    Digest,
    Digest,
  ];

  test('moves although the first answer was lost', async () => {
    await moveTag(bucket, 'a', { tag: 'latest', digest: first, isImmutable: false });
    const put = bucket.put.bind(bucket);
    let lost = false;
    bucket.put = async (...args) => {
      const result = await put(...args);
      if (lost) return result;
      lost = true;
      return null; // what a retried conditional put gives
    };
    await moveTag(bucket, 'a', { tag: 'latest', digest: second, isImmutable: false });
    expect((await bucket.head('repositories/a/_tags/latest'))?.customMetadata).toEqual({ digest: second });
  });

  test('that another moves meanwhile is moved after it', async () => {
    await moveTag(bucket, 'a', { tag: 'latest', digest: first, isImmutable: false });
    const head = bucket.head.bind(bucket);
    let meddled = false;
    bucket.head = async (key) => {
      const result = await head(key);
      if (!meddled) {
        meddled = true;
        await moveTag(bucket, 'a', { tag: 'latest', digest: second, isImmutable: false });
      }
      return result;
    };
    await moveTag(bucket, 'a', { tag: 'latest', digest: third, isImmutable: false });
    expect((await head('repositories/a/_tags/latest'))?.customMetadata).toEqual({ digest: third });
    expect(bucket.calls['put']).toBe(4); // one of them did not meet its condition
  });

  test('that another moves meanwhile does not move where it has to be what was seen', async () => {
    await moveTag(bucket, 'a', { tag: 'latest', digest: first, isImmutable: false });
    const put = bucket.put.bind(bucket);
    bucket.put = async (...args) => {
      bucket.put = put;
      await moveTag(bucket, 'a', { tag: 'latest', digest: second, isImmutable: false });
      return put(...args);
    };
    const check = (current: Digest | undefined): void => {
      if (current !== first) throw new Error(`it is ${current}`);
    };
    await expect(
      moveTag(bucket, 'a', { tag: 'latest', digest: third, isImmutable: false, check }),
    ).rejects.toThrow(`it is ${second}`);
    expect((await bucket.head('repositories/a/_tags/latest'))?.customMetadata).toEqual({ digest: second });
  });

  test('that has to be new is made although the answer was lost', async () => {
    const put = bucket.put.bind(bucket);
    bucket.put = async (...args) => {
      await put(...args);
      return null;
    };
    const seen: unknown[] = [];
    await moveTag(bucket, 'a', {
      tag: 'new',
      digest: first,
      isImmutable: false,
      check: (current) => seen.push(current),
    });
    expect(seen).toEqual([undefined]);
    expect((await bucket.head('repositories/a/_tags/new'))?.customMetadata).toEqual({ digest: first });
  });

  test('that is moved all the time is given up with 429', async () => {
    bucket.put = () => Promise.resolve(null);
    await expect(
      moveTag(bucket, 'a', { tag: 'latest', digest: first, isImmutable: false }),
    ).rejects.toMatchObject({ status: 429 });
  });
});

test.each(['', '?n=1000', '?n=5000'])('a page of tags ends after 1,000, asked for as "%s"', async (query) => {
  const digest = digestOf('any') as Digest;
  const tags = Array.from({ length: 2001 }, (_, index) => `v${10_000 + index}`);
  for (const tag of tags) await bucket.put(tagKey('a', tag), digest, { customMetadata: { digest } });
  const pages: string[][] = [];
  let next: string | undefined = `/v2/a/tags/list${query}`;
  while (next !== undefined) {
    const response = await ask(next, {});
    pages.push(((await response.json()) as { tags: string[] }).tags);
    next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(pages.map(({ length }) => length)).toEqual([1000, 1000, 1]);
  expect(pages.flat()).toEqual(tags);
});

test('a page of referrers ends after 500, read six at once', async () => {
  const subject = digestOf('subject') as Digest;
  const digests = Array.from({ length: 1001 }, (_, index) => digestOf(`${index}`) as Digest);
  for (const digest of digests) {
    await writeReferrer(bucket, 'a', subject, { mediaType: IMAGE, digest, size: 1 });
  }
  let reading = 0;
  let most = 0;
  const get = bucket.get.bind(bucket);
  bucket.get = async (...args) => {
    most = Math.max(most, ++reading);
    await Promise.resolve();
    return get(...args).finally(() => reading--);
  };
  const counts: number[] = [];
  const found: string[] = [];
  let next: string | undefined = `/v2/a/referrers/${subject}`;
  while (next !== undefined) {
    const response = await ask(next, {});
    const { manifests } = (await response.json()) as { manifests: { digest: string }[] };
    counts.push(manifests.length);
    found.push(...manifests.map(({ digest }) => digest));
    next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(counts).toEqual([500, 500, 1]);
  expect(found).toEqual(digests.toSorted());
  expect(most).toBe(6);
});

test('an import that is there by its digest is answered with one read of R2', async () => {
  const bytes = Buffer.from('{}');
  const digest = digestOf(bytes) as Digest;
  await writeManifest(bucket, 'a', { digest, mediaType: IMAGE, bytes });
  for (const method of Object.keys(bucket.calls)) delete bucket.calls[method];
  const response = await ask(
    `/v2/a/manifests/${digest}/_import`,
    { WRITE_ACCESS: 'open', UPSTREAMS: '{"ghcr.io": {"kind": "anonymous"}}' },
    { method: 'POST', body: JSON.stringify({ registry: 'ghcr.io', repository: 'acme/model', digest }) },
  );
  expect([response.status, await response.json()]).toEqual([
    200,
    expect.objectContaining({ state: 'done', digest }),
  ]);
  expect(bucket.calls).toEqual({ head: 1 });
});
