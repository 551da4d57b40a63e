/** HTTP/1.1 connections, kept open between requests; Node's own client, since it can write a body without copying. */
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

import { headerFields, type HeaderFields } from '../http/header-fields.ts';
import { TransientError } from '../http/transient.ts';
import { isLoopback } from './endpoint.ts';
import { BadAnswer } from './errors.ts';

export interface HttpRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array;
  /** How long the connection may be silent, in seconds. */
  patience: number;
}

/** The head of an answer and the body to come, which has to be read or destroyed. */
export interface Answer {
  status: number;
  headers: HeaderFields;
  body: http.IncomingMessage;
}

export class Transport {
  readonly #signal: AbortSignal | undefined;
  readonly #agents = new Map<string, http.Agent>();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Opens a request whose body its caller writes. */
  open(method: string, url: URL, headers: Readonly<Record<string, string>>): http.ClientRequest {
    const options = {
      method,
      headers: { 'user-agent': 'ai-action', 'accept-encoding': 'identity', ...headers },
      agent: this.#agentFor(url),
      ...(this.#signal ? { signal: this.#signal } : {}),
    };
    const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
    return request.once('socket', readOnAfterBrokenWrite);
  }

  async exchange({ method, url, headers, body, patience }: HttpRequest): Promise<Answer> {
    this.#signal?.throwIfAborted();
    const length =
      body || !['GET', 'HEAD'].includes(method) ? { 'content-length': `${body?.length ?? 0}` } : {};
    const request = this.open(method, url, { ...headers, ...length });
    request.setTimeout(patience * 1000, () => request.destroy(silence(url, patience)));
    return new Promise((resolve, reject) => {
      request.once('response', (response) => resolve(answerOf(response)));
      request.on('error', (error) => reject(this.#signal?.aborted ? (this.#signal.reason as Error) : error));
      request.end(body);
    });
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  /** This machine is never reached through a proxy; elsewhere HTTPS_PROXY, HTTP_PROXY and NO_PROXY hold. */
  #agentFor(url: URL): http.Agent {
    const direct = isLoopback(url.hostname);
    const key = `${url.protocol} ${direct}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const options = { keepAlive: true, ...(direct ? {} : { proxyEnv: process.env }) };
    const agent = url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
    this.#agents.set(key, agent);
    return agent;
  }
}

/** Milliseconds. */
const READING_ON = 200;
const readingOn = new WeakSet<Socket>();

/**
 * Who refuses a body answers and closes the connection, and a write may find it broken before the answer is read, which
 * has come all the same. From the error of a write on, a stream of Node takes in nothing more: so it is told late.
 */
function readOnAfterBrokenWrite(socket: Socket): void {
  if (readingOn.has(socket)) return;
  readingOn.add(socket);
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, late(done));
  const writev = socket._writev?.bind(socket);
  if (writev) socket._writev = (chunks, done) => writev(chunks, late(done));
}

type Written = (error?: Error | null) => void;

function late(done: Written): Written {
  return (error) => void (error ? setTimeout(done, READING_ON, error) : done());
}

export function silence(url: URL, patience: number): TransientError {
  return new TransientError(`${url.host} was silent for ${patience} s`);
}

export function answerOf(response: http.IncomingMessage): Answer {
  const headers = headerFields(response.headersDistinct);
  return { status: response.statusCode ?? 0, headers, body: response };
}

/** The whole body. @throws BadAnswer when it is longer than `maxBytes` */
export async function readBody({ body }: Answer, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new BadAnswer(`the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return join(chunks, length);
}

/**
 * The bytes `[offset, offset + length)` of the body, of which nothing else is kept; the rest is not fetched.
 * @throws TransientError when the body ends before them
 */
export async function readPart(
  { body }: Answer,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(length);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const from = Math.max(offset - at, 0);
    const wanted = chunk.subarray(from, Math.max(offset + length - at, 0));
    if (wanted.length > 0) part.set(wanted, at + from - offset);
    at += chunk.length;
    if (at >= offset + length) return part;
  }
  throw new TransientError(`the answer ended after ${at} of ${offset + length} bytes`);
}

/** The start of an error's body as text; what comes after it is not fetched, and a body that breaks off is fine. */
export async function readExcerpt({ body }: Answer, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    // The status is what matters.
  }
  return new TextDecoder().decode(join(chunks, length).subarray(0, maxBytes));
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
