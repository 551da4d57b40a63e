/** Manifests (distribution specification, "Pulling manifests" and "Pushing manifests"). */
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { MANIFEST_TYPES } from '../oci/media-types.ts';
import type { RepositoryClient } from './client.ts';
import { BadAnswer } from './errors.ts';
import { checkDigest, digestLike } from './verify.ts';
import { type Answer, readBody } from './transport.ts';

/** Registries have to take 4 MiB ("Pushing Manifests"), and few take more. */
const maxManifest = 4 * 1024 * 1024 + 64 * 1024;

export interface PulledManifest {
  descriptor: Descriptor;
  bytes: Uint8Array;
}

export async function getManifest(
  client: RepositoryClient,
  reference: string,
): Promise<PulledManifest | undefined> {
  return client.call({
    doing: `read the manifest "${reference}"`,
    method: 'GET',
    url: client.url(`manifests/${reference}`),
    action: 'pull',
    headers: { accept: MANIFEST_TYPES.join(', ') },
    expect: [200, 404],
    read: async (answer) => (answer.status === 404 ? undefined : verified(answer, reference)),
  });
}

async function verified(answer: Answer, reference: string): Promise<PulledManifest> {
  const bytes = await readBody(answer, maxManifest);
  const named = digestHeader(answer);
  if (named) checkDigest(bytes, named);
  if (isDigest(reference)) checkDigest(bytes, reference);
  const digest = isDigest(reference) ? reference : (named ?? digestLike(bytes));
  return { descriptor: { mediaType: mediaTypeOf(answer), digest, size: bytes.length }, bytes };
}

/** By HEAD; from a registry that leaves out what HEAD is for, by GET. */
export async function headManifest(
  client: RepositoryClient,
  reference: string,
): Promise<Descriptor | undefined> {
  const found = await client.call({
    doing: `look for the manifest "${reference}"`,
    method: 'HEAD',
    url: client.url(`manifests/${reference}`),
    action: 'pull',
    headers: { accept: MANIFEST_TYPES.join(', ') },
    expect: [200, 404],
    read: async (answer) => (answer.status === 404 ? undefined : described(answer)),
  });
  return found === 'unsaid' ? (await getManifest(client, reference))?.descriptor : found;
}

async function described(answer: Answer): Promise<Descriptor | 'unsaid'> {
  const digest = digestHeader(answer);
  const size = answer.headers.get('content-length');
  if (!digest || size === null || !answer.headers.has('content-type')) return 'unsaid';
  return { mediaType: mediaTypeOf(answer), digest, size: Number(size) };
}

export async function putManifest(
  client: RepositoryClient,
  reference: string,
  { bytes, mediaType }: { bytes: Uint8Array; mediaType: string },
): Promise<Descriptor> {
  const digest = isDigest(reference) ? reference : digestLike(bytes);
  return client.call({
    doing: `write the manifest "${reference}"`,
    method: 'PUT',
    url: client.url(`manifests/${reference}`),
    action: 'push',
    headers: { 'content-type': mediaType },
    body: bytes,
    expect: [200, 201, 202, 204],
    silence: client.patience.commit,
    async read(answer) {
      const stored = digestHeader(answer);
      if (stored) checkDigest(bytes, stored, 'the registry stored another manifest than it was sent');
      return { mediaType, digest, size: bytes.length };
    },
  });
}

/** @throws BadAnswer when there is one that is no digest */
export function digestHeader({ headers }: Answer): Digest | undefined {
  const named = headers.get('docker-content-digest');
  if (named === null || isDigest(named)) return named ?? undefined;
  throw new BadAnswer(`its Docker-Content-Digest is no digest: "${named.slice(0, 100)}"`);
}

function mediaTypeOf({ headers }: Answer): string {
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  if (type === '') throw new BadAnswer('it does not say of which type the manifest is (no Content-Type)');
  return type;
}
