/** What is in a layer: by its table of contents, which a few ranges give, or else by reading it through. */
import { UserError } from '../errors.ts';
import { openLayer, type OpenLayer } from '../estargz/reader.ts';
import { TOC_DIGEST_ANNOTATION, TOC_NAME } from '../estargz/toc.ts';
import type { TocChunk } from '../estargz/toc-parse.ts';
import { RangeMismatchError } from '../http/range/byte-range.ts';
import { isDigest, type Digest } from '../oci/digest.ts';
import type { Repository } from '../registry/registry.ts';
import type { ImageLayer } from './image.ts';
import { rawPath } from './layer-format.ts';
import { cleanPath } from './paths.ts';

export interface LayerFile {
  type: 'reg';
  /** Relative to the image's root, without `.` and `..`. */
  path: string;
  /** Bytes. */
  size: number;
  mode: number;
  /** Of its content; a table of contents need not say it. */
  digest?: Digest;
  /** In order, without gaps, where the layer was opened by its table of contents. */
  chunks?: readonly TocChunk[];
}

export interface LayerNode {
  type: 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo';
  path: string;
  mode: number;
  linkName?: string;
}

export type LayerEntry = LayerFile | LayerNode;

export interface LayerListing {
  layer: ImageLayer;
  /** In the layer's order; whiteouts are files here. A path may come again, and the last one counts. */
  entries: readonly LayerEntry[];
  /** Where the layer was opened by its table of contents: what reads its chunks. */
  toc?: OpenLayer;
  /** Where it was read through: the digest of its uncompressed bytes. */
  diffId?: Digest;
}

/** Files that eStargz tools put into a layer for themselves (eStargz specification). */
const OWN_FILES = new Set([TOC_NAME, '.prefetch.landmark', '.no.prefetch.landmark']);

export function isOwnFile({ path }: { path: string }): boolean {
  return OWN_FILES.has(path);
}

/**
 * The file that a raw layer is, as its descriptor has it.
 * @throws RangeError where its path leads elsewhere
 */
export function rawFile({ descriptor }: ImageLayer): LayerFile {
  const { size, digest } = descriptor;
  return { type: 'reg', path: cleanPath(rawPath(descriptor)), size, mode: 0o644, digest };
}

/** Whether the manifest vouches for a table of contents, without which nothing in it could be believed. */
export function hasToc({ descriptor, format }: ImageLayer): boolean {
  return format === 'tar+gzip' && isDigest(descriptor.annotations?.[TOC_DIGEST_ANNOTATION] ?? '');
}

/**
 * Opens a layer by its table of contents, which is verified against the manifest.
 * @returns undefined where it has none that the manifest vouches for, or the registry gives no ranges
 * @throws UserError when the table is broken, RegistryError
 */
export async function listByToc(
  repository: Repository,
  layer: ImageLayer,
): Promise<LayerListing | undefined> {
  if (!hasToc(layer)) return undefined;
  const { digest, size, annotations } = layer.descriptor;
  const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    if (offset + length > size) throw new RangeError(`bytes up to ${offset + length} of a layer of ${size}`);
    const target = new Uint8Array(length);
    await repository.readBlobInto({ digest, size, offset }, target);
    return target;
  };
  try {
    const tocDigest = annotations?.[TOC_DIGEST_ANNOTATION] as Digest;
    const toc = await openLayer({ read, size, tocDigest });
    return { layer, entries: [...toc.entries.values()].filter((entry) => !isOwnFile(entry)), toc };
  } catch (error) {
    if (error instanceof RangeMismatchError) return undefined;
    if (error instanceof RangeError) throw brokenLayer(repository, layer, error);
    throw error;
  }
}

export function brokenLayer({ name }: Repository, { descriptor }: ImageLayer, cause: Error): UserError {
  return new UserError(`The layer ${descriptor.digest} of ${name} cannot be read: ${cause.message}.`, {
    hint: 'Nothing of it is used. Publish the image anew, or read it from another registry.',
    cause,
  });
}
