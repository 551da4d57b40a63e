import { HttpError } from '../http/http-error.ts';
import type { RangeClient } from '../http/range/range-client.ts';
import { retry, type Wait } from '../http/retry.ts';
import { FileLocations, getFollowing, resolveUrl, type Location, type Repository } from './file-locations.ts';
import type { SourceFile } from './source.ts';

/** What a storage says to a signed address whose time is over. */
const expired = new Set([400, 401, 403, 410]);

/** Reads ranges of the Hub's files, any number at once. */
export class RangeReader {
  readonly #client: RangeClient;
  readonly #repository: Repository;
  readonly #locations: FileLocations;
  readonly #onWait: ((wait: Wait) => void) | undefined;

  constructor(client: RangeClient, repository: Repository, onWait?: (wait: Wait) => void) {
    this.#client = client;
    this.#repository = repository;
    this.#locations = new FileLocations(client, repository);
    this.#onWait = onWait;
  }

  /**
   * Fills the whole of `target`; after a broken connection it goes on at the byte where that broke.
   * @throws HttpError, RangeMismatchError, UserError, the last error of the connection, the signal's reason
   */
  async read(file: SourceFile, offset: number, target: Uint8Array, signal?: AbortSignal): Promise<void> {
    let done = 0;
    const attempt = async (): Promise<void> => {
      const sink = { target: target.subarray(done), filled: 0 };
      try {
        await this.#get(file, offset + done, sink, signal);
      } finally {
        done += sink.filled;
      }
    };
    if (target.length > 0) await retry(attempt, { signal, onWait: this.#onWait });
  }

  async #get(
    file: SourceFile,
    offset: number,
    sink: { target: Uint8Array; filled: number },
    signal?: AbortSignal,
  ): Promise<void> {
    const range = { offset, length: sink.target.length, total: file.size };
    const send = async (url: URL): Promise<void> =>
      await getFollowing(this.#client, this.#repository, { request: { url, range }, sink, file }, signal);

    // The Hub gives small files out itself; its oid tells which ones have to be looked up in its storage.
    if (file.oid.startsWith('git-sha1:')) return await send(resolveUrl(this.#repository, file.path));
    const location = await this.#locations.locate(file, signal);
    try {
      await send(location.url);
    } catch (error) {
      if (!hasExpired(error, location)) throw error;
      await this.#locations.expire(file, location);
      await send((await this.#locations.locate(file, signal)).url);
    }
  }
}

function hasExpired(error: unknown, { url }: Location): boolean {
  return error instanceof HttpError && expired.has(error.status) && error.url.startsWith(url.origin);
}
