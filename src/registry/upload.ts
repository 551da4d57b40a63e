/** Pushing a blob whose digest is known only at its end (distribution specification, "Pushing a blob in chunks"). */
import type { Digest } from '../oci/digest.ts';

export interface BlobUpload {
  /**
   * Sends bytes in order; resolves once they may be overwritten (they were handed to the socket). One call at a time.
   * @throws RegistryError when the upload broke, also while the registry is still being written to and has answered
   *   early with an error; `retryable` says whether the whole blob may be sent again.
   */
  write(buffers: readonly Uint8Array[]): Promise<void>;
  /**
   * Ends the upload: the blob exists once this resolves.
   * @throws RegistryError when the registry refuses it, for instance because its own digest is another.
   */
  commit(digest: Digest): Promise<void>;
  /** Gives the upload up and has the registry forget it; does nothing after a commit. Never throws. */
  abort(): Promise<void>;
}
