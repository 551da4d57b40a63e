import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

import { afterEach, describe, expect, test } from '@jest/globals';

import type { RangeAnswer, Sink } from '../../src/http/range/byte-range.ts';
import {
  openRangeClient,
  type RangeClient,
  type RangeClientOptions,
} from '../../src/http/range/range-client.ts';
import { isTransient } from '../../src/http/transient.ts';
import { certificate, trusting } from '../support/certificate.ts';

/** What a server does with the head of each request that arrives, the first being number 1. */
type Answer = (socket: Socket, head: string, number: number) => void;

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Server {
  url: URL;
  connections: () => number;
}

async function serve(answer: Answer, secure = false): Promise<Server> {
  let requests = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        requests += 1;
        answer(socket, head, requests);
      }
    });
  };
  const server = secure ? tls.createServer(certificate, onConnection) : net.createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${secure ? 'https' : 'http'}://127.0.0.1:${port}/w?sig=1`),
    connections: () => connections,
  };
}

function client(options: RangeClientOptions = {}): RangeClient {
  const opened = openRangeClient(options);
  closing.push(() => opened.close());
  return opened;
}

const content = Buffer.from('0123456789');

async function get(
  from: RangeClient,
  url: URL,
  { offset = 2, length = 5, headers = {}, signal = undefined as AbortSignal | undefined } = {},
): Promise<RangeAnswer & { bytes: string }> {
  const sink: Sink = { target: new Uint8Array(length), filled: 0 };
  const answer = await from.get({ url, range: { offset, length, total: 10 }, headers }, sink, signal);
  return { ...answer, bytes: Buffer.from(sink.target.subarray(0, sink.filled)).toString() };
}

const good = 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-6/10\r\nContent-Length: 5\r\n\r\n23456';

describe.each([false, true])('with TLS: %s', (secure) => {
  test('a range, in however many pieces it comes', async () => {
    const { url, connections } = await serve((socket, head, number) => {
      expect(head).toMatch(/^GET \/w\?sig=1 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nRange: bytes=2-6\r\n/);
      expect(head).toContain('Accept-Encoding: identity');
      if (number === 1) socket.write(good);
      // Later ones byte by byte, so that the head ends anywhere.
      else for (const [at, byte] of good.split('').entries()) setTimeout(() => socket.write(byte), at);
    }, secure);
    const ranges = client();
    await trusting([certificate.cert], async () => {
      expect((await get(ranges, url)).bytes).toBe('23456');
      expect((await get(ranges, url)).bytes).toBe('23456');
    });
    expect(connections()).toBe(1);
  });
});

test('a certificate that nobody trusts is refused', async () => {
  const { url } = await serve((socket) => socket.write(good), true);
  const error = await trusting([], () => get(client(), url)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(isTransient(error)).toBe(false);
});

describe('connections', () => {
  test('are 16 to one server at most, the others wait their turn', async () => {
    const { url, connections } = await serve((socket) => setTimeout(() => socket.write(good), 5));
    const ranges = client();
    const answers = await Promise.all(Array.from({ length: 50 }, () => get(ranges, url)));
    expect(answers.every(({ bytes }) => bytes === '23456')).toBe(true);
    expect(connections()).toBe(16);
  });

  test('that the server closed meanwhile are made again without an error', async () => {
    const { url, connections } = await serve((socket) => {
      socket.write(good);
      socket.end();
    });
    const ranges = client();
    for (let round = 0; round < 3; round += 1) expect((await get(ranges, url)).bytes).toBe('23456');
    expect(connections()).toBe(3);
  });

  test('that the server closes when the next request comes are made again', async () => {
    const seen = new Set<Socket>();
    const { url } = await serve((socket) => {
      if (seen.has(socket)) socket.resetAndDestroy();
      else socket.write(good);
      seen.add(socket);
    });
    const ranges = client();
    for (let round = 0; round < 3; round += 1) expect((await get(ranges, url)).bytes).toBe('23456');
  });

  test('are not used again after bytes that nobody asked for', async () => {
    const { promise: isSent, resolve: sent } = Promise.withResolvers<void>();
    const { url, connections } = await serve((socket) => {
      socket.write(good);
      setTimeout(() => socket.write(good, () => sent()), 5);
    });
    const ranges = client();
    await get(ranges, url);
    await isSent;
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await get(ranges, url)).bytes).toBe('23456');
    expect(connections()).toBe(2);
  });

  test('with Connection: close are closed', async () => {
    const { url, connections } = await serve((socket) =>
      socket.write(good.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')),
    );
    const ranges = client();
    await get(ranges, url);
    expect((await get(ranges, url)).bytes).toBe('23456');
    expect(connections()).toBe(2);
  });

  test('are kept after a redirect and an error', async () => {
    const { url, connections } = await serve((socket, _, number) =>
      socket.write(
        [
          'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 4\r\n\r\nmove',
          'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
          good,
        ][number - 1]!,
      ),
    );
    const ranges = client();
    const moved = await get(ranges, url);
    expect([moved.status, moved.headers.get('location'), moved.body, moved.bytes]).toEqual([
      302,
      '/x',
      'move',
      '',
    ]);
    expect(await get(ranges, url)).toMatchObject({ status: 403, body: 'no', bytes: '' });
    expect((await get(ranges, url)).bytes).toBe('23456');
    expect(connections()).toBe(1);
  });

  test('give up a server that says nothing more', async () => {
    const { url } = await serve((socket) => socket.write(good.slice(0, -2)));
    for (const env of [{}, { http_proxy: 'http://127.0.0.1:9' }]) {
      const error: unknown = await get(client({ env, stallTime: 50 }), url).catch(
        (reason: unknown) => reason,
      );
      expect(isTransient(error)).toBe(true);
      expect(String(error)).toContain('no byte from 127.0.0.1');
    }
  });

  test('wait for a server that is slow, but says something', async () => {
    const { url } = await serve((socket) => {
      socket.write(good.slice(0, -5));
      for (const [at, byte] of '23456'.split('').entries())
        setTimeout(() => socket.write(byte), 1200 * (at + 1));
    });
    const clients = [{}, { http_proxy: 'http://127.0.0.1:9' }].map((env) => client({ env, stallTime: 5000 }));
    const answers = await Promise.all(clients.map((ranges) => get(ranges, url)));
    expect(answers.map(({ bytes }) => bytes)).toEqual(['23456', '23456']);
  });

  test('end with the signal, whatever it carries', async () => {
    const { url } = await serve((socket) => socket.write(good.slice(0, -2)));
    for (const env of [{}, { http_proxy: 'http://127.0.0.1:9' }]) {
      const signal = AbortSignal.timeout(30);
      const reason: unknown = await get(client({ env }), url, { signal }).catch((error: unknown) => error);
      expect(reason).toBe(signal.reason);
    }
  });
});

