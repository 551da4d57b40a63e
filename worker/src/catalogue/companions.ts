/**
 * Companions: what shares an image's layers for another kind of consumer, as a ModelKit or a container that runs. Their
 * tags are told with their image, and are none of the model's versions.
 */
import { namedBase } from '../../../src/containers/is-container.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { readKind } from '../images/kind.ts';
import { readManifests, type ImageManifests } from '../images/manifest.ts';
import { sizeOf } from '../images/size.ts';
import type { Bucket } from '../storage/bucket.ts';
import type { ModelTag } from './entry.ts';
import type { Companion } from './model.ts';

/** Companions of one image that are told of; each is a few reads of R2. */
const MAX_COMPANIONS = 20;

/** Without the companions' tags, in the same order. One whose image no tag names any more is told as what it is. */
export function versionsOf(tags: readonly ModelTag[]): ModelTag[] {
  const named = new Set(tags.map(({ digest }) => digest));
  return tags.filter(({ image, digest }) => image === undefined || image === digest || !named.has(image));
}

export interface Companions {
  companions: Companion[];
  /** Bytes of the layers of image and companions together, each counted once. */
  size: number;
}

/** @param image with the tag or digest that it is shown by */
export async function readCompanions(
  bucket: Bucket,
  name: string,
  { image, reference, tags }: { image: LayersOf; reference: string; tags: readonly ModelTag[] },
): Promise<Companions> {
  const found = new Map<Digest, ModelTag>();
  const own = tags.filter(({ digest }) => digest === image.digest).map(({ tag }) => tag);
  for (const tag of tags) {
    if (tag.image !== image.digest || tag.digest === image.digest) continue;
    // An image of several tags has its companions as often: told is the one of the tag that is shown.
    const isOfReference = tag.tag === `${reference}-${suffixOf(tag.tag, own)}`;
    if (!found.has(tag.digest) || isOfReference) found.set(tag.digest, tag);
  }
  const some = [...found.values()].slice(0, MAX_COMPANIONS);
  const read = await Promise.all(some.map(({ digest }) => readManifests(bucket, name, digest)));
  const companions: Companion[] = [];
  const blobs = [...image.layers];
  const had = new Set(image.layers.map(({ digest }) => digest));
  for (const [at, manifests] of read.entries()) {
    const tag = some[at];
    if (manifests === undefined || tag === undefined) continue;
    blobs.push(...manifests.layers);
    const base = namedBase(manifests.annotations);
    companions.push({
      tag: tag.tag,
      suffix: suffixOf(tag.tag, own),
      digest: tag.digest,
      kind: await readKind(bucket, name, manifests),
      size: sizeOf(manifests.layers),
      newBytes: sizeOf(manifests.layers.filter(({ digest }) => !had.has(digest))),
      ...(base === undefined ? {} : { base }),
    });
  }
  return { companions: companions.toSorted(byKind), size: sizeOf(blobs) };
}

type LayersOf = Pick<ImageManifests, 'digest'> & {
  layers: readonly { digest: Digest; size: number }[];
};

/** What the tag has behind its image's, of whose tags it is the longest that fits. */
function suffixOf(tag: string, images: readonly string[]): string {
  const lengths = images.filter((image) => tag.startsWith(`${image}-`)).map(({ length }) => length + 1);
  return tag.slice(Math.max(0, ...lengths));
}

/** The image that what a reference names is a companion of, where that is still there under a tag. */
export function imageOf(
  tags: readonly ModelTag[],
  { reference, digest }: { reference: string; digest: Digest },
): { digest: Digest; tag: string } | undefined {
  const own = tags.filter((tag) => tag.digest === digest && tag.image !== undefined && tag.image !== digest);
  const companion = own.find(({ tag }) => tag === reference) ?? own[0];
  const images = tags.filter((tag) => tag.digest === companion?.image).map(({ tag }) => tag);
  if (companion?.image === undefined || images[0] === undefined) return undefined;
  const suffix = suffixOf(companion.tag, images);
  const tag = images.find((image) => `${image}-${suffix}` === companion.tag) ?? images[0];
  return { digest: companion.image, tag };
}

const ORDER = ['container', 'modelkit', 'modelpack', 'docker-model'];

function byKind(a: Companion, b: Companion): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.suffix < b.suffix ? -1 : 1);
}
