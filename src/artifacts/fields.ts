/** Fields of JSON that anybody may have written. */
import { isDigest, type Digest } from '../oci/digest.ts';
import { isObject, parseObject, type JsonObject } from '../oci/document.ts';
import { ArtifactError } from './artifact-error.ts';

export type Fields = JsonObject;

/** @throws ArtifactError; `what` names it */
export function parseFields(json: Uint8Array | string, what: string): Fields {
  const fields = parseObject(typeof json === 'string' ? new TextEncoder().encode(json) : json);
  if (fields === undefined) throw new ArtifactError(`${what} is no JSON object.`);
  return fields;
}

/** Undefined where there is none, and for the empty text, which tools in Go write for nothing. */
export function textOf(fields: Fields, key: string, what: string): string | undefined {
  const value = fields[key] ?? '';
  if (typeof value !== 'string') throw new ArtifactError(`${key} of ${what} is no text.`);
  return value === '' ? undefined : value;
}

export function listOf(fields: Fields, key: string, what: string): Fields[] {
  const value = fields[key] ?? [];
  if (Array.isArray(value) && value.every((item) => isObject(item))) return value;
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
