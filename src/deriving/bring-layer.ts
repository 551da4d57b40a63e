/** Brings a part's layer into a repository, and reads it on the way: nothing of it is taken on trust. */
import { UserError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { imageLayer } from '../reading/image.ts';
import { isWhiteout } from '../reading/overlay.ts';
import type { LayerEntry, LayerListing } from '../reading/listing.ts';
import { listTar } from '../reading/list-tar.ts';
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
/** Of larger layers content is skipped where nothing has to be known of it. Bytes. */
const MIN_SKIPPED = 16 * 2 ** 20;

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
  const onBytes = (bytes: number): void => progress.moved(bytes);
  const listings: LayerListing[] = [];
  const read = async (repository: Repository): Promise<void> => {
    const listing = await readThrough(repository, layer, undefined, bounds);
    check(part, listing);
    listings.push(listing);
  };
  progress.expect(descriptor.size);
  const origin = to && (await copyBlob({ descriptor, from, to, signal, onBytes, read }));
  if (origin !== 'pushed') {
    const headers = isItsOwnDiffId(part) ? await listTar(from, layer, bounds.entries) : undefined;
    if (headers === undefined) {
      await read(counted(from, onBytes, signal));
    } else {
      check(part, headers);
      listings.push(headers);
      onBytes(descriptor.size);
    }
  }
  const { diffId = descriptor.digest, entries = [] } = listings.at(-1) ?? {};
  return { part, diffId, entries, origin };
}

/** Its uncompressed bytes are those of its digest; of a small one all is read as fast as its headers. */
function isItsOwnDiffId({ descriptor: { digest, size }, encoding }: PlacedPart): boolean {
  return encoding === 'tar' && digest.startsWith('sha256:') && size >= MIN_SKIPPED;
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
function check(
  part: PlacedPart,
  { diffId = part.descriptor.digest, entries }: Omit<LayerListing, 'layer'>,
): void {
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
