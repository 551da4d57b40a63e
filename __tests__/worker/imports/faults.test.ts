/** What an upstream may do wrong: nothing of it is served, the old tag stays, and the next attempt succeeds. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addImage,
  addManifest,
  askForImport,
  importEnd,
  importStatus,
  MiB,
  runImport,
  startImporter,
  type UpstreamImage,
} from '../../support/imports.ts';
import { CONFIG, descriptor, digestOf, IMAGE, INDEX, LAYER, OciClient } from '../../support/oci-client.ts';
import { sendError, startRegistryStandIn, type RegistryStandIn } from '../../support/registry-stand-in.ts';
import { someBytes, type TestRegistry } from '../../support/worker.ts';

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | void | Promise<boolean | void>;

let upstream: RegistryStandIn;
/** Another server, that the operator has not listed. */
let elsewhere: RegistryStandIn;
let registry: TestRegistry;
/** Waits for a second only. */
let impatient: TestRegistry;
let misbehave: Answer | undefined;

beforeAll(async () => {
  elsewhere = await startRegistryStandIn();
  upstream = await startRegistryStandIn((request, response) => misbehave?.(request, response));
  registry = await startImporter({ [upstream.host]: {} });
  impatient = await startImporter({ [upstream.host]: {} }, { variables: { IMPORT_PATIENCE: '1' } });
});
afterAll(async () => {
  await registry.stop();
  await impatient.stop();
  await upstream[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});
afterEach(() => {
  misbehave = undefined;
  upstream.seen.length = 0;
  elsewhere.seen.length = 0;
});

let seed = 100;
/** Bytes that no test before has brought. */
function fresh(length: number): Buffer<ArrayBuffer> {
  return someBytes(length, seed++ % 256);
}

/** Answers so to each request for a blob of this digest, `times` times. */
function toBlob(digest: string | undefined, answer: Answer, times = Infinity): Answer {
  let left = times;
  return (request, response) => {
    if (!request.url?.includes(`/blobs/${digest}`) || left-- <= 0) return false;
    return answer(request, response) ?? true;
  };
}

/** The bytes that a request asks for. */
function asked(
  request: IncomingMessage,
  bytes: Buffer,
): { part: Buffer; head: Record<string, string | number> } {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) return { part: bytes, head: { 'content-length': bytes.length } };
  const part = bytes.subarray(Number(first), Number(last) + 1);
  return {
    part,
    head: { 'content-length': part.length, 'content-range': `bytes ${first}-${last}/${bytes.length}` },
  };
}

function statusOf(head: Record<string, string | number>): number {
  return 'content-range' in head ? 206 : 200;
}

async function servedBlob(name: string, digest: string | undefined): Promise<number> {
  const response = await new OciClient(registry.url, name).request('GET', `blobs/${digest}`);
  await response.body?.cancel();
  return response.status;
}

async function tagOf(name: string): Promise<string | null> {
  const response = await new OciClient(registry.url, name).request('HEAD', 'manifests/v1');
  return response.headers.get('docker-content-digest');
}

function source(image: { digest: string }) {
  return { registry: upstream.host, repository: 'a/model', digest: image.digest };
}

/** Sends those who ask for a blob to where else it is said to be. */
function redirect(to: (digest: string) => string): Answer {
  return (request, response) => {
    const { url = '' } = request;
    if (!url.includes('/blobs/')) return false;
    response.writeHead(307, { location: to(url.slice(url.lastIndexOf('/') + 1)) }).end();
    return true;
  };
}

/** Sends those who ask for the blob on, `times` times each, before they get it. */
function redirectTimes(times: number, digest: string): Answer {
  return toBlob(digest, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', `http://${upstream.host}`);
    const hops = Number(searchParams.get('hops'));
    if (hops === times) return false;
    response.writeHead(307, { location: `${pathname}?hops=${hops + 1}` }).end();
    return true;
  });
}

/** Why the import of an image that nothing can be done with fails. */
async function failure(image: { digest: string }): Promise<string | undefined> {
  const record = await runImport(registry, 'a/damaged:v1', source(image));
  expect(record.state).toBe('failed');
  expect(await tagOf('a/damaged')).toBeNull();
  return record.error?.message;
}

