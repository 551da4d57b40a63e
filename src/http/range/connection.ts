import net from 'node:net';
import tls from 'node:tls';

import { safeUrl } from '../redact.ts';
import { TransientError } from '../transient.ts';
import { checkRange, rangeHeader, type RangeAnswer, type RangeRequest, type Sink } from './byte-range.ts';
import { parseResponseHead, UnsupportedAnswerError, type ResponseHead } from './response-head.ts';

/** Bytes of a response's head, and of an error's body behind it. */
const scratchBytes = 16 * 1024;

/** Milliseconds that a connection is kept without work: less than the 5 s after which servers commonly close it. */
const idleTime = 4000;

/** A kept connection that the server had closed before it saw the request: safe to send again at once. */
export class StaleConnectionError extends TransientError {
  override name = 'StaleConnectionError';
}

/** A request that waits for its answer: first for the head, then for the rest of the body. */
interface Exchange {
  request: RangeRequest;
  sink: Sink;
  /** Set once it has come. */
  head?: ResponseHead;
  phase: 'head' | 'range' | 'other';
  resolve: (answer: RangeAnswer) => void;
  reject: (error: unknown) => void;
}

/**
 * One HTTP/1.1 connection that asks for ranges, one after the other. The socket reads bodies straight into the
 * caller's memory (`onread`): through the streams of `node:http` and `fetch` they come in buffers of 64 KiB that have
 * to be copied, which costs a third of the speed.
 */
export class RangeConnection {
  readonly #socket: net.Socket;
  readonly #stallTime: number;
  readonly #scratch = Buffer.allocUnsafeSlow(scratchBytes);
  #scratchUsed = 0;
  /** Where in `scratch` the body of a redirect or an error begins and ends. */
  #body = { start: 0, end: 0 };
  #exchange: Exchange | undefined;
  #used = false;
  #answering = false;
  /** False once the connection is of no further use. */
  open = true;

