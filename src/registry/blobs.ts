/** Blobs (distribution specification, "Pulling blobs", "Pushing blobs", "Mounting a blob from another repository"). */
import type { Digest } from '../oci/digest.ts';
import type { RepositoryClient } from './client.ts';
import { BadAnswer, RegistryError } from './errors.ts';
import { digestHeader } from './manifests.ts';
import { type Answer, readBody, readPart } from './transport.ts';
import { checkDigest } from './verify.ts';

export async function hasBlob(client: RepositoryClient, digest: Digest): Promise<number | undefined> {
  return client.call({
    doing: `look for the blob ${digest}`,
    method: 'HEAD',
    url: client.url(`blobs/${digest}`),
    action: 'pull',
    expect: [200, 404],
    read: async ({ status, headers }) => {
      if (status === 404) return undefined;
      const size = headers.get('content-length');
      if (size === null) throw new BadAnswer('it does not say how large the blob is (no Content-Length)');
      return Number(size);
    },
  });
}

export async function getBlob(
  client: RepositoryClient,
  digest: Digest,
  maxBytes: number,
): Promise<Uint8Array> {
  return client.call({
    doing: `read the blob ${digest}`,
    method: 'GET',
    url: client.url(`blobs/${digest}`),
    action: 'pull',
    expect: [200],
    async read(answer) {
      const bytes = await readBody(answer, maxBytes);
      checkDigest(bytes, digest);
      return bytes;
    },
  });
}

export async function readBlobRange(
  client: RepositoryClient,
  digest: Digest,
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0);
  return client.call({
    doing: `read bytes ${offset}-${offset + length - 1} of the blob ${digest}`,
    method: 'GET',
    url: client.url(`blobs/${digest}`),
    action: 'pull',
    headers: { range: `bytes=${offset}-${offset + length - 1}` },
    expect: [200, 206],
    async read(answer) {
      // RFC 9110, 14.2: a server may ignore Range and answer with everything.
      if (answer.status === 200) return readPart(answer, offset, length);
      checkContentRange(answer, offset, length);
      return readPart(answer, 0, length);
    },
  });
}

function checkContentRange({ headers }: Answer, offset: number, length: number): void {
  const range = headers.get('content-range') ?? '';
  const [, first, last] = /^bytes (\d+)-(\d+)\/(?:\d+|\*)$/.exec(range) ?? [];
  if (Number(first) !== offset || Number(last) !== offset + length - 1) {
    throw new BadAnswer(`it answered with another range than the asked one ("${range}")`);
  }
}

/** @returns false where the registry does not mount it, for whatever reason: it is uploaded then */
export async function mountBlob(client: RepositoryClient, digest: Digest, from: string): Promise<boolean> {
  const url = client.url('blobs/uploads/');
  url.searchParams.set('mount', digest);
  url.searchParams.set('from', from);
  try {
    const opened = await client.call({
      doing: `mount the blob ${digest} from ${from}`,
      method: 'POST',
      url,
      action: 'push',
      from,
      expect: [201, 202],
      read: async ({ status, headers }) => (status === 201 ? undefined : client.location(headers, url)),
    });
    if (opened) await cancelUpload(client, opened);
    return opened === undefined;
  } catch (error) {
    // Not allowed to read there, or not supported at all; an upload will tell whether anything else is wrong.
    if (error instanceof RegistryError && !error.retryable && error.status !== undefined) return false;
    throw error;
  }
}

/**
 * Where the bytes go. Not repeated by itself.
 * @param size what will come in all, in bytes. It is told under the name of the IETF's draft on resumable uploads: a
 *   registry that has to cut a blob beforehand, as the Worker, makes room for it, and others ignore it.
 */
export async function openUpload(client: RepositoryClient, size: number): Promise<URL> {
  const url = client.url('blobs/uploads/');
  return client.once({
    doing: 'start an upload',
    method: 'POST',
    url,
    action: 'push',
    headers: { 'upload-length': `${size}` },
    expect: [202],
    async read({ headers }) {
      client.bodyLimit.announced(headers);
      return client.location(headers, url);
    },
  });
}

export interface Finish {
  session: URL;
  digest: Digest;
  /** What has not been sent yet. */
  bytes?: Uint8Array;
}

/** The closing PUT. Not repeated by itself. */
export async function finishUpload(
  client: RepositoryClient,
  { session, digest, bytes }: Finish,
): Promise<void> {
  const url = new URL(session);
  url.searchParams.set('digest', digest);
  await client.once({
    doing: `write the blob ${digest}`,
    method: 'PUT',
    url,
    action: 'push',
    headers: { 'content-type': 'application/octet-stream' },
    ...(bytes ? { body: bytes } : {}),
    expect: [200, 201, 204],
    silence: client.patience.commit,
    async read(answer) {
      const stored = digestHeader(answer);
      if (stored && stored !== digest) throw new BadAnswer(`it stored ${stored} where ${digest} was sent`);
    },
  });
}

/** Has the registry forget an upload. Where that fails it does so by itself after a while, so nobody has to know. */
export async function cancelUpload(client: RepositoryClient, session: URL): Promise<void> {
  await client
    .once({
      doing: 'give up an upload',
      method: 'DELETE',
      url: session,
      action: 'push',
      expect: [200, 202, 204, 404],
      silence: 10,
      read: async () => undefined,
    })
    .catch(() => undefined);
}
