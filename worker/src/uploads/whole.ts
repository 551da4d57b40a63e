/**
 * Bodies that come in one piece, of a length that is known before: they go straight into one object, hashed by the
 * runtime itself. Nothing of it is kept when the body breaks off; who wants to go on in the middle sends chunks.
 */
import { toHex, type Digest } from '../../../src/oci/digest.ts';
import type { Bucket } from '../storage/bucket.ts';
import type { HashAlgorithm } from './hash.ts';
import type { Chunk } from './protocol.ts';
import { readPiece } from './read.ts';

const MiB = 1024 * 1024;
/** Below, the bytes are kept with the upload until their digest is known, and are written once. */
const MIN_SIZE = 5 * MiB;
/** Below R2's limit for one put. */
const MAX_SIZE = 4 * 1024 * MiB;
/** Bytes that are held at once. */
const PIECE = MiB;

export interface WholeBody {
  body: ReadableStream<Uint8Array<ArrayBuffer>>;
  length: number;
}

/** Whether a first body is a whole, not a chunk that others may follow, and can be written as one object. */
export function fitsOneObject(chunk: Chunk): chunk is Chunk & WholeBody {
  const { body, start, length } = chunk;
  if (body === null || start !== undefined || length === undefined) return false;
  return length >= MIN_SIZE && length <= MAX_SIZE;
}

/** @returns the digest of the bytes. @throws what the body or R2 throws, or when the body has another length. */
export async function putWhole(
  bucket: Bucket,
  key: string,
  { body, length }: WholeBody,
  algorithm: HashAlgorithm,
): Promise<Digest> {
  const { readable, writable } = new FixedLengthStream(length);
  const stored = bucket.put(key, readable as ReadableStream<Uint8Array<ArrayBuffer>>);
  const digest = new crypto.DigestStream(algorithm === 'sha256' ? 'SHA-256' : 'SHA-512');
  const sinks = [writable.getWriter(), digest.getWriter()];
  const reader = body.getReader({ mode: 'byob' });
  try {
    await Promise.all([stored, copy(reader, sinks)]);
  } catch (error) {
    // R2 may give up without reading on: the copy would wait for it for ever.
    await Promise.allSettled(sinks.map((sink) => sink.abort(error)));
    throw error;
  } finally {
    reader.releaseLock();
  }
  return `${algorithm}:${toHex(new Uint8Array(await digest.digest))}`;
}

async function copy(
  reader: ReadableStreamBYOBReader,
  sinks: WritableStreamDefaultWriter<Uint8Array>[],
): Promise<void> {
  for (let memory = new ArrayBuffer(PIECE); ;) {
    const { value, done } = await readPiece(reader, new Uint8Array(memory));
    if (value !== undefined) {
      await Promise.all(sinks.map((sink) => sink.write(value)));
      memory = value.buffer;
    }
    if (done) break;
  }
  await Promise.all(sinks.map((sink) => sink.close()));
}
