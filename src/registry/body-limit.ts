/** How large a request's body may be on its way to a host, as far as the host has let it be known. */
import type { HeaderFields } from '../http/header-fields.ts';

const MiB = 1024 * 1024;
/**
 * What is tried, one after the other, where a body was too large and nobody said by how much: below Cloudflare's
 * 100 MB, something between, and nginx's default. Few, since each costs another attempt at a layer.
 */
const GUESSES = [64 * MiB, 8 * MiB, MiB];

export class BodyLimit {
  #most = Infinity;
  #least = 0;

  /** Bytes that one request may carry; Infinity until the host has set a limit. */
  get bytes(): number {
    return Math.max(this.#most, this.#least);
  }

  /**
   * Takes up what the answer to the start of an upload says.
   * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-a-blob-in-chunks for
   *   OCI-Chunk-Min-Length, and issue 485 there for OCI-Chunk-Max-Length, which is a proposal
   */
  announced(headers: HeaderFields): void {
    const most = lengthOf(headers.get('oci-chunk-max-length'));
    const least = lengthOf(headers.get('oci-chunk-min-length'));
    if (most !== undefined) this.#most = Math.min(this.#most, most);
    if (least !== undefined) this.#least = least;
  }

  /**
   * Takes up that a body was refused with 413 (RFC 9110, 15.5.14).
   * @param bytes the body's length
   * @returns whether the same bytes may pass now, in smaller bodies
   */
  refused(bytes: number): boolean {
    const smaller = GUESSES.find((guess) => guess < bytes) ?? Infinity;
    this.#most = Math.min(this.#most, smaller);
    return this.bytes < bytes;
  }
}

function lengthOf(header: string | null): number | undefined {
  return header !== null && /^[1-9]\d{0,14}$/.test(header) ? Number(header) : undefined;
}
