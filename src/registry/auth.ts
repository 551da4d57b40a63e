/**
 * Proving to a registry who asks: nothing until it asks for something, then `Basic`, or a `Bearer` token of the token
 * service that it names.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
import { type Challenge, parseChallenges } from './challenge.ts';
import { basicAuthorization, type CredentialProvider, type Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { fetchToken, type Token, type TokenService, tokenService } from './token.ts';
import type { Transport } from './transport.ts';

/** What a request is going to do. */
export interface Access {
  repository: string;
  action: 'pull' | 'push';
  /** Another repository that it reads from. */
  from?: string;
}

/** How long credentials are kept before their source is asked again, in milliseconds: helpers take their time. */
const credentialsKept = 60_000;

type Method = { kind: 'basic' } | { kind: 'bearer'; service: TokenService };

export class Authenticator {
  readonly #endpoint: Endpoint;
  readonly #provider: CredentialProvider;
  readonly #transport: Transport;
  /** By action: there are registries that want nothing for reading, and proof for writing. */
  readonly #methods = new Map<Access['action'], Method>();
  /** Scopes beyond the usual ones that the registry named, by the usual ones. */
  readonly #namedScopes = new Map<string, readonly string[]>();
  readonly #tokens = new Map<string, Promise<Token>>();
  /** See RegistryOptions. */
  readonly #writes: boolean;
  #credentials: { found: Promise<Credentials | undefined>; until: number } | undefined;

  constructor(
    { endpoint, transport, writes }: { endpoint: Endpoint; transport: Transport; writes: boolean },
    provider: CredentialProvider,
  ) {
    this.#endpoint = endpoint;
    this.#provider = provider;
    this.#transport = transport;
    this.#writes = writes;
  }

  /** The `Authorization` to send; undefined where the registry has not asked for any, or there are no credentials. */
  async authorization(access: Access): Promise<string | undefined> {
    const method = this.#methods.get(access.action);
    if (!method) return undefined;
    if (method.kind === 'basic') return basic(await this.credentials());
    return `Bearer ${(await this.#token(access, method.service)).value}`;
  }

  /**
   * What to send instead after a 401 to `sent`; undefined where there is nothing else to try.
   * @param header the answer's `WWW-Authenticate`
   */
  async renewed(
    access: Access,
    sent: string | undefined,
    header: string | null,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(header ?? '');
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (!bearer && !challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
    this.#methods.set(
      access.action,
      bearer ? { kind: 'bearer', service: tokenService(bearer, this.#endpoint) } : { kind: 'basic' },
    );
    if (bearer) this.#rememberScopes(access, bearer);
    if (sent !== undefined) await this.forget(sent);
    const next = await this.authorization(access);
    return next === sent ? undefined : next;
  }

  /** Has the next request fetch a token, and credentials, anew. */
  async forget(sent: string): Promise<void> {
    this.#credentials = undefined;
    for (const [key, pending] of this.#tokens) {
      const token = await pending.catch(() => undefined);
      if (token && `Bearer ${token.value}` === sent && this.#tokens.get(key) === pending)
        this.#tokens.delete(key);
    }
  }

  /** Looked up once for all requests of a minute. */
  async credentials(): Promise<Credentials | undefined> {
    if (!this.#credentials || this.#credentials.until < Date.now()) {
      const found = this.#provider.credentialsFor(this.#endpoint.host);
      this.#credentials = { found, until: Date.now() + credentialsKept };
    }
    return this.#credentials.found;
  }

  /** A token that may push is good for pulling, too. */
  async #token(access: Access, service: TokenService): Promise<Token> {
    const named = this.#namedScopes.get(keyOf(usualScopes(access))) ?? [];
    const own = [...usualScopes(access), ...named];
    const wider = [...usualScopes({ ...access, action: 'push' }), ...named];
    const known = (await this.#valid(keyOf(own))) ?? (await this.#valid(keyOf(wider)).catch(() => undefined));
    if (known) return known;
    if (!this.#writes || access.action === 'push') return this.#shared(own, service);
    try {
      return await this.#shared(wider, service);
    } catch (error) {
      // Whoever may only read still learns that there is nothing to write.
      if (error instanceof RegistryError) return this.#shared(own, service);
      throw error;
    }
  }

  /** One fetch at a time for each set of scopes. */
  async #shared(scopes: readonly string[], service: TokenService): Promise<Token> {
    const key = keyOf(scopes);
    const running = this.#tokens.get(key);
    if (running) return running;
    const pending = this.#fetch(service, scopes);
    this.#tokens.set(key, pending);
    pending.catch(() => {
      if (this.#tokens.get(key) === pending) this.#tokens.delete(key);
    });
    return pending;
  }

  async #valid(key: string): Promise<Token | undefined> {
    const pending = this.#tokens.get(key);
    const token = await pending;
    if (!token || token.renewAt > Date.now()) return token;
    if (this.#tokens.get(key) === pending) this.#tokens.delete(key);
    return undefined;
  }

  async #fetch(service: TokenService, scopes: readonly string[]): Promise<Token> {
    const credentials = await this.credentials();
    return fetchToken({ host: this.#endpoint.host, service, scopes, credentials }, this.#transport);
  }

  /** Some registries know a repository under another name than the one in its reference. */
  #rememberScopes(access: Access, { parameters }: Challenge): void {
    const usual = usualScopes(access);
    const resources = new Set(usual.map(resourceOf));
    const named = (parameters.get('scope') ?? '').split(' ').filter(Boolean);
    const other = named.filter((scope) => !resources.has(resourceOf(scope)));
    if (other.length > 0) this.#namedScopes.set(keyOf(usual), other);
  }
}

function usualScopes({ repository, action, from }: Access): string[] {
  const own = `repository:${repository}:${action === 'push' ? 'pull,push' : 'pull'}`;
  return from === undefined ? [own] : [own, `repository:${from}:pull`];
}

/** `repository:owner/name:pull` without its actions. */
function resourceOf(scope: string): string {
  return scope.slice(0, scope.lastIndexOf(':'));
}

function keyOf(scopes: readonly string[]): string {
  return scopes.join(' ');
}

/** RFC 7617. Tokens are for token services. */
function basic(credentials: Credentials | undefined): string | undefined {
  return credentials?.kind === 'password' ? basicAuthorization(credentials) : undefined;
}
