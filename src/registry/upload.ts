/**
 * Pushing a blob whose digest is known only at its end: POST, one PATCH of all bytes without Content-Range, PUT with
 * the digest. That is what Docker sends, and all registries take it; several have no chunks (Artifact Registry).
 */
import type { ClientRequest } from 'node:http';

import type { Digest } from '../oci/digest.ts';
import { cancelUpload, finishUpload, hasBlob, openUpload } from './blobs.ts';
import { type Asked, errorOf, type RepositoryClient } from './client.ts';
import { BadAnswer, RegistryError } from './errors.ts';
import { type Answer, answerOf, readExcerpt, silence } from './transport.ts';

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
  const session = await client.repeated(asked, async () => openUpload(client));
  return new StreamingUpload(client, session, size);
}

class StreamingUpload implements BlobUpload {
  readonly #client: RepositoryClient;
  readonly #size: number;
  readonly #asked: Asked;
  #session: URL;
  #proof: Record<string, string> = {};
  #request: ClientRequest | undefined;
  #sent = 0;
  /** How long the registry may be silent, in seconds. */
  #silence: number;
  #answered: Answer | undefined;
  #failure: { error: unknown } | undefined;
  #committed = false;
  /** Settles what is being waited for: a write, or the registry's answer. */
  #waiting: { what: 'write' | 'answer'; resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(client: RepositoryClient, session: URL, size: number) {
    this.#client = client;
    this.#session = session;
    this.#size = size;
    this.#silence = client.patience.silence;
    this.#asked = { doing: `upload a blob of ${size} bytes`, action: 'push' };
  }

  async write(buffers: readonly Uint8Array[]): Promise<void> {
    const views = buffers.filter(({ length }) => length > 0);
    const length = views.reduce((sum, view) => sum + view.length, 0);
    if (this.#sent + length > this.#size) {
      throw new RangeError(`${this.#sent + length} bytes were written to an upload of ${this.#size}`);
    }
    if (length === 0) return;
    this.#request ??= await this.#open();
    const request = this.#request;
    this.#sent += length;
    await this.#until('write', (done) => {
      // One writev for all views; the last one's callback comes when the kernel has the bytes of all.
      request.cork();
      for (const view of views.slice(0, -1)) request.write(view);
      request.write(views.at(-1), (error) => {
        if (!error) done();
      });
      request.uncork();
      if (this.#sent === this.#size) request.end();
    });
  }

  async commit(digest: Digest): Promise<void> {
    if (this.#sent !== this.#size) {
      throw new RangeError(`an upload of ${this.#size} bytes was ended after ${this.#sent}`);
    }
    if (this.#request) await this.#finishPatch(this.#request);
    const asked: Asked = { ...this.#asked, doing: `store the uploaded blob ${digest}` };
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
    this.#fail(new Error('The upload was given up.'));
    await cancelUpload(this.#client, this.#session);
  }

  async #open(): Promise<ClientRequest> {
    const { transport } = this.#client;
    this.#proof = await this.#client.repeated(this.#asked, async () =>
      this.#client.authorizationFor(this.#session, { action: 'push' }),
    );
    if (this.#failure) throw this.#failure.error;
    const request = transport.open('PATCH', this.#session, {
      'content-type': 'application/octet-stream',
      'content-length': `${this.#size}`,
      ...this.#proof,
    });
    request.on('response', (response) => void this.#respond(answerOf(response)));
    request.on('error', (error) => {
      if (!this.#answered) void this.#explainAndFail(error);
    });
    // A pause of whoever writes here is no silence of the registry.
    request.setTimeout(this.#silence * 1000, () => {
      if (this.#waiting) request.destroy(silence(this.#session, this.#silence));
    });
    return request;
  }

  async #until(what: 'write' | 'answer', start: (done: () => void) => void): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { what, resolve, reject };
        start(resolve);
      });
    } finally {
      this.#waiting = undefined;
    }
  }

  /** An answer may come at any time: while there are bytes to send it can only be bad news. */
  async #respond(answer: Answer): Promise<void> {
    this.#answered = answer;
    if (answer.status >= 400) {
      await this.#explainAndFail(await errorOf(answer, { method: 'PATCH', url: this.#session }));
    } else if (this.#sent < this.#size) {
      await this.#explainAndFail(
        new BadAnswer(`it answered ${answer.status} after ${this.#sent} of ${this.#size} bytes`),
      );
    } else if (this.#waiting?.what === 'answer') {
      this.#waiting.resolve();
    }
  }

  async #finishPatch(request: ClientRequest): Promise<void> {
    this.#silence = this.#client.patience.commit;
    request.setTimeout(this.#silence * 1000);
    await this.#until('answer', (done) => {
      if (this.#answered && this.#answered.status < 400) done();
    });
    const answer = this.#answered;
    if (!answer) throw new Error('An upload ended without an answer.');
    await readExcerpt(answer, 4096);
    if (answer.status < 200 || answer.status > 299) {
      throw await this.#client.explained(new BadAnswer(`it answered ${answer.status}`), this.#asked);
    }
    if (answer.headers.has('location')) this.#session = this.#client.location(answer.headers, this.#session);
  }

  /** A token that was good for the start of the upload and is not any more has expired: the next upload gets another. */
  async #explainAndFail(error: unknown): Promise<void> {
    const explained = await this.#client.explained(error, this.#asked);
    const expired =
      explained instanceof RegistryError && explained.status === 401 && 'authorization' in this.#proof;
    if (!expired) return this.#fail(explained);
    await this.#client.forget(this.#proof);
    this.#fail(explained.again());
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#request?.destroy();
    this.#waiting?.reject(this.#failure.error);
  }
}
