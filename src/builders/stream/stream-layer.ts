/** Streams one layer from a source into a registry: every byte is read, hashed and sent once, and none kept. */
import { createHash } from 'node:crypto';
import { encodeFooter } from '../../estargz/footer.ts';
import { layerMap, tocFrame, type LayerMap } from '../../estargz/layer-map.ts';
import { TOC_DIGEST_ANNOTATION, tocText, UNCOMPRESSED_SIZE_ANNOTATION } from '../../estargz/toc.ts';
import { retry, saysRetryable, type Wait } from '../../http/retry.ts';
import type { Source, SourceFile } from '../../hub/source.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { MEDIA_TYPE } from '../../oci/media-types.ts';
import { RegistryError } from '../../registry/errors.ts';
import type { BlobUpload } from '../../registry/upload.ts';
import type { Budget } from './budget.ts';
import { GatheredDigests } from './content-digests.ts';
import { Conveyor } from './conveyor.ts';
import { slotPlans } from './slot-plan.ts';
import { contentSteps, type Step } from './steps.ts';

export interface LayerJob {
  source: Source;
  files: readonly SourceFile[];
  /** Starts an upload of so many bytes; called again when a layer has to be sent again. */
  upload(size: number): Promise<BlobUpload>;
  budget: Budget;
  signal: AbortSignal;
  /** Bytes of the files that were verified and sent since the last call; negative when the layer starts again. */
  onProgress?: (bytes: number) => void;
  /** The upload broke and the layer starts again after a while. */
  onWait?: (wait: Wait) => void;
}

export interface StreamedLayer {
  /** Of the layer, with the annotations that lazy readers need. */
  descriptor: Descriptor;
  /** SHA-256 of the decompressed layer. */
  diffId: Digest;
}

const encoder = new TextEncoder();

/**
 * @throws UserError when a file's content is not what its oid says; then nothing was committed.
 * @throws what the source or the upload throws; an upload's error that says `retryable` only after several attempts.
 */
export async function streamLayer(job: LayerJob): Promise<StreamedLayer> {
  const { signal, onWait } = job;
  const map = layerMap(job.files);
  return retry(() => sendWithin(job, map), { signal, onWait, retryable: saysRetryable });
}

/** A limit of request bodies that was learned is heeded at once, and is no failure; it is learned in few steps. */
async function sendWithin(job: LayerJob, map: LayerMap<SourceFile>): Promise<StreamedLayer> {
  for (;;) {
    try {
      return await sendOnce(job, map);
    } catch (error) {
      job.signal.throwIfAborted();
      if (!(error instanceof RegistryError && error.status === 413 && error.retryable)) throw error;
    }
  }
}

async function sendOnce(job: LayerJob, map: LayerMap<SourceFile>): Promise<StreamedLayer> {
  const digests = new GatheredDigests(map.files, map.chunkCount);
  job.budget.lanes.prepare();
  const upload = await job.upload(map.size);
  const conveyor = new Conveyor(job, { files: map.files, digests, upload });
  try {
    await conveyor.send(slotPlans(contentSteps(map.files)));
    const toc = createHash('sha256');
    await conveyor.send(slotPlans(tocSteps(map, digests, (bytes) => toc.update(bytes))));
    const { digest, diffId, size } = await conveyor.finish();
    if (size !== map.size) throw new Error(`the layer came to ${size} bytes, its map says ${map.size}`);
    await upload.commit(digest);
    const annotations = {
      [TOC_DIGEST_ANNOTATION]: `sha256:${toc.digest('hex')}`,
      [UNCOMPRESSED_SIZE_ANNOTATION]: `${map.uncompressedSize}`,
    };
    return { descriptor: { mediaType: MEDIA_TYPE.layerGzip, digest, size, annotations }, diffId };
  } catch (error) {
    await conveyor.abort();
    throw error;
  } finally {
    conveyor.close();
  }
}

/** The TOC is handed on in pieces of about this many bytes. */
const TOC_PIECE = 32 * 2 ** 10;

/** The TOC's member and the footer. */
function* tocSteps(
  map: LayerMap,
  digests: GatheredDigests,
  see: (json: Uint8Array) => void,
): Generator<Step> {
  const { before, after } = tocFrame(map.tocSize);
  yield { type: 'member', content: 0, tail: before.length + map.tocSize + after.length };
  yield { type: 'literal', bytes: before };
  for (const text of gathered(tocText(map.files, digests))) {
    const bytes = encoder.encode(text);
    see(bytes);
    yield { type: 'literal', bytes };
  }
  yield { type: 'literal', bytes: after };
  yield { type: 'end', bytes: encodeFooter(map.tocOffset) };
}

function* gathered(texts: Iterable<string>): Generator<string> {
  let held = '';
  for (const text of texts) {
    held += text;
    if (held.length < TOC_PIECE) continue;
    yield held;
    held = '';
  }
  yield held;
}
