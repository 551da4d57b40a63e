/** What the routes ask of the Durable Object behind an upload. Offsets and lengths are bytes. */
import type { Digest } from '../../../src/oci/digest.ts';
import type { HashAlgorithm } from './hash.ts';

export interface Chunk {
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** Where the client says that the chunk begins. */
  start?: number | undefined;
  /** What the client says that it sends. */
  length?: number | undefined;
}

/**
 * - unknown: there is no such upload of this repository (any more)
 * - offset: the chunk does not begin where the upload stands
 * - length: the body was longer or shorter than announced
 * - size: more than the upload has room for
 * - stalled: nothing came for a minute; what came before is kept, unless the body was to be one object
 * - digest: the bytes have another digest; the upload is gone
 */
export type Refusal = 'unknown' | 'offset' | 'length' | 'size' | 'stalled' | 'digest';

export type Outcome =
  { ok: true; offset: number } | { ok: false; reason: Refusal; offset: number; detail?: string };

export interface Upload {
  /** @param length of all that will come, where that is known: the upload gets room for it */
  start(repository: string, algorithm: HashAlgorithm, length?: number): Promise<Outcome>;
  status(repository: string): Promise<Outcome>;
  append(repository: string, chunk: Chunk): Promise<Outcome>;
  /** Takes the last chunk, if any, verifies the whole, and makes it a blob of the repository. */
  finish(repository: string, digest: Digest, chunk: Chunk): Promise<Outcome>;
  cancel(repository: string): Promise<Outcome>;
}

/** The part of a Durable Object namespace that is used. */
export interface UploadNamespace<Id = unknown> {
  newUniqueId(): Id;
  /** @throws TypeError for what is not an id of this namespace. */
  idFromString(text: string): Id;
  get(id: Id): Upload;
}