/** Of 2 parts (of 5 MiB), and of one. */
const SIZES = [
  ['a blob of several parts', 8 * MiB],
  ['a blob of one part', 3 * MiB],
] as const;

describe.each(SIZES)('%s', (_, size) => {
  describe('passes, where for a while the upstream', () => {
    const faults: [string, (bytes: Buffer) => Answer][] = [
      ['answers 500', () => (_request, response) => sendError(response, 500, 'UNKNOWN')],
      ['answers 503', () => (_request, response) => sendError(response, 503, 'UNAVAILABLE')],
      [
        'answers 429',
        () => (_request, response) => sendError(response, 429, 'TOOMANYREQUESTS', { 'retry-after': '1' }),
      ],
      ['hangs up', () => (request) => void request.socket.destroy()],
      [
        'breaks off in the middle',
        (bytes) => (request, response) => {
          const { part, head } = asked(request, bytes);
          response.writeHead(statusOf(head), head);
          response.write(part.subarray(0, part.length / 2), () => response.destroy());
        },
      ],
      [
        'ends early without having told a length',
        (bytes) => (request, response) => {
          const { part, head } = asked(request, bytes);
          const { 'content-length': _length, ...rest } = head;
          response.writeHead(statusOf(head), rest).end(part.subarray(0, 1000));
        },
      ],
    ];

    const silences: typeof faults = [
      [
        'stalls in the middle',
        (bytes) => (request, response) => {
          const { part, head } = asked(request, bytes);
          response.writeHead(statusOf(head), head);
          response.write(part.subarray(0, part.length / 2));
        },
      ],
      ['says nothing', () => () => undefined],
    ];

    test.each([
      ...faults.map(([name, fault]) => ({ name, fault, importer: () => registry })),
      ...silences.map(([name, fault]) => ({ name, fault, importer: () => impatient })),
    ])('$name', async ({ fault, importer }) => {
      const bytes = fresh(size);
      const image = addImage(upstream, [bytes]);
      misbehave = toBlob(image.layers[0], fault(bytes), 2);
      const record = await runImport(importer(), 'a/passing:v1', source(image));
      expect(record).toMatchObject({ state: 'done' });
      const client = new OciClient(importer().url, 'a/passing');
      const served = await client.request('GET', `blobs/${image.layers[0]}`);
      expect(digestOf(new Uint8Array(await served.arrayBuffer()))).toBe(image.layers[0]);
    });
  });

  describe('fails, and the tag stays, where the upstream', () => {
    const faults: [string, RegExp, (bytes: Buffer) => Answer][] = [
      [
        'answers 500 all the time',
        /answers 500/,
        () => (_request, response) => sendError(response, 500, 'UNKNOWN'),
      ],
      [
        'answers 401',
        /401.*may not be read/,
        () => (_request, response) => sendError(response, 401, 'UNAUTHORIZED'),
      ],
      [
        'answers 403',
        /403.*may not be read/,
        () => (_request, response) => sendError(response, 403, 'DENIED'),
      ],
      ['answers 404', /answers 404/, () => (_request, response) => sendError(response, 404, 'BLOB_UNKNOWN')],
      [
        'sends other bytes',
        /other bytes/,
        (bytes) => (request, response) => {
          const { part, head } = asked(request, bytes);
          const other = Buffer.from(part);
          other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
          response.writeHead(statusOf(head), head).end(other);
        },
      ],
      [
        'has a shorter blob',
        /another size/,
        (bytes) => (request, response) => {
          const shorter = bytes.subarray(0, bytes.length - 1);
          const { part, head } = asked(request, shorter);
          response.writeHead(statusOf(head), head).end(part);
        },
      ],
      [
        'has a longer blob',
        /another size/,
        (bytes) => (request, response) => {
          const { part, head } = asked(request, Buffer.concat([bytes, Buffer.from('x')]));
          response.writeHead(statusOf(head), head).end(part);
        },
      ],
      [
        'sends more than it says',
        /another size/,
        (bytes) => (request, response) => {
          const { part, head } = asked(request, bytes);
          const { 'content-length': _length, ...rest } = head;
          response.writeHead(statusOf(head), rest);
          response.write(part);
          response.end('more');
        },
      ],
    ];

    test.each(faults)('%s', async (_name, message, fault) => {
      const before = addImage(upstream, [Buffer.from('before')]);
      await runImport(registry, 'a/failing:v1', source(before)).catch(() => undefined);
      const bytes = fresh(size);
      const image = addImage(upstream, [bytes]);
      misbehave = toBlob(image.layers[0], fault(bytes));
      const record = await runImport(registry, 'a/failing:v1', source(image));
      expect(record.state).toBe('failed');
      expect(record.error?.message).toMatch(message);
      expect(record.error?.hint).not.toBe('');
      expect(await tagOf('a/failing')).toBe(before.digest);
      expect(await servedBlob('a/failing', image.layers[0])).toBe(404);

      misbehave = undefined;
      expect(await runImport(registry, 'a/failing:v1', source(image))).toMatchObject({ state: 'done' });
      expect(await tagOf('a/failing')).toBe(image.digest);
      await runImport(registry, 'a/failing:v1', source(before));
    });
  });

  test('comes also from an upstream that ignores ranges', async () => {
    const bytes = fresh(size);
    const image = addImage(upstream, [bytes]);
    misbehave = toBlob(image.layers[0], (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    expect(await runImport(registry, 'a/whole:v1', source(image))).toMatchObject({ state: 'done' });
  });
});

/** Sends half of what is asked for, and breaks off. */
function breakOff(bytes: Buffer): Answer {
  return (request, response) => {
    const { part, head } = asked(request, bytes);
    response.writeHead(statusOf(head), head);
    response.write(part.subarray(0, part.length / 2), () => response.destroy());
  };
}

const unavailable: Answer = (_request, response) => sendError(response, 503, 'UNAVAILABLE');

/** One after the other answers a request for the blob; then the upstream does. */
function oneByOne(digest: string | undefined, ...answers: Answer[]): Answer {
  const left = answers.values();
  return toBlob(
    digest,
    (request, response) => {
      const { value: answer } = left.next();
      return answer === undefined ? false : answer(request, response);
    },
    answers.length,
  );
}

describe('a connection that breaks in the middle', () => {
  let bytes: Buffer<ArrayBuffer>;
  let image: UpstreamImage;
  beforeEach(() => {
    bytes = fresh(4 * MiB);
    image = addImage(upstream, [bytes]);
  });

  /** Where each request for the layer began, in bytes. */
  function beginnings(): number[] {
    return upstream.seen
      .filter(({ url }) => url.endsWith(`/blobs/${image.layers[0]}`))
      .map(({ headers }) => Number(/^bytes=(\d+)-4194303$/.exec(headers.range ?? 'bytes=0-4194303')?.[1]));
  }

  test.each<[string, () => Answer[]]>([
    ['again and again', () => [breakOff(bytes), breakOff(bytes), breakOff(bytes)]],
    ['and is refused for a while', () => [breakOff(bytes), unavailable, unavailable]],
  ])('%s is taken up where it broke', async (_, answers) => {
    misbehave = oneByOne(image.layers[0], ...answers());
    expect(await runImport(registry, 'a/broken:v1', source(image))).toMatchObject({ state: 'done' });
    const [first, ...later] = beginnings();
    expect(first).toBe(0);
    expect(later).toHaveLength(3);
    for (const [n, offset] of later.entries()) expect(offset).toBeGreaterThanOrEqual(later[n - 1] ?? MiB);
  });

  test('is taken up from an upstream that ignores ranges', async () => {
    misbehave = oneByOne(image.layers[0], breakOff(bytes), (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    expect(await runImport(registry, 'a/ignoring:v1', source(image))).toMatchObject({ state: 'done' });
    expect(beginnings()).toHaveLength(2);
  });

  test('and goes on with other bytes brings nothing in', async () => {
    misbehave = oneByOne(image.layers[0], breakOff(bytes), (request, response) => {
      const { part, head } = asked(request, fresh(bytes.length));
      response.writeHead(statusOf(head), head).end(part);
    });
    expect(await failure(image)).toMatch(/other bytes/);
    expect(await servedBlob('a/damaged', image.layers[0])).toBe(404);
  });

  test('and is refused for ever fails', async () => {
    let isBroken = false;
    misbehave = toBlob(image.layers[0], (request, response) => {
      if (isBroken) return unavailable(request, response);
      isBroken = true;
      return breakOff(bytes)(request, response);
    });
    expect(await failure(image)).toMatch(/After 7 attempts: .* answers 503/);
  });
});

test('an import tells within a part how far it is', async () => {
  const bytes = fresh(5 * MiB);
  const image = addImage(upstream, [bytes]);
  misbehave = toBlob(image.layers[0], async (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    for (let at = 0; at < bytes.length; at += MiB) {
      response.write(bytes.subarray(at, at + MiB));
      await new Promise((resolve) => setTimeout(resolve, 800));
    }
    response.end();
  });
  await askForImport(registry, 'a/slow:v1', source(image));
  const seen = new Set<number>();
  for (;;) {
    const { state, bytes: count } = await importStatus(registry, 'a/slow:v1');
    if (state === 'done') break;
    expect(state).not.toBe('failed');
    seen.add(count?.done ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect([...seen].some((done) => done >= MiB && done < bytes.length)).toBe(true);
});

describe('redirects', () => {
  test('of blobs are followed, without a word of who asks', async () => {
    const image = addImage(upstream, [fresh(6 * MiB)]);
    for (const [digest, bytes] of upstream.blobs) elsewhere.blobs.set(digest, bytes);
    misbehave = redirect((digest) => `http://${elsewhere.host}/v2/x/blobs/${digest}`);
    expect(await runImport(registry, 'r/followed:v1', source(image))).toMatchObject({ state: 'done' });
    expect(elsewhere.seen.length).toBeGreaterThan(1);
    for (const { headers } of elsewhere.seen) {
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('cookie');
    }
  });

  test.each([
    [3, 'are followed', { state: 'done' }],
    [4, 'are too many', { state: 'failed', error: { message: expect.stringMatching(/more than 3 times/) } }],
  ])('%d of them, one after the other, %s', async (count, _, expected) => {
    const image = addImage(upstream, [fresh(1000)]);
    misbehave = redirectTimes(count, image.layers[0] ?? '');
    expect(await runImport(registry, `r/hops-${count}:v1`, source(image))).toMatchObject(expected);
    expect(await servedBlob(`r/hops-${count}`, image.layers[0])).toBe(count === 3 ? 200 : 404);
  });

  test.each([
    ['in a circle', /redirects more than 3 times/, () => `http://${upstream.host}/v2/a/blobs/again`],
    ['over http to another machine', /not https/, () => 'http://storage.example/blob'],
    ['to what is no web address', /not https/, () => 'ftp://storage.example/blob'],
    ['with a password', /not https/, () => `http://user:pass@${elsewhere.host}/blob`],
    ['to nowhere', /not https/, () => 'http://'],
  ])('%s are not followed', async (_, message, to) => {
    const image = addImage(upstream, [fresh(1000)]);
    misbehave = redirect(to);
    const record = await runImport(registry, 'r/not-followed:v1', source(image));
    expect(record.state).toBe('failed');
    expect(record.error?.message).toMatch(message);
    expect(elsewhere.seen).toEqual([]);
  });

  test('of manifests are not followed', async () => {
    misbehave = (_request, response) => {
      response.writeHead(307, { location: `http://${elsewhere.host}/v2/x/manifests/v1` }).end();
      return true;
    };
    const asking = { registry: upstream.host, repository: 'a/model', reference: 'v1' };
    expect((await askForImport(registry, 'r/manifest:v1', asking)).status).toBe(502);
    expect(elsewhere.seen).toEqual([]);
  });
});

describe('an image that is damaged', () => {
  test('has a manifest of other bytes', async () => {
    const image = addImage(upstream, [fresh(10)]);
    const { type } = upstream.manifests.get(image.manifest) as { type: string };
    upstream.manifests.set(image.manifest, { type, bytes: Buffer.from('{}') });
    expect(await failure(image)).toMatch(/answered a manifest of sha256:44136fa/);
  });

  test('has indexes that name each other', async () => {
    const [a, b] = [digestOf('index a'), digestOf('index b')];
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const index = { schemaVersion: 2, mediaType: INDEX, manifests: [descriptor(INDEX, '{}', other)] };
      upstream.manifests.set(own, { type: INDEX, bytes: Buffer.from(JSON.stringify(index)) });
    }
    expect(await failure({ digest: a })).toMatch(/answered a manifest of sha256:[0-9a-f]{64} for sha256:/);
    // The second is not asked for: what is not what it is said to be is not read.
    expect(upstream.seen.filter(({ url }) => url.includes('/manifests/'))).toHaveLength(1);
    // Below an index that is right, too.
    const top = addManifest(upstream, {
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [descriptor(INDEX, '{}', a)],
    });
    expect(await failure({ digest: top.name })).toMatch(
      /answered a manifest of sha256:[0-9a-f]{64} for sha256:/,
    );
  });

  test('has no manifest of one platform', async () => {
    const image = addImage(upstream, [fresh(10)]);
    upstream.manifests.delete(image.manifest);
    expect(await failure(image)).toMatch(/answers 404 to the manifest/);
  });

  test.each<[string, RegExp, object]>([
    ['is not valid', /config/, { schemaVersion: 2, layers: [] }],
    [
      'has a blob that is larger than R2 takes',
      /too large/,
      { config: descriptor(CONFIG, '{}'), layers: [{ ...descriptor(LAYER, 'a'), size: 5.5e12 }] },
    ],
    [
      'has 3,000 layers',
      /more than 2000/,
      {
        config: descriptor(CONFIG, '{}'),
        layers: Array.from({ length: 3000 }, (_, index) => descriptor(LAYER, String(index))),
      },
    ],
  ])('%s', async (_, message, json) => {
    const { name } = addManifest(upstream, { schemaVersion: 2, mediaType: IMAGE, ...json });
    expect(await failure({ digest: name })).toMatch(message);
  });

  test('says two sizes of one blob', async () => {
    const config = descriptor(CONFIG, '{}');
    const manifests = [1, 2].map((size) => {
      const layers = [{ ...descriptor(LAYER, 'a'), size }];
      return addManifest(upstream, { schemaVersion: 2, mediaType: IMAGE, config, layers });
    });
    const { name } = addManifest(upstream, {
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: manifests.map(({ bytes }) => descriptor(IMAGE, bytes)),
    });
    expect(await failure({ digest: name })).toMatch(/has 2 bytes, and it has 1/);
  });

  test('has a manifest of more than 4 MiB', async () => {
    const note = 'x'.repeat(4 * MiB);
    const { name } = addManifest(upstream, { mediaType: IMAGE, config: descriptor(CONFIG, '{}'), note });
    expect(await failure({ digest: name })).toMatch(/more than the 4194304 bytes/);
  });
});

test('the import that is asked for last has the tag', async () => {
  const slow = addImage(upstream, [fresh(6 * MiB)]);
  const quick = addImage(upstream, [fresh(10)]);
  const { promise: isWaiting, resolve: waits } = Promise.withResolvers<void>();
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  misbehave = toBlob(
    slow.layers[0],
    async () => {
      waits();
      await mayGoOn;
      return false;
    },
    1,
  );
  await askForImport(registry, 'last/asked:v1', source(slow));
  await isWaiting;
  await askForImport(registry, 'last/asked:v1', source(quick));
  expect(await importEnd(registry, 'last/asked:v1')).toMatchObject({ digest: quick.digest, generation: 2 });
  goOn();
  // The slow one, asked for again, is a third import, which ends after the first has found itself overtaken.
  expect(await runImport(registry, 'last/asked:v1', source(slow))).toMatchObject({ generation: 3 });
  expect(await tagOf('last/asked')).toBe(slow.digest);
});
