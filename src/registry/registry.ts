/** A client of any OCI registry (distribution specification 1.1). */
import type { Wait } from '../http/retry.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Patience } from './client.ts';
import type { CredentialProvider } from './credentials.ts';
import type { Blob, BlobRange } from './read-blob.ts';
import type { BlobUpload } from './upload.ts';

export interface RegistryOptions {
  /** `host[:port]` as it stands in a reference. */
  host: string;
  /** Speak plain http also to a registry that is not on this machine. */
  insecure?: boolean;
  /**
   * Whether its repositories are going to be written to: tokens are then asked to pull and push from the first read
   * on, as Docker's are. Registries hide a repository that is not there yet from a token that only pulls (401), and
   * tell one that may push that there is nothing (404).
   */
  writes?: boolean;
  /** Docker's own store when absent. */
  credentials?: CredentialProvider;
  /** Told before each wait for another attempt. */
  onWait?: (wait: Wait) => void;
  patience?: Partial<Patience>;
  /** Ends everything that is under way. */
  signal?: AbortSignal;
}

export interface Registry {
  readonly host: string;
  repository(name: string): Repository;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** A repository of a registry. Everything here throws RegistryError, with what was asked and what to do. */
export interface Repository {
  /** `host/name`, for messages. */
  readonly name: string;
  /** The manifest at a tag or digest, verified; undefined where there is none. */
  getManifest(reference: string): Promise<{ descriptor: Descriptor; bytes: Uint8Array } | undefined>;
  headManifest(reference: string): Promise<Descriptor | undefined>;
  /** At most `limit` of its tags, in the registry's order. */
  listTags(limit: number): Promise<string[]>;
  /** The size of a blob in bytes; undefined where the repository does not have it. */
  hasBlob(digest: Digest): Promise<number | undefined>;
  /** A small blob, verified against its digest. */
  getBlob(digest: Digest, maxBytes: number): Promise<Uint8Array>;
  /** Exactly the bytes `[offset, offset + length)` of a blob. */
  readBlobRange(digest: Digest, offset: number, length: number): Promise<Uint8Array>;
  /**
   * Fills `target` with the bytes of a large blob from `offset` on.
   * @throws RangeMismatchError where the registry gives other bytes than those asked for, as one that knows no ranges
   */
  readBlobInto(range: BlobRange, target: Uint8Array): Promise<void>;
  /**
   * All bytes of a blob in order. They are verified only once the generator has ended: until then nothing of them may
   * be taken for good.
   */
  streamBlob(blob: Blob): AsyncGenerator<Uint8Array, void, undefined>;
  /** Takes a blob over from another repository of the same registry; false where the registry does not. */
  mountBlob(digest: Digest, from: string): Promise<boolean>;
  /** Pushes a blob that is in memory, unless the repository has it. */
  putBlob(digest: Digest, bytes: Uint8Array): Promise<void>;
  /** Starts to push a blob of `size` bytes whose digest is known at its end. */
  startUpload(size: number): Promise<BlobUpload>;
  putManifest(reference: string, bytes: Uint8Array, mediaType: string): Promise<Descriptor>;
}
