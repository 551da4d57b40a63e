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
