/** Requests to one repository: signed, followed through redirects, repeated where that is safe, errors explained. */
import { HttpError } from '../http/http-error.ts';
import { retry, type RetryOptions, type Wait } from '../http/retry.ts';
import { isTransient } from '../http/transient.ts';
import type { Access, Authenticator } from './auth.ts';
import type { BodyLimit } from './body-limit.ts';
import { type Endpoint, isAllowed } from './endpoint.ts';
import { BadAnswer, RegistryError } from './errors.ts';
import { explain } from './explain.ts';
import { type Answer, type HttpRequest, readExcerpt, type Transport } from './transport.ts';

/** Seconds, and how often. */
export interface Patience {
  /** How long the registry may be silent. */
  silence: number;
  /** The same while it verifies and stores a blob that it has received. */
  commit: number;
  retry: Pick<RetryOptions, 'attempts' | 'totalWait' | 'backOff'>;
}

export interface Asked {
  /** What is being done, for messages: `read the manifest "latest"`. */
  doing: string;
  action: Access['action'];
}

export interface Call<T> extends Asked {
  method: string;
  url: URL;
  /** Another repository that is read from. */
  from?: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
  /** The statuses whose answers `read` takes; all others are errors. */
  expect: readonly number[];
  read(answer: Answer): Promise<T>;
  /** Seconds; default: the client's patience. */
  silence?: number;
}

export interface Surroundings {
  endpoint: Endpoint;
  transport: Transport;
  auth: Authenticator;
  patience: Patience;
  bodyLimit: BodyLimit;
  signal: AbortSignal | undefined;
  onWait: ((wait: Wait) => void) | undefined;
}

const maxRedirects = 5;
const redirectStatus = new Set([301, 302, 303, 307, 308]);

export class RepositoryClient {
  readonly repository: string;
  readonly host: string;
  readonly patience: Patience;
  readonly transport: Transport;
  /** Of all repositories of the host together. */
  readonly bodyLimit: BodyLimit;
  readonly #around: Surroundings;

  constructor(repository: string, around: Surroundings) {
    this.repository = repository;
    this.host = around.endpoint.host;
    this.patience = around.patience;
    this.transport = around.transport;
    this.bodyLimit = around.bodyLimit;
    this.#around = around;
  }

  /** A place in the repository: `url('blobs/uploads/')`. */
  url(path: string): URL {
    return new URL(`/v2/${this.repository}/${path}`, this.#around.endpoint.origin);
  }

  /** One request, repeated until it is answered. @throws RegistryError */
  async call<T>(call: Call<T>): Promise<T> {
    return this.repeated(call, async () => this.once(call));
  }

  /** Several requests that only together may be repeated. @throws RegistryError */
  async repeated<T>(asked: Asked, operation: () => Promise<T>): Promise<T> {
    const { patience, signal, onWait } = this.#around;
    try {
      return await retry(operation, { ...patience.retry, signal, onWait, retryable: isRetryable });
    } catch (error) {
      throw await this.explained(error, asked);
    }
  }

  /** One request, made once. @throws HttpError, BadAnswer or the connection's error: to be explained by the caller */
  async once<T>(call: Call<T>): Promise<T> {
    const { url, answer } = await this.#followed(call);
    try {
      if (!call.expect.includes(answer.status)) throw await errorOf(answer, { method: call.method, url });
      return await call.read(answer);
    } finally {
      discard(answer);
    }
  }

  /** `Authorization` for a request that the caller sends; nothing for another host than the registry's. */
  async authorizationFor(url: URL, access: Omit<Access, 'repository'>): Promise<Record<string, string>> {
    if (url.origin !== this.#around.endpoint.origin) return {};
    const authorization = await this.#around.auth.authorization({ ...access, repository: this.repository });
    return authorization === undefined ? {} : { authorization };
  }

  /** Has the next request fetch a new token instead of the one that was refused. */
  async forget({ authorization }: Record<string, string>): Promise<void> {
    if (authorization !== undefined) await this.#around.auth.forget(authorization);
  }

  async explained(error: unknown, { doing, action }: Asked): Promise<unknown> {
    const { endpoint, auth, signal } = this.#around;
    if (signal?.aborted) return signal.reason;
    const refused = error instanceof HttpError && [401, 403].includes(error.status);
    const credentials = refused ? await auth.credentials() : undefined;
    const user =
      credentials?.kind === 'password' ? `the user "${credentials.username}"` : 'the saved identity token';
    return explain(error, {
      host: endpoint.host,
      repository: this.repository,
      action,
      doing,
      user: credentials ? user : undefined,
    });
  }

  /** Where an answer says to go on: relative to what was asked, and never to plain http where https was meant. */
  location(headers: Headers, asked: URL): URL {
    const { endpoint } = this.#around;
    const named = headers.get('location');
    const url = named === null ? null : URL.parse(named, asked.href);
    if (!url || !isAllowed(url, endpoint)) {
      const where = url ? url.origin + url.pathname : (named ?? 'nowhere');
      throw new BadAnswer(`it sends on to ${where}, which is not an https address`, {
        hint: 'Behind a proxy that ends TLS, have it pass X-Forwarded-Proto and Host on to the registry.',
      });
    }
    return url;
  }

  async #followed(call: Call<unknown>): Promise<{ url: URL; answer: Answer }> {
    let url = call.url;
    for (let hop = 0; ; hop += 1) {
      const answer = await this.#authorized(call, url);
      const follows = ['GET', 'HEAD'].includes(call.method) && redirectStatus.has(answer.status);
      if (!follows) return { url, answer };
      discard(answer);
      if (hop === maxRedirects) {
        throw new BadAnswer('it redirects again and again', {
          hint: 'The registry, or a proxy before it, sends in circles: check its address and configuration.',
        });
      }
      url = this.location(answer.headers, url);
    }
  }

  async #authorized(call: Call<unknown>, url: URL): Promise<Answer> {
    const { transport, auth } = this.#around;
    const access = {
      repository: this.repository,
      action: call.action,
      ...(call.from === undefined ? {} : { from: call.from }),
    };
    const proof = await this.authorizationFor(url, access);
    const request: HttpRequest = {
      method: call.method,
      url,
      headers: { ...call.headers, ...proof },
      patience: call.silence ?? this.patience.silence,
      ...(call.body ? { body: call.body } : {}),
    };
    const answer = await transport.exchange(request);
    if (answer.status !== 401 || url.origin !== this.#around.endpoint.origin) return answer;
    const sent = proof['authorization'];
    const renewed = await auth.renewed(access, sent, answer.headers.get('www-authenticate'));
    if (renewed === undefined) return answer;
    discard(answer);
    return transport.exchange({ ...request, headers: { ...call.headers, authorization: renewed } });
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof RegistryError ? error.retryable : isTransient(error);
}

export async function errorOf(answer: Answer, asked: { method: string; url: URL }): Promise<HttpError> {
  const { status, headers } = answer;
  return new HttpError({ ...asked, status, headers, body: await readExcerpt(answer, 4096) });
}

/** A short rest is read, so that the connection can be used again; a long one costs more than a new connection. */
export function discard({ headers, body }: Answer): void {
  const rest = body.complete ? 0 : Number(headers.get('content-length') ?? Number.NaN);
  if (rest <= 64 * 1024) body.resume();
  else body.destroy();
}
