/**
 * Pushing a blob whose digest is known only at its end: POST, one PATCH of all bytes without Content-Range, PUT with
 * the digest. That is what Docker sends, and all registries take it; several have no chunks (Artifact Registry). Only
 * a host that has limited its requests' bodies gets chunks, one PATCH after the other.
 */
import type { Digest } from '../oci/digest.ts';
import { cancelUpload, finishUpload, hasBlob, openUpload } from './blobs.ts';
import type { Asked, RepositoryClient } from './client.ts';
import { RegistryError } from './errors.ts';
import { StreamingPatch } from './patch.ts';

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

/** @param size what will be written in all, in bytes */
export async function startUpload(client: RepositoryClient, size: number): Promise<BlobUpload> {
  const asked = { doing: `start an upload of ${size} bytes`, action: 'push' } as const;
  const session = await client.repeated(asked, async () => openUpload(client, size));
  return new StreamingUpload(client, session, size);
}

class StreamingUpload implements BlobUpload {
  readonly #client: RepositoryClient;
  readonly #size: number;
  /** Bytes of a body; the last one may be shorter. */
  readonly #chunk: number;
  #session: URL;
  #patch: StreamingPatch | undefined;
  #sent = 0;
  #givenUp: Error | undefined;
  #committed = false;

  constructor(client: RepositoryClient, session: URL, size: number) {
    this.#client = client;
    this.#session = session;
    this.#size = size;
    this.#chunk = Math.min(size, client.bodyLimit.bytes);
  }

  async write(buffers: readonly Uint8Array[]): Promise<void> {
    const views = buffers.filter(({ length }) => length > 0);
    const length = views.reduce((sum, view) => sum + view.length, 0);
    if (this.#sent + length > this.#size) {
      throw new RangeError(`${this.#sent + length} bytes were written to an upload of ${this.#size}`);
    }
    while (views.length > 0) {
      if (this.#givenUp) throw this.#givenUp;
      if (this.#patch?.left === 0) await this.#finishPatch(this.#patch);
      this.#patch ??= await this.#open();
      const part = takeFrom(views, this.#patch.left);
      this.#sent += part.reduce((sum, view) => sum + view.length, 0);
      await this.#patch.write(part);
    }
  }

  async commit(digest: Digest): Promise<void> {
    if (this.#sent !== this.#size) {
      throw new RangeError(`an upload of ${this.#size} bytes was ended after ${this.#sent}`);
    }
    if (this.#patch) await this.#finishPatch(this.#patch);
    const asked: Asked = { doing: `store the uploaded blob ${digest}`, action: 'push' };
    try {
      await this.#client.repeated(asked, async () =>
        finishUpload(this.#client, { session: this.#session, digest }),
      );
    } catch (error) {
      // The answer may have been lost instead of the request, and a repeated PUT finds its upload gone.
      const unclear = error instanceof RegistryError && (error.retryable || error.status === 404);
      if (!unclear || (await hasBlob(this.#client, digest)) !== this.#size) throw error;
    }
    this.#committed = true;
  }

  async abort(): Promise<void> {
    if (this.#committed) return;
    this.#givenUp ??= new Error('The upload was given up.');
    this.#patch?.fail(this.#givenUp);
    await cancelUpload(this.#client, this.#session);
  }

  async #open(): Promise<StreamingPatch> {
    const url = this.#session;
    const length = Math.min(this.#chunk, this.#size - this.#sent);
    const isWhole = length === this.#size;
    const offset = this.#sent;
    const range = `${offset}-${offset + length - 1}`;
    const asked: Asked = {
      doing: `upload ${isWhole ? '' : `bytes ${range} of `}a blob of ${this.#size} bytes`,
      action: 'push',
    };
    const proof = await this.#client.repeated(asked, async () =>
      this.#client.authorizationFor(url, { action: 'push' }),
    );
    if (this.#givenUp) throw this.#givenUp;
    const request = this.#client.transport.open('PATCH', url, {
      'content-type': 'application/octet-stream',
      'content-length': `${length}`,
      ...(isWhole ? {} : { 'content-range': range }),
      ...proof,
    });
    const { patience } = this.#client;
    const explain = async (error: unknown): Promise<unknown> => {
      const explained = await this.#client.explained(error, asked);
      return explained instanceof RegistryError
        ? this.#learned(explained, { offset, length, proof })
        : explained;
    };
    return new StreamingPatch(request, { url, size: length, patience, explain });
  }

  async #finishPatch(patch: StreamingPatch): Promise<void> {
    const headers = await patch.finish();
    if (headers.has('location')) this.#session = this.#client.location(headers, this.#session);
    this.#patch = undefined;
  }

  /** What the next upload does better: it gets another token than one that has expired, or sends smaller bodies. */
  async #learned(
    error: RegistryError,
    { offset, length, proof }: { offset: number; length: number; proof: Record<string, string> },
  ): Promise<RegistryError> {
    if (error.status === 401 && 'authorization' in proof) {
      await this.#client.forget(proof);
      return error.again();
    }
    // Behind a body of the same length it is the blob that is too large.
    const isBodys = error.status === 413 && offset === 0;
    return isBodys && this.#client.bodyLimit.refused(length) ? error.again() : error;
  }
}

/** Takes the first `length` bytes out of a list of views, or all where there are fewer. */
function takeFrom(views: Uint8Array[], length: number): Uint8Array[] {
  const taken: Uint8Array[] = [];
  for (let left = length; left > 0;) {
    const view = views.shift();
    if (view === undefined) break;
    taken.push(view.subarray(0, left));
    if (view.length > left) views.unshift(view.subarray(left));
    left -= Math.min(left, view.length);
  }
  return taken;
}
