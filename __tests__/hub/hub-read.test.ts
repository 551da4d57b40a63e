import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { openHub } from '../../src/hub/hub-source.ts';
import type { Source, SourceFile } from '../../src/hub/source.ts';
import { verifiedStream } from '../../src/hub/verified-stream.ts';
import { certificate, trusting } from '../support/certificate.ts';
import type { Fault } from '../support/hub-faults.ts';
import { generatedFile, memoryFile, shaOf, type StandInFile } from '../support/hub-models.ts';
import { startHub, type Hub, type HubOptions } from '../support/hub.ts';

const mebibyte = 1024 * 1024;
const token = 'hf_reader';
const opened: (Hub | Source)[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

interface Served {
  hub: Hub;
  source: Source;
  file: SourceFile;
}

/** A Hub with these files, and the first of them as the source lists it. */
async function serve(files: StandInFile[], options: Partial<HubOptions> = {}): Promise<Served> {
  const sha = shaOf(files);
  const hub = await startHub({
    models: [{ name: 'org/model', sha, files }],
    tokens: { [token]: [] },
    ...options,
  });
  const source = openHub({ name: 'org/model', sha, endpoint: hub.url, token });
  opened.push(hub, source);
  const revision = await source.revision();
  const file = revision.files.find(({ path }) => path === files[0]?.path);
  hub.requests.length = 0;
  return { hub, source, file: file! };
}

const weights = async (size = 20 * mebibyte): Promise<StandInFile> =>
  await generatedFile({ path: 'w.safetensors', size, seed: 7 });

async function contentOf(file: StandInFile, offset = 0, length = file.size - offset): Promise<Buffer> {
  return Buffer.from(await file.read(offset, length));
}

async function read({ source, file }: Served, offset = 0, length = file.size - offset): Promise<Buffer> {
  const target = new Uint8Array(length);
  await source.read(file, offset, target);
  return Buffer.from(target);
}

async function streamed({ source, file }: Served): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of verifiedStream(source, file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const asked = (hub: Hub, part: string): (string | undefined)[] =>
  hub.requests.filter(({ server, url }) => server === part || url.includes(part)).map(({ range }) => range);

const busy = (status: number): Fault => ({ kind: 'status', status, headers: { 'Retry-After': '0' } });

test.each(['', 'http://127.0.0.1:9'])('over https, the variable https_proxy being "%s"', async (proxy) => {
  process.env['https_proxy'] = proxy;
  try {
    const file = await weights();
    await trusting([certificate.cert], async () => {
      const served = await serve([file], { tls: certificate });
      expect(served.hub.storageUrl).toMatch(/^https:/);
      expect((await streamed(served)).equals(await contentOf(file))).toBe(true);
    });
  } finally {
    delete process.env['https_proxy'];
  }
});

describe.each(['connections of our own', 'fetch'])('by %s', (way) => {
  beforeEach(() => {
    // Node's fetch goes to a proxy only when it is told to by NODE_USE_ENV_PROXY.
    if (way === 'fetch') process.env['http_proxy'] = 'http://127.0.0.1:9';
  });
  afterEach(() => {
    delete process.env['http_proxy'];
  });

  test('many ranges at once, in any order, ask the Hub once and keep the token from the storage', async () => {
    const file = await weights();
    const served = await serve([file]);
    const offsets = Array.from({ length: 40 }, (_, at) => ((at * 17) % 40) * 500_000);
    const ranges = await Promise.all(offsets.map((offset) => read(served, offset, 700_001)));
    for (const [index, range] of ranges.entries()) {
      expect(range.equals(await contentOf(file, offsets[index], 700_001))).toBe(true);
    }
    const atHub = served.hub.requests.filter(({ server }) => server === 'hub');
    const atStorage = served.hub.requests.filter(({ server }) => server === 'storage');
    expect(atHub.map(({ authorization }) => authorization)).toEqual([`Bearer ${token}`]);
    expect(atStorage).toHaveLength(40);
    expect(atStorage.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test('memory that is shared between threads is filled as well', async () => {
    const file = await weights(mebibyte);
    const { source, file: listed } = await serve([file]);
    const target = new Uint8Array(new SharedArrayBuffer(mebibyte));
    await source.read(listed, 0, target);
    expect(Buffer.from(target).equals(await contentOf(file))).toBe(true);
  });

  test.each(['a b.txt', 'a#b.txt', 'a?b=c.txt', '100%25.txt', 'größe/模型.txt', "it's (1)+&.txt"])(
    'the path %s',
    async (path) => {
      const plain = await serve([await memoryFile(path, 'content')]);
      expect((await streamed(plain)).toString()).toBe('content');
      const large = await serve([await memoryFile(path, 'content', { threshold: 0, extensions: [] })]);
      expect((await streamed(large)).toString()).toBe('content');
    },
  );

  test('an empty file needs no request', async () => {
    const served = await serve([await memoryFile('empty', '')]);
    expect(await streamed(served)).toHaveLength(0);
    expect(served.hub.requests).toEqual([]);
  });

  test('a body that is cut off is continued at the byte where it broke', async () => {
    const file = await weights(3 * mebibyte);
    const served = await serve([file]);
    served.hub.fail({ on: 'storage', fault: { kind: 'truncate', after: mebibyte } });
    expect((await streamed(served)).equals(await contentOf(file))).toBe(true);
    const size = 3 * mebibyte;
    expect(asked(served.hub, 'storage')).toEqual([`bytes=0-${size - 1}`, `bytes=${mebibyte}-${size - 1}`]);
  });

  test('a connection that is reset is made again', async () => {
    const file = await weights(3 * mebibyte);
    const served = await serve([file]);
    served.hub.fail({ on: 'storage', fault: { kind: 'reset', after: 100_000 } });
    expect((await streamed(served)).equals(await contentOf(file))).toBe(true);
  });

  test('a file that the Hub gives out itself is continued too', async () => {
    const text = 'config '.repeat(1000);
    const served = await serve([await memoryFile('config.json', text)]);
    served.hub.fail({ on: 'resolve', fault: { kind: 'truncate', after: 700 } });
    expect((await streamed(served)).toString()).toBe(text);
    expect(asked(served.hub, 'resolve')).toEqual(['bytes=0-6999', 'bytes=700-6999']);
  });

  test('signed addresses that expire in the middle of a file are asked for again', async () => {
    const file = await weights(8 * mebibyte);
    const served = await serve([file]);
    expect((await read(served, 0, 1000)).equals(await contentOf(file, 0, 1000))).toBe(true);
    served.hub.expireAddresses();
    expect((await streamed(served)).equals(await contentOf(file))).toBe(true);
    expect(asked(served.hub, 'resolve')).toHaveLength(2);
  });

  test('an address that expires while a broken range is continued', async () => {
    const file = await weights(3 * mebibyte);
    const served = await serve([file]);
    served.hub.fail({ on: 'storage', fault: { kind: 'truncate', after: mebibyte } });
    served.hub.fail({ on: 'storage', fault: { kind: 'status', status: 403 } });
    expect((await streamed(served)).equals(await contentOf(file))).toBe(true);
    expect(asked(served.hub, 'storage').at(-1)).toBe(`bytes=${mebibyte}-${3 * mebibyte - 1}`);
  });

  test('a storage that refuses new addresses as well', async () => {
    const served = await serve([await weights(1000)]);
    served.hub.fail({ on: 'storage', times: Infinity, fault: { kind: 'status', status: 403, body: 'no' } });
    const error = await failure(read(served));
    expect(error.message).toMatch(
      /^org\/model, "w.safetensors": GET http:\S+w.safetensors\?… answered 403: no\.$/,
    );
    expect(error.message).not.toContain('Signature');
  });

  test.each([429, 503])('%s for a while', async (status) => {
    const file = await weights(1000);
    const served = await serve([file]);
    served.hub.fail({ on: 'resolve', fault: busy(status) });
    served.hub.fail({ on: 'storage', fault: busy(status) });
    expect((await read(served)).equals(await contentOf(file))).toBe(true);
  });

  test.each([
    [429, /^org\/model, "w.safetensors": 127\.0\.0\.1:\d+ limits the rate of requests \(429\)\.$/],
    [503, /^org\/model, "w.safetensors": GET \S+ answered 503\.$/],
  ])('%s for ever', async (status, message) => {
    const served = await serve([await weights(1000)]);
    served.hub.fail({ on: 'storage', times: Infinity, fault: busy(status) });
    const error = await failure(read(served));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/[Rr]un again/);
    expect(asked(served.hub, 'storage')).toHaveLength(6);
  });

  const wrong: [string, Fault, string][] = [
    ['the whole file', { kind: 'ignore-range' }, 'answered 200 instead of 206'],
    [
      'another range',
      { kind: 'content-range', value: 'bytes 0-99/1000' },
      'answered with Content-Range "bytes 0-99/1000"',
    ],
    [
      'a range of a file of another size',
      { kind: 'content-range', value: 'bytes 100-199/2000' },
      'answered with Content-Range "bytes 100-199/2000"',
    ],
  ];
  test.each(wrong)('%s where a range was asked for is an error', async (_, fault, message) => {
    const served = await serve([await weights(1000)]);
    served.hub.fail({ on: 'storage', fault });
    const error = await failure(read(served, 100, 100));
    expect(error.message).toContain('was asked for bytes 100-199 of 1000 and ');
    expect(error.message).toContain(message);
    expect(error.hint).toContain('Nothing of this answer was used');
  });

  test('the same from the Hub itself', async () => {
    const served = await serve([await memoryFile('config.json', 'x'.repeat(1000))]);
    served.hub.fail({ on: 'resolve', fault: { kind: 'ignore-range' } });
    expect((await failure(read(served, 100, 100))).message).toContain('answered 200 instead of 206');
  });

  test('bytes that don’t match the oid end the stream before its last piece', async () => {
    const served = await serve([await weights(9 * mebibyte)]);
    served.hub.fail({ on: 'storage', times: Infinity, fault: { kind: 'corrupt', at: 5_000_000 } });
    const pieces: number[] = [];
    const take = async (): Promise<void> => {
      for await (const piece of verifiedStream(served.source, served.file)) pieces.push(piece.length);
    };
    const { message } = await failure(take());
    expect(message).toMatch(/^"w.safetensors": the content is sha256:[0-9a-f]{64}, expected sha256:/);
    expect(message).toContain(served.file.oid);
    expect(pieces).toEqual([4 * mebibyte, 4 * mebibyte]);
  });

  test('a small file whose bytes don’t match is not given out at all', async () => {
    const served = await serve([await memoryFile('config.json', '{"a": 1}')]);
    served.hub.fail({ on: 'resolve', fault: { kind: 'corrupt', at: 3 } });
    expect((await failure(streamed(served))).message).toContain('expected git-sha1:');
  });

  test('a body without a length', async () => {
    const file = await weights(3 * mebibyte);
    const served = await serve([file]);
    served.hub.fail({ on: 'storage', times: 3, fault: { kind: 'chunked' } });
    expect((await streamed(served)).equals(await contentOf(file))).toBe(true);
  });

  test('a file that is gone by the time it is read', async () => {
    const file = await weights(1000);
    const served = await serve([file]);
    served.hub.models[0]!.files = [];
    const error = await failure(read(served));
    expect(error.message).toContain('has no file "w.safetensors"');
  });

  test('a file that the Hub links to other content than it listed', async () => {
    const served = await serve([await weights(1000)]);
    served.hub.models[0]!.files = [await weights(2000)];
    expect((await failure(read(served))).message).toContain('"w.safetensors" to 2000 bytes');
  });

  test('an abort ends a read that waits', async () => {
    const served = await serve([await weights(1000)]);
    served.hub.fail({ on: 'storage', fault: { kind: 'stall', after: 10 } });
    const controller = new AbortController();
    const reading = served.source.read(served.file, 0, new Uint8Array(1000), controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(reading).rejects.toThrow('enough');
  });
});
