/** Reads a layer from its first byte to its last: what there is no table of contents of, or no ranges. */
import { createHash, type Hash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import type { Digest } from '../oci/digest.ts';
import type { Repository } from '../registry/registry.ts';
import type { ImageLayer } from './image.ts';
import type { LayerFormat } from './layer-format.ts';
import {
  brokenLayer,
  isOwnFile,
  rawFile,
  type LayerEntry,
  type LayerFile,
  type LayerListing,
} from './listing.ts';
import { cleanPath } from './paths.ts';
import { tarEntries, type TarEntry } from './tar-stream.ts';

/** What is done with a file's content as it comes by: nothing of it is verified before the layer's end. */
export type TakeFile = (file: LayerFile, content: AsyncIterable<Uint8Array>) => Promise<void>;

const skipFile: TakeFile = async () => undefined;

/** What a layer may come to: a few bytes of it may stand for any number. */
export interface Bounds {
  /** Uncompressed. */
  bytes: number;
  entries: number;
}

/** A layer came to more than its reader takes. */
export class OutOfBoundsError extends RangeError {
  override name = 'OutOfBoundsError';
}

const UNBOUNDED: Bounds = { bytes: Infinity, entries: Infinity };

/**
 * All entries of a layer, verified against the layer's digest.
 * @param take is given each regular file, without a digest yet, and reads all of its content or nothing. The same
 *   object, with its digest, is then in the listing
 * @throws UserError when the layer is not what its media type says, its cause an OutOfBoundsError where it comes to more;
 *   RegistryError when its bytes are not those of its digest; and what `take` throws
 */
export async function readThrough(
  repository: Repository,
  layer: ImageLayer,
  take: TakeFile = skipFile,
  bounds = UNBOUNDED,
): Promise<LayerListing> {
  const stream = repository.streamBlob(layer.descriptor);
  try {
    return layer.format === 'raw'
      ? { layer, entries: [await takeRaw(layer, stream, take)], diffId: layer.descriptor.digest }
      : { layer, ...(await readArchive(bounded(decompressed(stream, layer.format), bounds), take, bounds)) };
  } catch (error) {
    if (isUnreadable(error)) throw brokenLayer(repository, layer, error);
    throw error;
  } finally {
    await stream.return();
  }
}

/**
 * All entries of a tar archive, and the digest of its bytes; `take` as with `readThrough`.
 * @throws RangeError where it is none, OutOfBoundsError where it has too many entries
 */
export async function readArchive(
  tar: AsyncIterable<Uint8Array>,
  take: TakeFile,
  { entries: most } = UNBOUNDED,
): Promise<{ entries: LayerEntry[]; diffId: Digest }> {
  const hash = createHash('sha256');
  const entries: LayerEntry[] = [];
  for await (const entry of tarEntries(hashed(tar, hash))) {
    const read = await readEntry(entry, take);
    if (!isOwnFile(read)) entries.push(read);
    if (entries.length > most) throw new OutOfBoundsError(`it has more than ${most} entries`);
  }
  return { entries, diffId: `sha256:${hash.digest('hex')}` };
}

async function readEntry(
  { type, name, size, mode, ...entry }: TarEntry,
  take: TakeFile,
): Promise<LayerEntry> {
  const path = cleanPath(name);
  if (type !== 'reg')
    return { type, path, mode, ...(entry.linkName === '' ? {} : { linkName: entry.linkName }) };
  const file: LayerFile = { type, path, size, mode };
  const hash = createHash('sha256');
  await takeAll(file, hashed(entry.content, hash), isOwnFile(file) ? skipFile : take);
  file.digest = `sha256:${hash.digest('hex')}`;
  return file;
}

async function takeRaw(
  layer: ImageLayer,
  stream: AsyncGenerator<Uint8Array>,
  take: TakeFile,
): Promise<LayerFile> {
  const { digest: _unverified, ...file }: LayerFile = rawFile(layer);
  await takeAll(file, stream, take);
  return Object.assign(file, { digest: layer.descriptor.digest });
}

/** What is not taken is read all the same, for the digests. */
async function takeAll(file: LayerFile, pieces: AsyncGenerator<Uint8Array>, take: TakeFile): Promise<void> {
  await take(file, { [Symbol.asyncIterator]: () => pieces });
  for await (const _ of pieces);
}

async function* hashed(stream: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    hash.update(piece);
    yield piece;
  }
}

async function* bounded(stream: AsyncIterable<Uint8Array>, { bytes }: Bounds): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const piece of stream) {
    left -= piece.length;
    if (left < 0) throw new OutOfBoundsError(`it unpacks to more than ${bytes} bytes`);
    yield piece;
  }
}

async function* decompressed(
  stream: AsyncIterable<Uint8Array>,
  format: Exclude<LayerFormat, 'raw'>,
): AsyncGenerator<Uint8Array> {
  if (format === 'tar') {
    yield* stream;
    return;
  }
  const source = Readable.from(stream, { objectMode: false });
  const unpacker = format === 'tar+gzip' ? createGunzip() : createZstdDecompress();
  // Its errors come out of the iteration.
  pipeline(source, unpacker, () => undefined);
  for await (const piece of unpacker) yield piece as Uint8Array;
  // Zlib takes what follows a gzip stream for its end; its digest would never have been looked at.
  if (!source.readableEnded) throw new RangeError('there is something behind its compressed bytes');
}

/** Of a layer that is not what it says, as against a connection or a disk that failed. */
function isUnreadable(error: unknown): error is Error {
  if (!Error.isError(error)) return false;
  return error instanceof RangeError || ('code' in error && /^Z_|^ZSTD_|^ERR_ZSTD/.test(String(error.code)));
}
