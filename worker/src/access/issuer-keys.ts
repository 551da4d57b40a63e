/**
 * The keys that an OIDC issuer signs with (RFC 7517), fetched by few requests however many ask. jose's own fetching
 * does not do in a Worker, where requests cannot wait for each other's answers: each of many at once would fetch.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** How long keys are kept, in milliseconds. */
const KEPT = 600_000;
/**
 * How long a token with an unknown key does not make the keys be fetched again, in milliseconds: long enough that
 * made-up tokens don't become a stream of requests, short enough that a new key is soon known.
 */
const COOLDOWN = 1000;
/** How long the issuer may take, in milliseconds. */
const PATIENCE = 5000;
/** How often one who waits for another's fetch looks, in milliseconds. */
const LOOK_EVERY = 20;

/** Times are milliseconds since the epoch; 0 for never. */
interface KeySet {
  keys: JWTVerifyGetKey | undefined;
  fetchedAt: number;
  /** When somebody began to fetch the last time. */
  askedAt: number;
  /** Whether that is still on its way; a request that is ended does not say so. */
  isAsking: boolean;
}

const keySets = new Map<string, KeySet>();

/**
 * Finds the key of a token.
 * @throws errors.JWKSNoMatchingKey; any other error where the keys cannot be had
 */
export function issuerKeys(url: string): JWTVerifyGetKey {
  return async (header, token) => {
    const set = keySets.get(url) ?? { keys: undefined, fetchedAt: 0, askedAt: 0, isAsking: false };
    keySets.set(url, set);
    const known = Date.now() - set.fetchedAt < KEPT ? set.keys : undefined;
    if (known !== undefined) {
      try {
        return await known(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        if (Date.now() - set.askedAt < COOLDOWN) throw error;
      }
    }
    return (await refresh(url, set))(header, token);
  };
}

/** Fetches the keys, or waits for whoever is just doing so. */
async function refresh(url: string, set: KeySet): Promise<JWTVerifyGetKey> {
  const begun = Date.now();
  if (isAsking(set)) {
    while (isAsking(set)) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    if (set.keys !== undefined && set.fetchedAt >= begun) return set.keys;
    throw new Error('the keys could not be fetched just now');
  }
  set.askedAt = begun;
  set.isAsking = true;
  try {
    set.keys = createLocalJWKSet(await fetchKeys(url));
    set.fetchedAt = Date.now();
    return set.keys;
  } finally {
    set.isAsking = false;
  }
}

function isAsking({ isAsking: is, askedAt }: KeySet): boolean {
  return is && Date.now() - askedAt < PATIENCE;
}

async function fetchKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(`${url.replace(/\/$/, '')}/.well-known/jwks`, {
    headers: { Accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the issuer answered ${response.status} for its keys`);
  }
  // createLocalJWKSet looks at what it is.
  const keys: unknown = await response.json();
  return keys as JSONWebKeySet;
}
