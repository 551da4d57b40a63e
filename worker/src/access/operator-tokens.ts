/**
 * Tokens that people and programs hold for long. The registry knows them by their SHA-256 alone: they are random, so
 * that nobody can find one by its hash.
 */
import { SettingsError } from '../settings.ts';
import type { Grant } from './actions.ts';
import { fieldsOf, grantOf, listSetting, textOf, type Field } from './json-setting.ts';

export interface OperatorToken {
  name: string;
  /** Of the token's text. */
  sha256: Uint8Array;
  grant: Grant;
  /** Milliseconds since the epoch. */
  expires: number;
}

/**
 * @param value the setting OPERATOR_TOKENS: `[{"name", "sha256", "names", "actions", "expires"}]`
 * @throws SettingsError
 */
export function parseOperatorTokens(value: unknown): OperatorToken[] {
  return listSetting('OPERATOR_TOKENS', value).map((item) => {
    const { name, sha256, expires, ...granted } = fieldsOf(item, [
      'name',
      'sha256',
      'names',
      'actions',
      'expires',
    ]);
    return {
      name: textOf(name),
      sha256: hashOf(sha256),
      grant: grantOf(granted),
      expires: timeOf(expires),
    };
  });
}

/** Looks at all of them, however early one fits, and at all bytes of each. */
export async function findOperatorToken(
  tokens: readonly OperatorToken[],
  secret: string,
): Promise<OperatorToken | undefined> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret)));
  let found: OperatorToken | undefined;
  for (const token of tokens) found = equals(token.sha256, hash) ? token : found;
  return found;
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}

function hashOf(field: Field): Uint8Array {
  const hex = textOf(field);
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new SettingsError(`${field.at} is not 64 hex digits in lower case`);
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function timeOf(field: Field): number {
  const text = textOf(field);
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new SettingsError(`${field.at} is not a time, as in 2027-01-31T00:00:00Z`);
}
