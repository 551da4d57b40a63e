import type { Descriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';

/** JSON as it is pushed: exactly these bytes have this digest. */
export interface Document {
  descriptor: Descriptor;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Keys stand in the order in which `content` has them, so that the same content always has the same digest. */
export async function jsonDocument(mediaType: string, content: object): Promise<Document> {
  const bytes = new Uint8Array(new TextEncoder().encode(JSON.stringify(content)));
  return { descriptor: { mediaType, digest: await digestOf(bytes), size: bytes.length }, bytes };
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A document that anybody may have written: undefined where its bytes are no JSON object. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(UTF8.decode(bytes));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
