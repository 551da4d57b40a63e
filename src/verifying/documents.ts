/** The manifests and configs under a reference, each against the digest and size that it is named by. */
import { UserError } from '../errors.ts';
import type { Annotations, Descriptor, Manifest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { isIndexType } from '../oci/media-types.ts';
import { parseIndex, parseManifest } from '../reading/documents.ts';
import type { Repository } from '../registry/registry.ts';
import { diffIdsOf } from './diff-ids.ts';
import type { Report } from './finding.ts';

export interface Documents {
  /** Indexes and manifests, without those that are missing. */
  manifests: number;
  images: readonly ReadManifest[];
  /** Of what the reference names. */
  annotations: Annotations;
}

export interface ReadManifest {
  manifest: Manifest;
  /** It is about an image, and none itself (BuildKit, "Attestation storage"). */
  isAttestation: boolean;
}

type Pulled = NonNullable<Awaited<ReturnType<Repository['getManifest']>>>;

/** Indexes within indexes. */
const MAX_DEPTH = 3;
const MAX_CONFIG = 4 * 2 ** 20;

/** Reads everything below `root` but blobs. What cannot be had, or is not as it is named, is reported. */
export async function readDocuments(
  repository: Repository,
  root: Pulled,
  report: Report,
): Promise<Documents> {
  const images: ReadManifest[] = [];
  const seen = new Set<Digest>();
  let annotations: Annotations | undefined;
  const visit = async ({ descriptor, bytes }: Pulled, depth: number, named?: Descriptor): Promise<void> => {
    const { digest, mediaType } = descriptor;
    if (seen.has(digest)) return;
    seen.add(digest);
    const what = `the manifest ${digest}`;
    if (!isIndexType(mediaType)) {
      const manifest = parseManifest(bytes, what);
      annotations ??= manifest.annotations ?? {};
      images.push({ manifest, isAttestation: named?.platform?.os === 'unknown' });
      return;
    }
    const index = parseIndex(bytes, what);
    annotations ??= index.annotations ?? {};
    if (depth === MAX_DEPTH) throw new UserError('is an index within an index again and again.');
    for (const child of index.manifests) {
      await reported(report, { kind: 'manifest', digest: child.digest }, async () => {
        await visit(await readChild(repository, child), depth + 1, child);
      });
    }
  };
  await reported(report, { kind: 'manifest', digest: root.descriptor.digest }, () => visit(root, 0));
  return { manifests: seen.size, images, annotations: annotations ?? {} };
}

async function readChild(repository: Repository, named: Descriptor): Promise<Pulled> {
  const found = await repository.getManifest(named.digest);
  if (found === undefined) throw new UserError('is missing.');
  const { size, mediaType } = found.descriptor;
  if (size !== named.size) throw new UserError(`has ${size} bytes, its index says ${named.size}.`);
  if (mediaType !== named.mediaType) {
    throw new UserError(`is served as ${mediaType}, its index says ${named.mediaType}.`);
  }
  return found;
}

/** The diffIDs that a manifest's config has for its layers; none where it cannot be read, which is reported. */
export async function readDiffIds(
  repository: Repository,
  { config, layers }: Manifest,
  report: Report,
): Promise<(Digest | undefined)[]> {
  const { digest, size } = config;
  const found = await reported(report, { kind: 'config', digest }, async () => {
    const bytes = await repository.getBlob(digest, MAX_CONFIG);
    if (bytes.length !== size) throw new UserError(`has ${bytes.length} bytes, its manifest says ${size}.`);
    const document = parseConfig(bytes, config.mediaType);
    return diffIdsOf(
      document,
      layers.map((layer) => layer.digest),
    );
  });
  return found ?? [];
}

/** The config of an artifact may be anything; those of images and models are JSON. */
function parseConfig(bytes: Uint8Array, mediaType: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    if (mediaType.endsWith('+json')) throw new UserError('is not JSON.', { cause });
    return undefined;
  }
}

/** Undefined where it failed, which is then reported. */
async function reported<T>(
  report: Report,
  about: { kind: 'manifest' | 'config'; digest: Digest },
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError || error instanceof RangeError)) throw error;
    report({ ...about, message: error.message });
    return undefined;
  }
}
