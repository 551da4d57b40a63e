/** Requests to one repository: signed, followed through redirects, repeated where that is safe, errors explained. */
import type { HeaderFields } from '../http/header-fields.ts';
import { HttpError } from '../http/http-error.ts';
import { retry, type RetryOptions, type Wait } from '../http/retry.ts';
import { isTransient } from '../http/transient.ts';
import type { Access, Authenticator } from './auth.ts';
import type { BodyLimit } from './body-limit.ts';
import { type Endpoint, isAllowed } from './endpoint.ts';
import { BadAnswer, RegistryError } from './errors.ts';
import { explain } from './explain.ts';
import { type Answer, readExcerpt, type Transport } from './transport.ts';

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

export interface Request {
  action: Access['action'];
  method: string;
  url: URL;
  /** Another repository that is read from. */
  from?: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
  /** The statuses that are no errors. */
  expect: readonly number[];
  /** Seconds; default: the client's patience. */
  silence?: number;
}

export interface Call<T> extends Request, Asked {
  /** Takes an answer of an expected status. */
  read(answer: Answer): Promise<T>;
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

  /** Ends everything that is under way. */
  get signal(): AbortSignal | undefined {
    return this.#around.signal;
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
    const answer = await this.answer(call);
    try {
      return await call.read(answer);
    } finally {
      discard(answer);
    }
  }

  /** As `once`, with the body left to the caller, who reads or destroys it. */
  async answer(request: Request): Promise<Answer> {
    const { url, answer } = await this.#followed(request);
    if (request.expect.includes(answer.status)) return answer;
    try {
      throw await errorOf(answer, { method: request.method, url });
    } finally {
      discard(answer);
    }
  }

  /**
   * Sends a request with what proves who asks, and once more where the registry wants other proof. Another host than
   * the registry gets none.
   */
  async withProof<A extends Pick<Answer, 'status' | 'headers'>>(
    url: URL,
    access: Omit<Access, 'repository'>,
    send: (proof: Record<string, string>, before?: A) => Promise<A>,
  ): Promise<A> {
    const proof = await this.authorizationFor(url, access);
    const answer = await send(proof);
    const { endpoint, auth } = this.#around;
    if (answer.status !== 401 || url.origin !== endpoint.origin) return answer;
    const challenge = answer.headers.get('www-authenticate');
    const whole = { ...access, repository: this.repository };
    const authorization = await auth.renewed(whole, proof['authorization'], challenge);
    return authorization === undefined ? answer : send({ authorization }, answer);
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
  location(headers: HeaderFields, asked: URL): URL {
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

  async #followed(request: Request): Promise<{ url: URL; answer: Answer }> {
    let url = request.url;
    for (let hop = 0; ; hop += 1) {
      const answer = await this.#authorized(request, url);
      const follows = ['GET', 'HEAD'].includes(request.method) && redirectStatus.has(answer.status);
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

  async #authorized({ action, from, method, headers, body, silence }: Request, url: URL): Promise<Answer> {
    const access = { action, ...(from === undefined ? {} : { from }) };
    return this.withProof<Answer>(url, access, async (proof, refused) => {
      if (refused !== undefined) discard(refused);
      return this.transport.exchange({
        method,
        url,
        headers: { ...headers, ...proof },
        patience: silence ?? this.patience.silence,
        ...(body ? { body } : {}),
      });
    });
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
