/**
 * Proving to an upstream who asks: `Basic`, or a `Bearer` token from the service that it names.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
import { ImportFailure } from '../failure.ts';
import { isSafe, type Upstream } from './allow-list.ts';
import { serviceAccountToken } from './google.ts';
import { readJson, send } from './http.ts';

/** The Worker's environment, where the secrets are by their names. */
export type Secrets = Readonly<Record<string, unknown>>;

/** What is sent from the first request on until it is refused or old; by upstream and repository. */
const KEPT = new Map<string, { authorization: string; until: number }>();
const MAX_KEPT = 1000;
/** Where a token service tells no lifetime, as the specification says. */
const TOKEN_LIFETIME_S = 60;
/** Google's tokens are good for an hour. */
const RESERVE_S = 300;

export class Authorization {
  readonly #upstream: Upstream;
  readonly #repository: string;
  readonly #secrets: Secrets;
  readonly #key: string;

  constructor(upstream: Upstream, repository: string, secrets: Secrets) {
    this.#upstream = upstream;
    this.#repository = repository;
    this.#secrets = secrets;
    this.#key = `${upstream.host} ${upstream.secret ?? ''} ${repository}`;
  }

  /** The `Authorization` that was right the last time. */
  current(): string | undefined {
    const kept = KEPT.get(this.#key);
    return kept !== undefined && kept.until > Date.now() ? kept.authorization : undefined;
  }

  /**
   * What to send after a 401; undefined where there is nothing to prove it with.
   * @param header the answer's `WWW-Authenticate`
   * @throws ImportFailure where the secret is unusable or the challenge leads elsewhere
   */
  async answer(header: string | null): Promise<string | undefined> {
    KEPT.delete(this.#key);
    const credentials = await this.#credentials();
    const bearer = /(?:^|[\s,])bearer\s+(.*)$/i.exec(header ?? '')?.[1];
    const token = bearer === undefined ? credentials : await this.#exchange(bearer, credentials?.value);
    if (token === undefined) return undefined;
    const { value: authorization, lifetime } = token;
    if (KEPT.size >= MAX_KEPT) KEPT.clear();
    KEPT.set(this.#key, { authorization, until: Date.now() + lifetime * 1000 });
    return authorization;
  }

  /** As `Basic`, with the seconds that it may be kept. */
  async #credentials(): Promise<{ value: string; lifetime: number } | undefined> {
    const { kind, secret = '' } = this.#upstream;
    if (kind === 'anonymous') return undefined;
    const value = this.#secrets[secret];
    if (typeof value !== 'string' || value === '') throw this.#unset(secret, 'is not set');
    if (kind === 'artifact-registry') {
      const { value: token, lifetime } = await serviceAccountToken(value, this.#upstream);
      return { value: basic(`oauth2accesstoken:${token}`), lifetime: lifetime - RESERVE_S };
    }
    if (!value.includes(':')) throw this.#unset(secret, 'is not of the form user:password');
    return { value: basic(value.trim()), lifetime: Infinity };
  }

  async #exchange(
    challenge: string,
    credentials: string | undefined,
  ): Promise<{ value: string; lifetime: number } | undefined> {
    const realm = this.#realm(parameter(challenge, 'realm') ?? '');
    const service = parameter(challenge, 'service');
    if (service !== undefined) realm.searchParams.set('service', service);
    realm.searchParams.set('scope', `repository:${this.#repository}:pull`);
    const response = await send(realm, {
      headers: credentials === undefined ? {} : { Authorization: credentials },
    });
    const answer = await readJson(response);
    // Refused: what the upstream says to the request itself is the better message.
    if ([400, 401, 403, 404].includes(response.status)) return undefined;
    const token = answer['token'] ?? answer['access_token'];
    if (!response.ok || typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
      throw new Error(`${realm.host} answered ${response.status} and no token`);
    }
    const told = answer['expires_in'];
    const lifetime = typeof told === 'number' && told > 0 ? told : TOKEN_LIFETIME_S;
    return { value: `Bearer ${token}`, lifetime: lifetime * 0.75 };
  }

  /** @throws ImportFailure unless the token service is the upstream's own host, or one that the operator names. */
  #realm(text: string): URL {
    const { host, tokenHosts } = this.#upstream;
    const realm = URL.parse(text);
    if (realm && isSafe(realm, this.#upstream) && [host, ...tokenHosts].includes(realm.host)) return realm;
    throw new ImportFailure(
      `${host} wants a token from "${realm?.origin ?? text.slice(0, 100)}", and nothing was sent there.`,
      `If that is right, the operator adds its host to "tokenHosts" of "${host}" in UPSTREAMS.`,
    );
  }

  #unset(secret: string, what: string): ImportFailure {
    return new ImportFailure(
      `The secret ${secret} for ${this.#upstream.host} ${what}.`,
      `The operator sets it: npx wrangler secret put ${secret}`,
    );
  }
}

function basic(pair: string): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;
}

/** Of a challenge (RFC 9110, section 11.2): quoted, or a token. */
function parameter(challenge: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"]*)"|([^\\s",]+))`, 'i').exec(challenge);
  return match?.[1] ?? match?.[2];
}
