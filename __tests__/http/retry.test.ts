import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

import { describe, expect, jest, test } from '@jest/globals';

import { askedWait, backOffSeconds } from '../../src/http/back-off.ts';
import { HttpError } from '../../src/http/http-error.ts';
import { describeWait } from '../../src/http/reason.ts';
import { retry, type Wait } from '../../src/http/retry.ts';
import { isRefusedHere, isTransient, TransientError } from '../../src/http/transient.ts';

const backOff = { base: 0.001, cap: 0.002 };

function answer(status: number, headers: Record<string, string> = {}, body = ''): HttpError {
  return new HttpError({
    method: 'GET',
    url: 'https://user:secret@hub.example/w?Signature=abc',
    status,
    headers: new Headers(headers),
    body,
  });
}

describe('an operation that fails', () => {
  test('is run again until it succeeds, and each wait is told', async () => {
    const waits: Wait[] = [];
    const result = await retry(
      async (attempt) => {
        if (attempt < 3) throw new TransientError('not yet');
        return attempt;
      },
      { backOff, onWait: (wait) => waits.push(wait) },
    );
    expect(result).toBe(3);
    expect(waits.map(({ attempt, asked }) => ({ attempt, asked }))).toEqual([
      { attempt: 1, asked: false },
      { attempt: 2, asked: false },
    ]);
  });

  test('for good is run once', async () => {
    const operation = jest.fn(async () => {
      throw answer(404);
    });
    await expect(retry(operation, { backOff })).rejects.toThrow('404');
    expect(operation).toHaveBeenCalledTimes(1);
  });

  test('for ever is given up after its attempts, with the last error', async () => {
    const operation = jest.fn(async (attempt: number) => {
      throw new TransientError(`attempt ${attempt}`);
    });
    await expect(retry(operation, { backOff, attempts: 4 })).rejects.toThrow('attempt 4');
    expect(operation).toHaveBeenCalledTimes(4);
  });

  test('at a port of this machine is given up within a second', async () => {
    const waits: Wait[] = [];
    const refused = withCode('ECONNREFUSED', '127.0.0.1');
    const operation = jest.fn(async () => Promise.reject(refused));
    await expect(retry(operation, { onWait: (wait) => waits.push(wait) })).rejects.toBe(refused);
    expect(operation).toHaveBeenCalledTimes(3);
    expect(waits.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThanOrEqual(1);
  });

  test('is waited for as long as the server asks, also where a layer above has wrapped its answer', async () => {
    const waits: Wait[] = [];
    const wrapped = new Error('the upload broke', { cause: answer(429, { 'Retry-After': '0' }) });
    await retry(
      async (attempt) => {
        if (attempt === 1) throw wrapped;
      },
      { backOff, retryable: () => true, onWait: (wait) => waits.push(wait) },
    );
    expect(waits).toMatchObject([{ asked: true }]);
  });

  test('is not waited for longer than the patience lasts', async () => {
    const operation = jest.fn(async () => {
      throw answer(429, { 'Retry-After': '3600' });
    });
    await expect(retry(operation, { totalWait: 600 })).rejects.toThrow('429');
    expect(operation).toHaveBeenCalledTimes(1);
  });

  test('is left as soon as the signal aborts, in the middle of a wait too', async () => {
    const controller = new AbortController();
    const operation = jest.fn(async () => {
      throw answer(503, { 'Retry-After': '500' });
    });
    const onWait = (): void => controller.abort(new Error('enough'));
    await expect(retry(operation, { signal: controller.signal, onWait })).rejects.toThrow('enough');
    await expect(retry(operation, { signal: controller.signal })).rejects.toThrow('enough');
    expect(operation).toHaveBeenCalledTimes(1);
  });
});

test.each([
  [answer(429), 'waiting 55 s for the rate limit of hub.example'],
  [answer(503), 'waiting 55 s before attempt 2: GET https://hub.example/w?… answered 503'],
  [
    new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }),
    'waiting 55 s before attempt 2: connect ECONNREFUSED 127.0.0.1:1',
  ],
])('the user reads why there is a wait: %s', (error, text) => {
  expect(describeWait({ seconds: 54.2, attempt: 1, asked: false, error })).toBe(text);
});

test('the back-off doubles up to its cap, and is anything below that', () => {
  const bounds = [1, 2, 3, 4, 5].map((attempt) => backOffSeconds(attempt, { base: 1, cap: 10 }, () => 1));
  expect(bounds).toEqual([1, 2, 4, 8, 10]);
  expect(backOffSeconds(3, { base: 1, cap: 10 }, () => 0)).toBe(0);
});

