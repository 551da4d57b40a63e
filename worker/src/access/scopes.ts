/**
 * What a token request asks for, and what a token carries: `repository:<name>:<action>,<action>`.
 * @see https://distribution.github.io/distribution/spec/auth/scope/
 */
import { isRepository } from '../../../src/oci/reference.ts';
import {
  ALL_NAMES,
  isGranted,
  REGISTRY_ACTIONS,
  REPOSITORY_ACTIONS,
  type Action,
  type Grant,
  type RegistryAction,
  type RepositoryAction,
} from './actions.ts';

export type Scope =
  | { type: 'repository'; name: string; actions: readonly RepositoryAction[] }
  /** The name is what it is about, as in `registry:catalog:*`. */
  | { type: 'registry'; name: RegistryAction; actions: readonly ['*'] };

/** What is not understood is left out, as the specification has it: the token then lacks it. */
export function parseScopes(text: string): Scope[] {
  return text
    .split(' ')
    .map(parseScope)
    .filter((scope) => scope !== undefined);
}

function parseScope(text: string): Scope | undefined {
  const [, type, name = '', list = ''] = /^([a-z]+):(.+):([a-z*,]*)$/.exec(text) ?? [];
  const asked = list.split(',');
  const isAsked = (action: string): boolean => asked.includes('*') || asked.includes(action);
  if (type === 'repository' && isRepository(name)) {
    return { type, name, actions: REPOSITORY_ACTIONS.filter(isAsked) };
  }
  const about = REGISTRY_ACTIONS.find((action) => action === name);
  if (type === 'registry' && about !== undefined && isAsked('*'))
    return { type, name: about, actions: ['*'] };
  return undefined;
}

/** As much of the scopes as the grants allow. */
export function narrow(scopes: readonly Scope[], grants: readonly Grant[]): Scope[] {
  return scopes.flatMap((scope): Scope[] => {
    if (scope.type === 'registry') return isGranted(grants, scope.name) ? [scope] : [];
    const actions = scope.actions.filter((action) => isGranted(grants, action, scope.name));
    return actions.length > 0 ? [{ ...scope, actions }] : [];
  });
}

/** As they are asked for. */
export function formatScopes(scopes: readonly Scope[]): string {
  return scopes.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`).join(' ');
}

/** The grant that a scope of a token is. */
export function grantOfScope(scope: Scope): Grant {
  return scope.type === 'registry'
    ? { names: [ALL_NAMES], actions: [scope.name] }
    : { names: [scope.name], actions: scope.actions };
}

/** The scope that a request needs, for the challenge. */
export function scopeFor(action: Action, name: string): string {
  // Clients look before they push, with the same token.
  return name === ALL_NAMES
    ? `registry:${action}:*`
    : `repository:${name}:${action === 'pull' ? '' : 'pull,'}${action}`;
}
