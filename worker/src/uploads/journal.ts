/**
 * What an upload remembers between requests, in its Durable Object's storage. Every change is one transaction, so
 * that offset, parts, hash state and tail always belong together.
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { UploadedPart } from '../storage/bucket.ts';
import type { HashAlgorithm } from './hash.ts';

export interface UploadRecord {
  repository: string;
  algorithm: HashAlgorithm;
  /** The key that the bytes are written to. */
  data: string;
  /** Bytes received and kept: the parts and the tail. */
  offset: number;
  /** Bytes of each part but the last; fixed by the length that was announced, or else by the first bytes. */
  partSize?: number;
  multipartId?: string;
  /** The running hash of the first `offset` bytes. */
  hash?: Uint8Array<ArrayBuffer>;
  /** The digest of a body that came in one piece: it is in R2 already, and no chunk can be added to it. */
  whole?: Digest;
  /** Set when the bytes are complete and verified, and only their pointers may be missing. */
  digest?: Digest;
}

/** A value of the storage holds 2 MB at most. */
const TAIL_PIECE = 1024 * 1024;

/** @see https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/ */
export class Journal {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  read(): UploadRecord | undefined {
    return this.#storage.kv.get<UploadRecord>('upload');
  }

  write(record: UploadRecord): void {
    this.#storage.kv.put('upload', record);
  }

  /** A part is in R2: what was the tail is in it. */
  addPart(record: UploadRecord, part: UploadedPart): void {
    this.#storage.transactionSync(() => {
      this.#clearTail();
      this.#storage.kv.put(key('part', part.partNumber), part);
      this.write(record);
    });
  }

  /** Keeps the bytes that don't fill a part, instead of those that were kept before. */
  setTail(record: UploadRecord, tail: Uint8Array<ArrayBuffer>): void {
    this.#storage.transactionSync(() => {
      this.#clearTail();
      for (let at = 0; at < tail.length; at += TAIL_PIECE) {
        this.#storage.kv.put(key('tail', at / TAIL_PIECE), tail.slice(at, at + TAIL_PIECE));
      }
      this.write(record);
    });
  }

  parts(): UploadedPart[] {
    return Array.from(this.#storage.kv.list<UploadedPart>({ prefix: 'part:' }), ([, part]) => part);
  }

  /** One piece of it is in memory at a time. */
  *tail(): Generator<Uint8Array<ArrayBuffer>> {
    const pieces = this.#storage.kv.list<Uint8Array<ArrayBuffer>>({ prefix: 'tail:' });
    for (const [, bytes] of pieces) yield bytes;
  }

  #clearTail(): void {
    const names = Array.from(this.#storage.kv.list({ prefix: 'tail:' }), ([name]) => name);
    for (const name of names) this.#storage.kv.delete(name);
  }
}

/** Keys are listed in the order of their bytes. */
function key(kind: 'part' | 'tail', number: number): string {
  return `${kind}:${String(number).padStart(6, '0')}`;
}