test.each([
  [503, { 'Retry-After': '7' }, 7],
  [503, { 'Retry-After': 'soon' }, undefined],
  [503, { 'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
  [429, { RateLimit: '"api";r=0;t=55' }, 55],
  [429, { RateLimit: '"api";r=0;t=55, "resolvers";r=12;t=200' }, 55],
  [429, { RateLimit: '"api";r=0;t=55', 'Retry-After': '60' }, 60],
  [429, { RateLimit: '"api";r=3;t=55' }, undefined],
  [503, { RateLimit: '"api";r=0;t=55' }, undefined],
  [429, {}, undefined],
])('a %s with %j asks to wait %s s', (status, headers, seconds) => {
  expect(askedWait(answer(status, headers as Record<string, string>))).toBe(seconds);
});

test.each([
  [503, (time: number) => ({ 'Retry-After': new Date(time).toUTCString() })],
  [
    403,
    (time: number) => ({
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(Math.floor(time / 1000)),
    }),
  ],
])('a time to come back at is a wait from now: %s', (status, headersFor) => {
  const seconds = askedWait(answer(status, headersFor(Date.now() + 60_000)));
  expect(seconds).toBeGreaterThan(55);
  expect(seconds).toBeLessThanOrEqual(60);
});

const withCode = (code: string, address?: string): Error =>
  Object.assign(new Error(code), { code, ...(address === undefined ? {} : { address }) });

describe('worth another attempt', () => {
  test.each<[string, unknown, boolean]>([
    ['429', answer(429), true],
    ['500', answer(500), true],
    ['502', answer(502), true],
    ['503', answer(503), true],
    ['504', answer(504), true],
    ['400', answer(400), false],
    ['401', answer(401), false],
    ['404', answer(404), false],
    ['501', answer(501), false],
    ['a truncated body', new TransientError('cut off'), true],
    ['a reset under fetch', new TypeError('fetch failed', { cause: withCode('ECONNRESET') }), true],
    ['a broken body under fetch', new TypeError('terminated', { cause: withCode('UND_ERR_SOCKET') }), true],
    ['no address that answers', new AggregateError([withCode('ECONNREFUSED')]), true],
    ['a timeout', new DOMException('too slow', 'TimeoutError'), true],
    ['an abort', new DOMException('stop', 'AbortError'), false],
    ['a host that does not exist', new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }), false],
    ['a certificate that is not trusted', withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), false],
    ['a bug', new TypeError('undefined is not a function'), false],
    ['no error at all', 'text', false],
  ])('%s', (_, error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });

  test('a server that is not there, as Node’s fetch puts it', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const refused: unknown = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
    expect(isTransient(refused)).toBe(true);
    expect(isRefusedHere(refused)).toBe(true);
  });

  test.each<[string, unknown, boolean]>([
    ['on another machine', withCode('ECONNREFUSED', '192.0.2.1'), false],
    ['on ::1', new Error('wrapped', { cause: withCode('ECONNREFUSED', '::1') }), true],
    [
      'on both addresses of localhost',
      new AggregateError([withCode('ECONNREFUSED', '::1'), withCode('ECONNREFUSED', '127.0.0.1')]),
      true,
    ],
    [
      'on one address of several',
      new AggregateError([withCode('ECONNREFUSED', '::1'), withCode('ETIMEDOUT', '192.0.2.1')]),
      false,
    ],
  ])('a connection that was refused %s', (_, error, expected) => {
    expect(isRefusedHere(error)).toBe(expected);
  });
});

describe('the error of an answer', () => {
  test('says what was asked and what came, without secrets', () => {
    const body = 'see https://s3.example/w?X-Amz-Signature=abc\n with Bearer abcdefghijkl or hf_secret';
    const error = answer(403, { 'Set-Cookie': 'session=abc' }, body);
    expect(error.message).toBe(
      'GET https://hub.example/w?… answered 403: see https://s3.example/w?… with Bearer … or hf_…',
    );
    expect(JSON.stringify(error)).not.toMatch(/abc|secret/);
    expect(error.headers.get('set-cookie')).toBe('session=abc');
  });

  test('reads only the start of a long body', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('endless '.repeat(100))),
    });
    const error = await HttpError.of(new Response(body, { status: 500 }), { url: 'http://hub.example/' });
    expect(error.body.length).toBeLessThanOrEqual(4096);
    expect(error.message.length).toBeLessThan(400);
  });
});
