/** The operator's settings of who may do what, read once. */
import type { Settings } from '../settings.ts';
import { ALL_NAMES, REGISTRY_ACTIONS, REPOSITORY_ACTIONS, type Grant } from './actions.ts';
import { parseIssuer, type Issuer } from './oidc.ts';
import { parseOperatorTokens, type OperatorToken } from './operator-tokens.ts';
import { parseRules, type Rule } from './rules.ts';

export interface Policy {
  tokens: readonly OperatorToken[];
  rules: readonly Rule[];
  issuer: Issuer;
}

const policies = new WeakMap<Settings, Policy>();

/** @throws SettingsError */
export function policyOf(settings: Settings): Policy {
  const known = policies.get(settings);
  if (known) return known;
  const policy = {
    tokens: parseOperatorTokens(settings.OPERATOR_TOKENS),
    rules: parseRules(settings.ACCESS_RULES),
    issuer: parseIssuer(settings.OIDC_ISSUER, settings.OIDC_AUDIENCE),
  };
  policies.set(settings, policy);
  return policy;
}

/** What needs no proof: nothing where reading needs some. A value that nobody knows opens nothing. */
export function openGrants({ READ_ACCESS: read = 'public', WRITE_ACCESS: write }: Settings): Grant[] {
  if (read !== 'public') return [];
  const actions = write === 'open' ? [...REPOSITORY_ACTIONS, ...REGISTRY_ACTIONS] : (['pull'] as const);
  return [{ names: [ALL_NAMES], actions }];
}

export function takesWrites({ WRITE_ACCESS: write }: Settings): boolean {
  return write === 'open' || write === 'token';
}