  /** @param stallTime milliseconds without a byte after which a request is given up */
  constructor(origin: URL, stallTime: number) {
    this.#stallTime = stallTime;
    const onread = {
      buffer: () => this.#nextBuffer(),
      callback: (length: number) => {
        this.#received(length);
        return true;
      },
    };
    const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80);
    const options = { host, port, noDelay: true, onread };
    this.#socket =
      origin.protocol === 'https:'
        ? tls.connect({
            ...options,
            ALPNProtocols: ['http/1.1'],
            ...(net.isIP(host) === 0 && { servername: host }),
          })
        : net.connect(options);
    this.#socket.setTimeout(this.#stallTime);
    this.#socket.on('timeout', () => this.#timedOut());
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#ended());
  }

  /**
   * Fills the sink where the answer is the asked range; any other status is given back with the start of its body.
   * @throws RangeMismatchError, UnsupportedAnswerError, StaleConnectionError, TransientError, errors of the socket, the
   *   signal's reason; after each of them the connection is closed
   */
  async get(request: RangeRequest, sink: Sink, signal?: AbortSignal): Promise<RangeAnswer> {
    signal?.throwIfAborted();
    const head = requestHead(request);
    const { promise, resolve, reject } = Promise.withResolvers<RangeAnswer>();
    const abort = (): void => this.#fail(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#exchange = { request, sink, phase: 'head', resolve, reject };
    this.#answering = false;
    this.#scratchUsed = 0;
    this.#socket.ref();
    this.#socket.setTimeout(this.#stallTime);
    this.#socket.write(head, 'latin1');
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.open = false;
    this.#socket.destroy();
  }

  /** The socket writes its next bytes here. */
  #nextBuffer(): Uint8Array {
    const { phase, sink } = this.#exchange ?? {};
    if (phase === 'range' && sink) return sink.target.subarray(sink.filled);
    return this.#scratch.subarray(this.#scratchUsed);
  }

  #received(length: number): void {
    const exchange = this.#exchange;
    if (!exchange) {
      // Bytes that nobody asked for: this connection's answers can't be trusted to belong to their requests.
      this.close();
      return;
    }
    this.#answering = true;
    if (exchange.phase === 'range') {
      exchange.sink.filled += length;
      if (exchange.sink.filled === exchange.sink.target.length) this.#finish(exchange, '');
      return;
    }
    this.#scratchUsed += length;
    if (exchange.phase === 'head') this.#readHead(exchange);
    else this.#readOther(exchange);
  }

  #readHead(exchange: Exchange): void {
    const end = this.#scratch.subarray(0, this.#scratchUsed).indexOf('\r\n\r\n');
    if (end === -1) {
      if (this.#scratchUsed === scratchBytes) this.#fail(new UnsupportedAnswerError('a head of over 16 KiB'));
      return;
    }
    try {
      exchange.head = parseResponseHead(this.#scratch.toString('latin1', 0, end));
      if (exchange.head.status === 206 || exchange.head.status === 200) {
        this.#beginRange(exchange, exchange.head, end + 4);
      } else {
        const length = Number(exchange.head.headers.get('content-length') ?? Infinity);
        this.#body = { start: end + 4, end: end + 4 + length };
        exchange.phase = 'other';
        this.#readOther(exchange);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #beginRange(exchange: Exchange, head: ResponseHead, start: number): void {
    const { request, sink } = exchange;
    checkRange(request, head.status, head.headers);
    if (head.headers.has('transfer-encoding') || !head.headers.has('content-length')) {
      throw new UnsupportedAnswerError('a body without a Content-Length');
    }
    const early = this.#scratch.subarray(start, this.#scratchUsed);
    if (early.length > sink.target.length) throw new TransientError('more bytes than the answer announced');
    sink.target.set(early);
    sink.filled = early.length;
    this.#scratchUsed = 0;
    exchange.phase = 'range';
    if (sink.filled === sink.target.length) this.#finish(exchange, '');
  }

  /** The body of a redirect or an error: kept as far as there is room for it, for its text. */
  #readOther(exchange: Exchange): void {
    const { start, end } = this.#body;
    if (end > scratchBytes) this.open = false;
    else if (this.#scratchUsed < end) return;
    else if (this.#scratchUsed > end) this.open = false;
    const chunked = exchange.head?.headers.has('transfer-encoding') ?? false;
    const body = chunked ? '' : this.#scratch.toString('utf8', start, Math.min(end, this.#scratchUsed));
    this.#scratchUsed = 0;
    this.#finish(exchange, body);
  }

  #finish(exchange: Exchange, body: string): void {
    const { status, headers, keepAlive } = exchange.head!;
    this.#used = true;
    if (!keepAlive || !this.open) this.close();
    else {
      this.#socket.setTimeout(idleTime);
      // Nobody waits for an idle connection, the process's end least of all.
      this.#socket.unref();
    }
    this.#exchange = undefined;
    exchange.resolve({ status, headers, body });
  }

  #timedOut(): void {
    const host = this.#exchange && this.#exchange.request.url.host;
    this.#fail(
      new TransientError(`no byte from ${host ?? 'an idle connection'} for ${this.#stallTime / 1000} s`),
    );
  }

  #ended(): void {
    const exchange = this.#exchange;
    if (!exchange) {
      this.close();
    } else if (this.#used && !this.#answering) {
      this.#fail(new StaleConnectionError('the server had closed a kept connection'));
    } else {
      const { sink, request } = exchange;
      const got = `after ${sink.filled} of ${sink.target.length} bytes`;
      this.#fail(new TransientError(`${safeUrl(request.url)} closed the connection ${got}`));
    }
  }

  #fail(error: unknown): void {
    this.close();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (!exchange) return;
    const unseen = this.#used && !this.#answering && Error.isError(error) && 'code' in error;
    const stale = unseen && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    exchange.reject(stale ? new StaleConnectionError('reset by the server', { cause: error }) : error);
  }
}

function requestHead({ url, range, headers }: RangeRequest): string {
  const fields = { Host: url.host, Range: rangeHeader(range), 'Accept-Encoding': 'identity', ...headers };
  const lines = Object.entries(fields).map(([name, value]) => {
    if (/[^\t\x20-\x7e]/.test(value))
      throw new TypeError(`The header ${name} holds a character that it must not`);
    return `${name}: ${value}\r\n`;
  });
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
