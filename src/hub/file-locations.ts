import { HttpError } from '../http/http-error.ts';
import { redact } from '../http/redact.ts';
import type { RangeAnswer, RangeRequest, Sink } from '../http/range/byte-range.ts';
import type { RangeClient } from '../http/range/range-client.ts';
import type { SourceFile } from './source.ts';
import { UserError } from '../errors.ts';

/** Redirects followed from a file's address before it is given up. */
const maxHops = 5;

/** Signed addresses that are kept: a model of 100,000 LFS files shall not fill the memory with them. */
const maxKept = 1000;

export interface Repository {
  name: string;
  sha: string;
  endpoint: string;
  token?: string | undefined;
}

/** Where an LFS file's bytes are: a signed address that expires. Each object stands for one answer of the Hub. */
export interface Location {
  url: URL;
}

/** The address that the Hub gives out a file's bytes at. Every part of the path is encoded, `#`, `?` and `%` too. */
export function resolveUrl({ endpoint, name, sha }: Repository, path: string): URL {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return new URL(`${endpoint}/${name}/resolve/${sha}/${encoded}`);
}

/** The token is for the Hub alone: the storage behind it is another host, and its addresses carry their own proof. */
export function headersFor(url: URL, { endpoint, token }: Repository): Record<string, string> {
  const agent = { 'User-Agent': 'ai-action' };
  const isHub = url.origin === new URL(endpoint).origin;
  return isHub && token !== undefined ? { ...agent, Authorization: `Bearer ${token}` } : agent;
}

/** Asks the Hub once a file, keeps the answer, and asks again when told that it has expired. */
export class FileLocations {
  readonly #client: RangeClient;
  readonly #repository: Repository;
  readonly #kept = new Map<string, Promise<Location>>();

  constructor(client: RangeClient, repository: Repository) {
    this.#client = client;
    this.#repository = repository;
  }

  /** @throws HttpError, RangeMismatchError, UserError when the Hub holds another file than it listed */
  async locate(file: SourceFile, signal?: AbortSignal): Promise<Location> {
    const kept = this.#kept.get(file.path);
    if (kept) return await abortable(kept, signal);
    // Without the signal: other readers wait for the same answer.
    const asked = this.#ask(file);
    this.#kept.set(file.path, asked);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    asked.catch(() => this.#forget(file, asked));
    return await abortable(asked, signal);
  }

  /** Drops an address that the storage no longer accepts, unless another reader has already got a new one. */
  async expire(file: SourceFile, location: Location): Promise<void> {
    const kept = this.#kept.get(file.path);
    if (kept && (await kept.catch(() => undefined)) === location) this.#forget(file, kept);
  }

  #forget(file: SourceFile, location: Promise<Location>): void {
    if (this.#kept.get(file.path) === location) this.#kept.delete(file.path);
  }

  /** Asks for the first byte: where there is no redirect to a storage, the Hub itself has to be able to give it. */
  async #ask(file: SourceFile): Promise<Location> {
    let url = resolveUrl(this.#repository, file.path);
    for (let hop = 0; hop <= maxHops; hop += 1) {
      const range = { offset: 0, length: 1, total: file.size };
      const headers = headersFor(url, this.#repository);
      const sink = { target: new Uint8Array(1), filled: 0 };
      const answer = await this.#client.get({ url, range, headers }, sink);
      checkLinked(file, answer.headers);
      if (answer.status === 206) return { url };
      const next = redirectOf(answer, url);
      if (next.origin !== url.origin) return { url: next };
      url = next;
    }
    throw tooManyRedirects(file);
  }
}

/** Sends a request and follows redirects, the token going no further than the Hub. */
export async function getFollowing(
  client: RangeClient,
  repository: Repository,
  asked: { request: Omit<RangeRequest, 'headers'>; sink: Sink; file: SourceFile },
  signal?: AbortSignal,
): Promise<void> {
  let { url } = asked.request;
  for (let hop = 0; hop <= maxHops; hop += 1) {
    const request = { ...asked.request, url, headers: headersFor(url, repository) };
    const answer = await client.get(request, asked.sink, signal);
    if (answer.status === 206) return;
    url = redirectOf(answer, url);
  }
  throw tooManyRedirects(asked.file);
}

/** @throws HttpError when the answer is no redirect */
function redirectOf(answer: RangeAnswer, url: URL): URL {
  const { status, headers, body } = answer;
  const location = headers.get('location');
  if (status < 300 || status > 399 || location === null) {
    throw new HttpError({ method: 'GET', url, status, headers, body });
  }
  const next = URL.parse(location, url.href);
  if (!next || (next.protocol !== 'https:' && next.protocol !== 'http:')) {
    throw new UserError(
      `${url.origin}${url.pathname} redirects to "${redact(location)}", which is no web address.`,
    );
  }
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw new UserError(`${url.origin}${url.pathname} redirects from https to plain http (${next.host}).`, {
      hint: 'Such a download could be read and changed on its way. Check HF_ENDPOINT.',
    });
  }
  return next;
}

/** The Hub says beforehand which content the storage will give (`X-Linked-Size`, `X-Linked-Etag`). */
function checkLinked(file: SourceFile, headers: Headers): void {
  const size = headers.get('x-linked-size');
  const etag = headers.get('x-linked-etag')?.replaceAll(/^W\/|"/g, '');
  const oid = file.oid.slice(file.oid.indexOf(':') + 1);
  if ((size === null || size === String(file.size)) && (etag === undefined || etag === oid)) return;
  throw new UserError(
    `The Hub links ${JSON.stringify(file.path)} to ${size ?? file.size} bytes with oid ${etag ?? oid}, ` +
      `but listed ${file.size} bytes with oid ${oid}.`,
    { hint: 'Run again; if it stays, the repository or the mirror in HF_ENDPOINT is damaged.' },
  );
}

function tooManyRedirects(file: SourceFile): UserError {
  return new UserError(`${JSON.stringify(file.path)} is redirected more than ${maxHops} times.`, {
    hint: 'Check HF_ENDPOINT.',
  });
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
