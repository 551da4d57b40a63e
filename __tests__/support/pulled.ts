/** What a registry has at a tag, read with plain requests: no code of ours is between the test and the registry. */
import { createHash } from 'node:crypto';

export interface PulledDescriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
  platform?: { os: string; architecture: string };
}

export interface PulledImage {
  /** Digest of the index. */
  digest: string;
  annotations: Record<string, string>;
  platforms: string[];
  /** Of the first platform; all have the same (or `pullImage` throws). */
  layers: PulledDescriptor[];
  /** Of the first platform. */
  config: PulledDescriptor | undefined;
}

interface Documents {
  manifests?: PulledDescriptor[];
  layers?: PulledDescriptor[];
  config?: PulledDescriptor;
  annotations?: Record<string, string>;
}

/**
 * @param repository host:port/name
 * @returns undefined where nothing has this tag
 * @throws Error where the image is not complete: a manifest or blob missing, or of another size or digest
 */
export async function pullImage(repository: string, tag = 'latest'): Promise<PulledImage | undefined> {
  const top = await manifestAt(repository, tag);
  if (!top) return undefined;
  const layers: PulledDescriptor[][] = [];
  const configs: (PulledDescriptor | undefined)[] = [];
  for (const { digest } of top.document.manifests ?? []) {
    const found = await manifestAt(repository, digest);
    if (!found || found.digest !== digest) throw new Error(`${repository} has no manifest ${digest}`);
    const blobs = [
      ...(found.document.layers ?? []),
      ...(found.document.config ? [found.document.config] : []),
    ];
    for (const blob of blobs) await checkBlob(repository, blob);
    layers.push(found.document.layers ?? []);
    configs.push(found.document.config);
  }
  const [first = []] = layers;
  const digests = layers.map((one) => one.map(({ digest }) => digest).join());
  if (new Set(digests).size > 1) throw new Error(`platforms of ${repository}:${tag} differ in their layers`);
  const platforms = (top.document.manifests ?? []).map(
    ({ platform }) => `${platform?.os}/${platform?.architecture}`,
  );
  return {
    digest: top.digest,
    annotations: top.document.annotations ?? {},
    platforms,
    layers: first,
    config: configs[0],
  };
}

async function manifestAt(
  repository: string,
  reference: string,
): Promise<{ digest: string; document: Documents } | undefined> {
  const response = await fetch(address(repository, 'manifests', reference), {
    headers: {
      accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json',
    },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${repository}: ${response.status} for ${reference}`);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { digest, document: JSON.parse(bytes.toString()) as Documents };
}

/** @throws Error where it is not there */
export async function readBlob(repository: string, digest: string): Promise<Buffer> {
  const response = await fetch(address(repository, 'blobs', digest));
  if (!response.ok) throw new Error(`${repository}: ${response.status} for the blob ${digest}`);
  return Buffer.from(await response.arrayBuffer());
}

async function checkBlob(repository: string, { digest, size }: PulledDescriptor): Promise<void> {
  const response = await fetch(address(repository, 'blobs', digest), { method: 'HEAD' });
  const found = Number(response.headers.get('content-length'));
  if (!response.ok || found !== size)
    throw new Error(`${repository}: ${response.status}, ${found} of ${size} bytes for the blob ${digest}`);
}

function address(repository: string, kind: 'manifests' | 'blobs', reference: string): string {
  const slash = repository.indexOf('/');
  return `http://${repository.slice(0, slash)}/v2/${repository.slice(slash + 1)}/${kind}/${reference}`;
}
