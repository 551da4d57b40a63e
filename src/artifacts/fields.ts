/** Fields of JSON that anybody may have written. */
import { isDigest, type Digest } from '../oci/digest.ts';
import { ArtifactError } from './artifact-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** @throws ArtifactError; `what` names it */
export function parseFields(json: Uint8Array | string, what: string): Fields {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
    const text = typeof json === 'string' ? json : decoder.decode(json);
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new ArtifactError(`${what} is no JSON object.`);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where there is none, and for the empty text, which tools in Go write for nothing. */
export function textOf(fields: Fields, key: string, what: string): string | undefined {
  const value = fields[key] ?? '';
  if (typeof value !== 'string') throw new ArtifactError(`${key} of ${what} is no text.`);
  return value === '' ? undefined : value;
}

export function listOf(fields: Fields, key: string, what: string): Fields[] {
  const value = fields[key] ?? [];
  if (Array.isArray(value) && value.every((item) => isFields(item))) return value;
  throw new ArtifactError(`${key} of ${what} is no list of objects.`);
}

/** What is no list of texts counts as absent: nothing is decided by it. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function digestOf(fields: Fields, key: string, what: string): Digest | undefined {
  const text = textOf(fields, key, what);
  if (text === undefined || isDigest(text)) return text;
  throw new ArtifactError(`${key} of ${what} is no digest: "${text.slice(0, 100)}".`);
}
