/** Settings that are JSON, read strictly: a key that nobody knows is a mistake, not a remark. */
import { SettingsError } from '../settings.ts';
import {
  ALL_NAMES,
  isRegistryAction,
  REGISTRY_ACTIONS,
  REPOSITORY_ACTIONS,
  type Action,
  type Grant,
} from './actions.ts';
import { isPattern } from './patterns.ts';

/** A part of a setting with its place, as in `ACCESS_RULES[2].names`. */
export interface Field {
  at: string;
  value: unknown;
}

/** Characters. Cloudflare's own limit for a variable is 5 KB. */
const MAX_SETTING = 256 * 1024;
const ACTIONS: readonly string[] = [...REPOSITORY_ACTIONS, ...REGISTRY_ACTIONS];

/** @param value JSON as text, or what it stands for; nothing is an empty list */
export function listSetting(name: string, value: unknown): Field[] {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string') return listOf({ at: name, value });
  if (value.length > MAX_SETTING) throw new SettingsError(`${name} is longer than ${MAX_SETTING} characters`);
  try {
    return listOf({ at: name, value: JSON.parse(value) as unknown });
  } catch (error) {
    throw error instanceof SyntaxError ? new SettingsError(`${name} is not JSON: ${error.message}`) : error;
  }
}

function listOf({ at, value }: Field): Field[] {
  if (!Array.isArray(value)) throw new SettingsError(`${at} is not a list`);
  return value.map((item: unknown, index) => ({ at: `${at}[${index}]`, value: item }));
}

/** The fields of an object that has no others. */
export function fieldsOf<Key extends string>({ at, value }: Field, keys: readonly Key[]): Record<Key, Field> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SettingsError(`${at} is not an object`);
  }
  const unknown = Object.keys(value).find((key) => !(keys as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new SettingsError(`${at} has "${unknown}"; what it can have is ${keys.join(', ')}`);
  }
  const given = value as Record<string, unknown>;
  const fields = keys.map((key) => [key, { at: `${at}.${key}`, value: given[key] }] as const);
  return Object.fromEntries(fields) as Record<Key, Field>;
}

export function textOf({ at, value }: Field): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new SettingsError(`${at} is ${value === undefined ? 'missing' : 'not a text'}`);
}

/** One text, or a list with at least one. */
export function textsOf(field: Field): string[] {
  if (!Array.isArray(field.value)) return [textOf(field)];
  if (field.value.length === 0) throw new SettingsError(`${field.at} is empty`);
  return listOf(field).map(textOf);
}

export function patternsOf(field: Field): string[] {
  const patterns = textsOf(field);
  if (patterns.every(isPattern)) return patterns;
  throw new SettingsError(`${field.at} holds a pattern that is too long or has more than three asterisks`);
}

export function grantOf(fields: { names: Field; actions: Field }): Grant {
  const names = patternsOf(fields.names);
  const actions = textsOf(fields.actions).map((action) => {
    if (ACTIONS.includes(action)) return action as Action;
    throw new SettingsError(
      `${fields.actions.at} has "${action}"; what it can have is ${ACTIONS.join(', ')}`,
    );
  });
  const wide = actions.find(isRegistryAction);
  if (wide !== undefined && !names.includes(ALL_NAMES)) {
    throw new SettingsError(
      `${fields.names.at} has to have "${ALL_NAMES}", since "${wide}" concerns the whole registry`,
    );
  }
  return { names, actions };
}
