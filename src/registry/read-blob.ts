/** Reading large blobs (distribution specification, "Pulling blobs"): ranges straight into memory, or all in order. */
import { createHash } from 'node:crypto';

import { HttpError } from '../http/http-error.ts';
import type { RangeAnswer, Sink } from '../http/range/byte-range.ts';
import type { RangeClient } from '../http/range/range-client.ts';
import { TransientError, isTransient } from '../http/transient.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import type { Request, RepositoryClient } from './client.ts';
import { BadAnswer } from './errors.ts';
import type { Answer } from './transport.ts';

/** A blob as a manifest names it. */
export type Blob = Pick<Descriptor, 'digest' | 'size'>;

export interface BlobRange extends Blob {
  /** Bytes. */
  offset: number;
}

const maxRedirects = 5;
const redirectStatus = new Set([301, 302, 303, 307, 308]);
/** What a storage says to a signed address whose time is over: the registry gives a new one. */
const expired = new Set([400, 401, 403, 410]);
/** Broken answers in a row that brought nothing. */
const maxBreaks = 5;

/**
 * Fills `target` with the blob's bytes from `offset` on; after a broken connection it goes on where that broke.
 * @throws RangeMismatchError where the registry gives other bytes than those asked for, RegistryError
 */
export async function readBlobInto(
  client: RepositoryClient,
  ranges: RangeClient,
  { digest, size, offset }: BlobRange,
  target: Uint8Array,
): Promise<void> {
  let done = 0;
  const doing = `read bytes ${offset}-${offset + target.length - 1} of the blob ${digest}`;
  const first = client.url(`blobs/${digest}`);
  await client.repeated({ doing, action: 'pull' }, async () => {
    const sink: Sink = { target: target.subarray(done), filled: 0 };
    const range = { offset: offset + done, length: target.length - done, total: size };
    if (range.length === 0) return;
    try {
      await getFollowing(client, first, async (url, headers) =>
        ranges.get({ url, range, headers }, sink, client.signal),
      );
    } finally {
      done += sink.filled;
    }
  });
}

async function getFollowing(
  client: RepositoryClient,
  first: URL,
  get: (url: URL, headers: Record<string, string>) => Promise<RangeAnswer>,
): Promise<void> {
  let url = first;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await client.withProof(url, { action: 'pull' }, async (proof) =>
      get(url, { 'User-Agent': 'ai-action', ...proof }),
    );
    const { status, headers, body } = answer;
    if (status === 206) return;
    if (!redirectStatus.has(status)) {
      const error = new HttpError({ method: 'GET', url, status, headers, body });
      if (hop > 0 && expired.has(status))
        throw new TransientError('the storage did not accept the address that it was sent to', {
          cause: error,
        });
      throw error;
    }
    url = client.location(headers, url);
  }
  throw new BadAnswer('it redirects again and again');
}

/**
 * The blob's bytes in order, asked for again from where a connection broke. What comes is verified only by the end:
 * the generator then throws instead of ending, so that nothing may be taken for good before it has ended.
 * @throws RegistryError
 */
export async function* streamBlob(
  client: RepositoryClient,
  { digest, size }: Blob,
): AsyncGenerator<Uint8Array, void, undefined> {
  const asked = { doing: `read the blob ${digest}`, action: 'pull' as const };
  const { algorithm, hex } = parseDigest(digest);
  const hash = createHash(algorithm);
  let [at, breaks] = [0, 0];
  while (at < size) {
    const before = at;
    const answer = await client.repeated(asked, async () => client.answer(blobRequest(client, digest, at)));
    try {
      for await (const piece of bodyFrom(answer, at)) {
        at += piece.length;
        if (at > size) throw new BadAnswer(`it has more than the ${size} bytes that the manifest says`);
        hash.update(piece);
        yield piece;
      }
      if (at < size) throw new TransientError(`the answer ended after ${at} of ${size} bytes`);
    } catch (error) {
      breaks = at > before ? 1 : breaks + 1;
      if (!isTransient(error) || breaks > maxBreaks) throw await client.explained(error, asked);
    } finally {
      answer.body.destroy();
    }
  }
  const got = hash.digest('hex');
  if (got !== hex) {
    const wrong = new BadAnswer(
      `the bytes have another digest: ${algorithm}:${got}, where ${digest} was expected`,
    );
    throw await client.explained(wrong, asked);
  }
}

function blobRequest(client: RepositoryClient, digest: Digest, at: number): Request {
  return {
    method: 'GET',
    url: client.url(`blobs/${digest}`),
    action: 'pull',
    headers: at === 0 ? {} : { range: `bytes=${at}-` },
    expect: [200, 206],
  };
}

/** The body from the blob's byte `at` on, also out of an answer that has all of it. */
async function* bodyFrom({ status, headers, body }: Answer, at: number): AsyncGenerator<Uint8Array> {
  if (status === 206 && !(headers.get('content-range') ?? '').startsWith(`bytes ${at}-`)) {
    throw new BadAnswer(
      `it answered with another range than the asked one ("${headers.get('content-range')}")`,
    );
  }
  let skip = status === 206 ? 0 : at;
  for await (const bytes of body as AsyncIterable<Uint8Array>) {
    if (bytes.length > skip) yield bytes.subarray(skip);
    skip = Math.max(0, skip - bytes.length);
  }
}
