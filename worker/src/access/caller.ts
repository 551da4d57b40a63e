/** Who asks, and what that allows. */
import { decodeJwt } from 'jose';
import type { Settings } from '../settings.ts';
import type { Grant } from './actions.ts';
import { CredentialError, type Credential } from './credential.ts';
import { verifyOidcToken, type Issuer } from './oidc.ts';
import { findOperatorToken } from './operator-tokens.ts';
import { openGrants, policyOf } from './policy.ts';
import { REGISTRY_ISSUER, verifyRegistryToken } from './registry-token.ts';
import { grantsFor, type Rule } from './rules.ts';
import { grantOfScope } from './scopes.ts';

export interface Caller {
  /** `registry-token` is what `/token` gave, with no more in it than it was asked for. */
  kind: 'anonymous' | 'operator-token' | 'workflow' | 'registry-token';
  /** For people: the name of an operator's token, or a repository and ref. */
  name: string;
  grants: readonly Grant[];
  /** Milliseconds since the epoch, where the proof cannot be had again after it. */
  expires?: number;
}

export const ANONYMOUS = 'anonymous';

export function anonymous(settings: Settings): Caller {
  return { kind: 'anonymous', name: ANONYMOUS, grants: openGrants(settings) };
}

/**
 * @param host the registry's own, as the request names it
 * @throws CredentialError where the credential is not true, SettingsError, OciError 503
 */
export async function identify(credential: Credential, settings: Settings, host: string): Promise<Caller> {
  const { secret } = credential;
  if (issuerOf(secret) !== REGISTRY_ISSUER) return prove(credential, settings);
  const { subject, access } = await verifyRegistryToken(secret, { secret: settings.TOKEN_SECRET, host });
  return { kind: 'registry-token', name: subject, grants: access.map(grantOfScope) };
}

/**
 * Takes only what proves who it is by itself: tokens of the registry's own would otherwise renew themselves for ever.
 * @throws as `identify`
 */
export async function prove({ secret }: Credential, settings: Settings): Promise<Caller> {
  const { tokens, rules, issuer } = policyOf(settings);
  if (rules.length > 0 && issuerOf(secret) === issuer.url) return workflow(secret, rules, issuer);
  const token = await findOperatorToken(tokens, secret);
  if (token === undefined) throw new CredentialError('this password or token is not known here');
  if (token.expires <= Date.now()) throw new CredentialError(`the token "${token.name}" has expired`);
  return { kind: 'operator-token', name: token.name, grants: [token.grant], expires: token.expires };
}

async function workflow(secret: string, rules: readonly Rule[], issuer: Issuer): Promise<Caller> {
  const claims = await verifyOidcToken(secret, issuer);
  const grants = grantsFor(rules, claims);
  const { repository, repository_id: id, ref, event_name: event } = claims as Record<string, string>;
  if (grants.length > 0) return { kind: 'workflow', name: `${repository}@${ref}`, grants };
  throw new CredentialError(
    `no rule of this registry allows the workflow: repository_id ${id}, event_name ${event}, ref ${ref}`,
  );
}

/** What a JWT says of itself, unverified: it only decides who verifies it. */
function issuerOf(secret: string): string | undefined {
  try {
    return decodeJwt(secret).iss;
  } catch {
    return undefined; // not a JWT
  }
}
