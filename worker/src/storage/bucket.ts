/**
 * What the registry asks of R2, so that everything but the entry point is free of Cloudflare's global types and
 * runs in any test. R2Bucket satisfies it. Sizes and offsets are bytes.
 * @see https://developers.cloudflare.com/r2/api/workers/workers-api-reference/
 */
export interface Stored {
  key: string;
  size: number;
  etag: string;
  uploaded: Date;
  customMetadata?: Record<string, string>;
  httpMetadata?: { contentType?: string };
}

export interface StoredBody extends Stored {
  body: ReadableStream<Uint8Array<ArrayBuffer>>;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

/** Compare-and-set: `etagDoesNotMatch: '*'` means that nothing may be there yet. */
export interface Condition {
  etagMatches?: string;
  etagDoesNotMatch?: string;
  uploadedBefore?: Date;
}

export interface PutOptions {
  onlyIf?: Condition;
  customMetadata?: Record<string, string>;
  httpMetadata?: { contentType: string };
  /** Hex; R2 refuses other bytes. */
  sha256?: string;
}

export interface Listing {
  objects: Stored[];
  truncated: boolean;
  cursor?: string;
}

export interface ListOptions {
  prefix: string;
  limit?: number;
  startAfter?: string;
  cursor?: string;
  include?: 'customMetadata'[];
}

export interface UploadedPart {
  partNumber: number;
  etag: string;
}

export interface MultipartUpload {
  uploadId: string;
  /** A stream has to have a known length. */
  uploadPart(
    number: number,
    value: ArrayBufferView<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
  ): Promise<UploadedPart>;
  complete(parts: UploadedPart[]): Promise<unknown>;
  abort(): Promise<void>;
}

export interface Bucket {
  head(key: string): Promise<Stored | null>;
  get(key: string, options?: { range?: { offset: number; length: number } }): Promise<StoredBody | null>;
  /** Null where the condition does not hold. A stream has to have a known length. */
  put(
    key: string,
    value: string | ArrayBufferView<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
    options?: PutOptions,
  ): Promise<Stored | null>;
  delete(keys: string | string[]): Promise<void>;
  list(options: ListOptions): Promise<Listing>;
  createMultipartUpload(key: string): Promise<MultipartUpload>;
  resumeMultipartUpload(key: string, uploadId: string): MultipartUpload;
}

/** Breaks of what R2 gives, without a byte in between, before it is given up. */
export const MAX_BREAKS = 3;

/** What a key was said to hold is not there. */
export class GoneError extends Error {
  override name = 'GoneError';

  constructor(key: string) {
    super(`${key} is gone`);
  }
}

/** Exactly these bytes of an object, read again where R2 breaks off. @throws GoneError; Error where it has fewer */
export async function readBytes(
  bucket: Bucket,
  key: string,
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array<ArrayBuffer>> {
  for (let breaks = 0; ;) {
    const object = await bucket.get(key, { range: { offset, length } });
    if (object === null) throw new GoneError(key);
    try {
      const bytes = new Uint8Array(await object.arrayBuffer());
      if (bytes.length === length) return bytes;
      throw new Error(`${key} gave ${bytes.length} of ${length} bytes`);
    } catch (error) {
      if (++breaks > MAX_BREAKS) throw error;
    }
  }
}
