/** Brings a part's layer into a repository, and reads it on the way: nothing of it is taken on trust. */
import { UserError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { imageLayer } from '../reading/image.ts';
import { isWhiteout } from '../reading/overlay.ts';
import type { LayerEntry, LayerListing } from '../reading/listing.ts';
import { readThrough, type Bounds } from '../reading/read-through.ts';
import { copyBlob, type CopyOrigin } from '../registry/copy-blob.ts';
import type { Repository } from '../registry/registry.ts';
import type { Progress } from '../report/progress.ts';
import type { PlacedPart } from './open-artifact.ts';

/** A layer that is what its artifact says. */
export interface BroughtLayer {
  part: PlacedPart;
  /** Of its uncompressed bytes, as they were read. */
  diffId: Digest;
  entries: readonly LayerEntry[];
  /** Undefined where it was read and not brought anywhere. */
  origin: CopyOrigin | undefined;
}

export interface Bringing {
  /** Undefined where nothing is to be written. */
  to: Repository | undefined;
  progress: Progress;
  signal: AbortSignal;
}

/** A compressed layer may unpack to so many bytes, whatever its size. */
const MIN_BYTES = 10 * 2 ** 30;
/** And to so many times its size. */
const MAX_RATIO = 100;
const MAX_ENTRIES = 1_000_000;

/**
 * @throws UserError where the layer is not what its artifact says, or would do harm in an image; RegistryError where its
 *   bytes cannot be had or written, or are not those of its digest
 */
export async function bringLayer(
  part: PlacedPart,
  { to, progress, signal }: Bringing,
  bounds = boundsOf(part),
): Promise<BroughtLayer> {
  signal.throwIfAborted();
  const { descriptor, from } = part;
  const layer = imageLayer(descriptor, 0);
  let listing: Omit<LayerListing, 'layer'> = { entries: [] };
  const read = async (repository: Repository): Promise<void> => {
    listing = await readThrough(repository, layer, undefined, bounds);
    check(part, listing);
  };
  const onBytes = (bytes: number): void => progress.moved(bytes);
  progress.expect(descriptor.size);
  const origin = to && (await copyBlob({ descriptor, from, to, signal, onBytes, read }));
  if (origin !== 'pushed') await read(counted(from, onBytes, signal));
  return { part, diffId: listing.diffId ?? descriptor.digest, entries: listing.entries, origin };
}

function boundsOf({ descriptor }: PlacedPart): Bounds {
  return { bytes: Math.max(MIN_BYTES, MAX_RATIO * descriptor.size), entries: MAX_ENTRIES };
}

function counted(from: Repository, onBytes: (bytes: number) => void, signal: AbortSignal): Repository {
  return {
    ...from,
    async *streamBlob(blob) {
      for await (const piece of from.streamBlob(blob)) {
        signal.throwIfAborted();
        onBytes(piece.length);
        yield piece;
      }
    },
  };
}

/** @throws UserError */
function check(part: PlacedPart, { diffId, entries }: Omit<LayerListing, 'layer'>): void {
  const { descriptor, from, diffId: said } = part;
  // Runtimes reckon with SHA-256; what is said in another algorithm has nothing to be compared with.
  if (said?.startsWith('sha256:') === true && said !== diffId) {
    throw new UserError(
      `The layer ${descriptor.digest} of ${from.name} has the diffID ${diffId}, its artifact says ${said}.`,
      {
        hint: 'Nothing was tagged: no runtime would take the container. Have the artifact packed and pushed anew.',
      },
    );
  }
  const whiteout = entries.find(({ path }) => path.split('/').some(isWhiteout));
  if (whiteout !== undefined) {
    throw new UserError(
      `The layer ${descriptor.digest} of ${from.name} has ${JSON.stringify(whiteout.path)}, which in an image removes files of the layers below.`,
      { hint: `Have the artifact packed without it, or leave ${part.role} out with --with.` },
    );
  }
}
