/**
 * Stands between clients and a registry: counts what goes through, and lets a test answer in the registry's place,
 * hold a request, or break it.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

export interface Passed {
  method: string;
  /** With the query. */
  url: string;
  /** Of the answer; undefined until there is one. */
  status?: number;
  /** Bytes of the body that the client sent. */
  sent: number;
  /** Bytes of the body that the client got. */
  received: number;
}

/** What a test does with a request before, or instead of, the registry. */
export interface Meddler {
  /** Sees each request first. @returns true where it has answered, or broken, the request */
  request?(
    passed: Passed,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean | void | Promise<boolean | void>;
  /** Sees each piece of a body on its way up; what it returns, the piece waits for. Throws to break the connection. */
  piece?(passed: Passed): void | Promise<void>;
  /** Sees the head of each answer, and may change it; what it returns, the answer waits for. */
  answer?(passed: Passed, head: AnswerHead): void | Promise<void>;
}

export interface AnswerHead {
  status: number;
  headers: IncomingMessage['headers'];
}

export interface RegistryProxy extends AsyncDisposable {
  /** host:port for the clients. */
  host: string;
  /** Every request since the last `forget`. */
  passed: Passed[];
  /** Bytes on the connections to clients since the last `forget`, heads included, both ways. */
  wireBytes(): number;
  forget(): void;
  /** Replaces what the proxy does from now on. */
  meddle(meddler: Meddler): void;
}

/** @param target host:port */
export async function startRegistryProxy(target: string, first: Meddler = {}): Promise<RegistryProxy> {
  const [hostname = '', port = ''] = target.split(':');
  const passed: Passed[] = [];
  let meddler = first;
  let wire = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const entry: Passed = { method, url, sent: 0, received: 0 };
    passed.push(entry);
    if ((await meddler.request?.(entry, request, response)) === true) return;
    const upstream = httpRequest({ hostname, port, method, path: url, headers });
    const broken = (): void => {
      upstream.destroy();
      request.destroy();
      response.destroy();
    };
    upstream.on('error', broken);
    upstream.on('response', (answer) => {
      const head = { status: answer.statusCode ?? 0, headers: answer.headers };
      const deliver = async (): Promise<void> => {
        await meddler.answer?.(entry, head);
        entry.status = head.status;
        response.writeHead(head.status, head.headers);
        answer.on('data', (bytes: Buffer) => (entry.received += bytes.length));
        answer.on('error', broken).pipe(response);
      };
      deliver().catch(broken);
    });
    response.on('close', () => {
      if (!response.writableFinished) broken();
    });
    await pipeline(
      request,
      counted(entry, () => meddler.piece?.(entry)),
      upstream,
    ).catch(broken);
  };
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    handle(request, response).catch(() => request.destroy());
  });
  const sockets = new Set<{ bytesRead: number; bytesWritten: number }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      wire += socket.bytesRead + socket.bytesWritten;
    });
  });
  const open = (): number =>
    [...sockets].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    wireBytes: () => wire + open(),
    forget() {
      passed.length = 0;
      wire = -open();
    },
    meddle: (next) => (meddler = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Counts a body on its way up. */
function counted(
  entry: Passed,
  see: () => void | Promise<void>,
): (body: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of body) {
      entry.sent += bytes.length;
      await see();
      yield bytes;
    }
  };
}
