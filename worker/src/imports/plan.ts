/** What an import has to fetch: the manifests below a digest, and the blobs that they refer to. */
import type { Digest } from '../../../src/oci/digest.ts';
import type { NewManifest } from '../manifests/accept.ts';
import { parseDocument } from '../manifests/document.ts';
import { findAnywhere } from '../storage/blobs.ts';
import type { Bucket } from '../storage/bucket.ts';
import { ImportFailure } from './failure.ts';
import { partSizeFor } from './parts.ts';

/** Bounds of what one import can make the Worker do; its plan has to fit into a step's result of 1 MiB. */
const MAX_MANIFESTS = 500;
const MAX_BLOBS = 2500;
/** Reads of R2 at once; a Worker may wait for six answers. */
const READS_AT_ONCE = 6;
/** The largest object that R2 takes, in bytes. */
const MAX_BLOB_SIZE = 5 * 1024 ** 4 - 5 * 1024 ** 3;

export interface PlannedBlob {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** The registry has it: it only becomes a member of the repository. */
  isPresent: boolean;
}

// Of type aliases, since a step's result has to be plain data.
export type ImportPlan = {
  /** Children before the indexes that list them. */
  manifests: Digest[];
  blobs: PlannedBlob[];
  /** Bytes. */
  partSize: number;
};

export interface PlanOptions {
  bucket: Bucket;
  /** @returns the upstream's manifest, of exactly this digest */
  fetchManifest: (digest: Digest) => Promise<NewManifest>;
  /** Bytes; what parts are where nothing asks for larger ones. */
  preferredPartSize?: number | undefined;
}

/** @throws ImportFailure, or OciError, where the image cannot be imported */
export async function planImport(digest: Digest, options: PlanOptions): Promise<ImportPlan> {
  const { manifests, sizes } = await walk(digest, options.fetchManifest);
  const blobs = await lookUp([...sizes], options.bucket);
  const missing = blobs.filter(({ isPresent }) => !isPresent);
  const partSize = partSizeFor(
    missing.map(({ size }) => size),
    { present: blobs.length - missing.length, preferred: options.preferredPartSize },
  );
  if (partSize === undefined) throw tooLarge('it has more bytes than one import can fetch');
  return { manifests, blobs, partSize };
}

interface Walked {
  manifests: Digest[];
  /** Blobs with their sizes in bytes. */
  sizes: Map<Digest, number>;
}

/** Reads the manifests, each once: a digest cannot be within itself, so there is an end. */
async function walk(root: Digest, fetchManifest: PlanOptions['fetchManifest']): Promise<Walked> {
  const manifests = new Set<Digest>();
  const seen = new Set<Digest>();
  const sizes = new Map<Digest, number>();
  const visit = async (digest: Digest, size?: number): Promise<void> => {
    if (seen.has(digest)) return;
    seen.add(digest);
    if (seen.size > MAX_MANIFESTS) throw tooLarge(`it has more than ${MAX_MANIFESTS} manifests`);
    const { bytes, mediaType } = await fetchManifest(digest);
    if (size !== undefined && size !== bytes.length)
      throw wrongSize(`manifest ${digest}`, size, bytes.length);
    const document = parseDocument(bytes, mediaType);
    for (const blob of document.blobs) noteSize(sizes, blob);
    for (const child of document.manifests) await visit(child.digest, child.size);
    manifests.add(digest);
  };
  await visit(root);
  return { manifests: [...manifests], sizes };
}

function noteSize(sizes: Map<Digest, number>, { digest, size }: { digest: Digest; size: number }): void {
  const noted = sizes.get(digest);
  if (noted !== undefined && noted !== size) throw wrongSize(`blob ${digest}`, size, noted);
  if (size > MAX_BLOB_SIZE) throw tooLarge(`its blob ${digest} has ${size} bytes`);
  sizes.set(digest, size);
  if (sizes.size > MAX_BLOBS) throw tooLarge(`it has more than ${MAX_BLOBS} blobs`);
}

async function lookUp(sizes: [Digest, number][], bucket: Bucket): Promise<PlannedBlob[]> {
  const blobs: PlannedBlob[] = [];
  for (let at = 0; at < sizes.length; at += READS_AT_ONCE) {
    const found = sizes.slice(at, at + READS_AT_ONCE).map(async ([digest, size]) => {
      const pointer = await findAnywhere(bucket, digest);
      if (pointer !== undefined && pointer.size !== size) {
        throw wrongSize(`blob ${digest}`, size, pointer.size);
      }
      return { digest, size, isPresent: pointer !== undefined };
    });
    blobs.push(...(await Promise.all(found)));
  }
  return blobs;
}

function wrongSize(what: string, said: number, actual: number): ImportFailure {
  return new ImportFailure(
    `The image says that its ${what} has ${said} bytes, and it has ${actual}.`,
    'The image is damaged: build and push it again.',
  );
}

function tooLarge(why: string): ImportFailure {
  return new ImportFailure(`The image is too large for an import: ${why}.`, 'Cut it into several images.');
}