describe('an error without a length', () => {
  test.each([
    ['in chunks', 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n', ''],
    ['until the end', 'HTTP/1.1 404 Not Found\r\n\r\nno', 'no'],
    ['of 100 kB', `HTTP/1.1 404 Not Found\r\nContent-Length: 100000\r\n\r\nno`, 'no'],
  ])('%s', async (_, text, body) => {
    const { url } = await serve((socket) => socket.write(text));
    expect(await get(client(), url)).toMatchObject({ status: 404, body });
  });
});

describe('what these connections don’t understand is asked for by fetch, from then on', () => {
  const fields = 'Content-Range: bytes 2-6/10';
  test.each([
    ['chunks', `HTTP/1.1 206 OK\r\n${fields}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n23456\r\n0\r\n\r\n`],
    ['a body until the end', `HTTP/1.1 206 OK\r\n${fields}\r\nConnection: close\r\n\r\n23456`],
    ['HTTP/1.0', `HTTP/1.0 206 OK\r\n${fields}\r\nContent-Length: 5\r\n\r\n23456`],
    ['an interim answer', `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${good}`],
  ])('%s', async (_, text) => {
    const heads: string[] = [];
    const { url } = await serve((socket, head) => {
      heads.push(head);
      socket.end(text);
    });
    const ranges = client();
    expect((await get(ranges, url)).bytes).toBe('23456');
    expect((await get(ranges, url)).bytes).toBe('23456');
    expect(heads.map((head) => head.includes('sec-fetch-mode'))).toEqual([false, true, true]);
  });
});

const withFields = (status: number, ...fields: string[]): string =>
  [`HTTP/1.1 ${status} Status`, ...fields, 'Content-Length: 5', '', '23456'].join('\r\n');

describe.each([{}, { http_proxy: 'http://127.0.0.1:9' }])('refused, with the environment %j', (env) => {
  test.each([
    ['200', withFields(200), 'answered 200'],
    ['no Content-Range', withFields(206), 'without a Content-Range'],
    ['another start', withFields(206, 'Content-Range: bytes 0-4/10'), 'bytes 0-4/10'],
    ['another total', withFields(206, 'Content-Range: bytes 2-6/11'), 'bytes 2-6/11'],
    ['an unknown total', withFields(206, 'Content-Range: bytes 2-6/*'), 'bytes 2-6/*'],
    ['a shorter range', withFields(206, 'Content-Range: bytes 2-5/10'), 'bytes 2-5/10'],
    [
      'a length that is not the range’s',
      'HTTP/1.1 206 OK\r\nContent-Range: bytes 2-6/10\r\nContent-Length: 4\r\n\r\n2345',
      'Content-Length 4',
    ],
    [
      'several ranges',
      withFields(206, 'Content-Type: multipart/byteranges; boundary=x'),
      'without a Content-Range',
    ],
    [
      'gzip',
      withFields(206, 'Content-Range: bytes 2-6/10', 'Content-Encoding: gzip'),
      'Content-Encoding "gzip"',
    ],
  ])('%s', async (_, text, message) => {
    const { url } = await serve((socket) => socket.write(text));
    const sink: Sink = { target: new Uint8Array(5), filled: 0 };
    const request = { url, range: { offset: 2, length: 5, total: content.length }, headers: {} };
    const error: unknown = await client({ env })
      .get(request, sink)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'RangeMismatchError' });
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('sig=1');
    expect(sink.filled).toBe(0);
  });

  test('a body that ends early, with what came of it', async () => {
    const { url } = await serve((socket) => socket.end(good.slice(0, -2)));
    const sink: Sink = { target: new Uint8Array(5), filled: 0 };
    const request = { url, range: { offset: 2, length: 5, total: 10 }, headers: {} };
    const error: unknown = await client({ env })
      .get(request, sink)
      .catch((reason: unknown) => reason);
    expect(isTransient(error)).toBe(true);
    expect(Buffer.from(sink.target.subarray(0, sink.filled)).toString()).toBe('234');
  });
});

test('a header that would start another line is not sent', async () => {
  const { url } = await serve((socket) => socket.write(good));
  await expect(get(client(), url, { headers: { Authorization: 'Bearer a\r\nX: b' } })).rejects.toThrow(
    TypeError,
  );
  // The pool has its connection back all the same.
  expect((await get(client(), url)).bytes).toBe('23456');
});
