/** Reads of an upstream registry (spec.md, "Pull"): only its own addresses, and where its blobs redirect to. */
import { digestOf, parseDigest, type Digest } from '../../../../src/oci/digest.ts';
import { MANIFEST_TYPES } from '../../../../src/oci/media-types.ts';
import { MAX_MANIFEST_SIZE, type NewManifest } from '../../manifests/accept.ts';
import { ImportFailure } from '../failure.ts';
import { isSafe, type Upstream } from './allow-list.ts';
import { Authorization, type Secrets } from './authorization.ts';
import { PATIENCE_S, readBytes, send } from './http.ts';

const MAX_HOPS = 3;

/** The upstream may answer in a while. */
export class Busy extends Error {
  override name = 'Busy';
  /** Seconds that it asks for; 0 where it says nothing. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

export interface UpstreamOptions {
  upstream: Upstream;
  repository: string;
  secrets: Secrets;
  /** Seconds that it may say nothing. */
  patience?: number;
}

/** `length` bytes from `offset` on. */
export interface Range {
  offset: number;
  length: number;
}

/**
 * Its methods throw ImportFailure where asking again would not help, and any other error where it may.
 */
export class UpstreamClient {
  readonly #options: UpstreamOptions;
  readonly #authorization: Authorization;
  readonly #patience: number;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#authorization = new Authorization(options.upstream, options.repository, options.secrets);
    this.#patience = options.patience ?? PATIENCE_S;
  }

  /** The digest that a tag names now. */
  async resolve(tag: string): Promise<Digest> {
    const { digest } = await this.#readManifest(tag, 'sha256');
    return digest;
  }

  /** @returns the manifest, of exactly this digest */
  async manifest(digest: Digest): Promise<NewManifest> {
    const manifest = await this.#readManifest(digest, parseDigest(digest).algorithm);
    if (manifest.digest === digest) return manifest;
    throw new ImportFailure(
      `${this.#name()} answered a manifest of ${manifest.digest} for ${digest}.`,
      'What the upstream holds is damaged: push the image to it again.',
    );
  }

  /**
   * Asks for a blob, or a range of it. A redirect, also one of Artifact Registry's to its own host, carries in its
   * address all the proof that it needs.
   * @returns the answer, 200 or for a range 206, with its body not yet read
   */
  async blob(digest: Digest, range?: Range): Promise<Response> {
    const headers: Record<string, string> = { Accept: '*/*', 'Accept-Encoding': 'identity' };
    if (range !== undefined) headers['Range'] = `bytes=${range.offset}-${range.offset + range.length - 1}`;
    let url = this.#url(`blobs/${digest}`);
    let response = await this.#ask(url, headers);
    for (let hops = 0; isRedirect(response); hops++) {
      if (hops === MAX_HOPS) throw this.#lost(`redirects more than ${MAX_HOPS} times`);
      url = this.#target(url, response);
      await response.body?.cancel();
      response = await send(url, { headers, patience: this.#patience });
    }
    await this.#check(response, `blob ${digest}`);
    return response;
  }

  async #readManifest(reference: string, algorithm: 'sha256' | 'sha512'): Promise<NewManifest> {
    const headers = { Accept: MANIFEST_TYPES.join(', '), 'Accept-Encoding': 'identity' };
    const response = await this.#ask(this.#url(`manifests/${reference}`), headers);
    await this.#check(response, `manifest ${reference}`);
    const mediaType = response.headers.get('Content-Type')?.split(';')[0]?.trim();
    if (!mediaType) throw this.#lost(`names no media type for the manifest ${reference}`);
    const limit = MAX_MANIFEST_SIZE;
    const bytes = await readBytes(response, { limit, patience: this.#patience }).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw this.#lost(`sends more than the ${limit} bytes of a manifest for ${reference}`, error);
    });
    return { digest: await digestOf(bytes, algorithm), mediaType, bytes };
  }

  /** Asks the upstream itself, proving what it wants to know. */
  async #ask(url: URL, headers: Record<string, string>): Promise<Response> {
    const ask = (authorization: string | undefined): Promise<Response> =>
      send(url, {
        headers: authorization === undefined ? headers : { ...headers, Authorization: authorization },
        patience: this.#patience,
      });
    const response = await ask(this.#authorization.current());
    if (response.status !== 401) return response;
    const answer = await this.#authorization.answer(response.headers.get('WWW-Authenticate'));
    if (answer === undefined) return response;
    await response.body?.cancel();
    return ask(answer);
  }

  /** @throws ImportFailure where a redirect leads to what the Worker must not ask */
  #target(from: URL, response: Response): URL {
    const location = response.headers.get('Location') ?? '';
    const target = URL.parse(location, from.href);
    if (target !== null && isSafe(target, this.#options.upstream)) return target;
    throw this.#lost(`redirects to "${target?.origin ?? location.slice(0, 100)}", which is not https`);
  }

  async #check(response: Response, what: string): Promise<void> {
    const { status } = response;
    if (status === 200 || status === 206) return;
    await response.body?.cancel();
    const said = `${this.#name()} answers ${status} to the ${what}`;
    if (status === 401 || status === 403) {
      const { upstream } = this.#options;
      const hint =
        upstream.secret === undefined
          ? `The operator gives "${upstream.host}" in UPSTREAMS a kind with a secret, if the image is not public.`
          : `The operator checks that ${upstream.secret} may read this repository.`;
      throw new ImportFailure(`${said}: it may not be read.`, hint);
    }
    if (status === 404) {
      throw new ImportFailure(`${said}.`, 'Check its name, and that it has been pushed there completely.');
    }
    if (status === 408 || status === 429 || status >= 500) {
      throw new Busy(`${said}.`, Number(response.headers.get('Retry-After') ?? 0) || 0);
    }
    throw this.#lost(`answers ${status} to the ${what}`);
  }

  #url(path: string): URL {
    const { upstream, repository } = this.#options;
    return new URL(`${upstream.isPlain ? 'http' : 'https'}://${upstream.host}/v2/${repository}/${path}`);
  }

  #name(): string {
    return `${this.#options.upstream.host}/${this.#options.repository}`;
  }

  #lost(what: string, cause?: unknown): ImportFailure {
    return new ImportFailure(
      `${this.#name()} ${what}.`,
      'This is the upstream’s fault: its operator can tell more.',
      { cause },
    );
  }
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
