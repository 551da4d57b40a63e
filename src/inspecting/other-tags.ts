/** Which tags of a repository name an image, and which of its layers the repository's other tags have, too. */
import type { Digest } from '../oci/digest.ts';
import { UserError } from '../errors.ts';
import { openImage, platformName, type OpenImage } from '../reading/image.ts';
import { imageOf, kindOf, type Kind } from './facts.ts';
import { namedBase, type NamedBase } from '../containers/is-container.ts';
import { eachAtOnce } from '../reading/list-image.ts';
import { RegistryError } from '../registry/errors.ts';

export interface TagLayers extends TaggedImage {
  tag: string;
  /** Of what the tag names. */
  digest: Digest;
}

interface TaggedImage {
  kind: Kind;
  /** The image whose layers it says it shares: the digest of that one's index. */
  of: Digest | undefined;
  base: NamedBase | undefined;
  layers: readonly Digest[];
}

export interface Tags {
  /** Those that name the image itself. */
  own: readonly string[];
  /** All others whose images are there for its platform. */
  others: readonly TagLayers[];
  /** Whether there are more tags than are looked at. */
  more: boolean;
}

/** Tags that are looked at: each costs a request or two. */
export const MOST_TAGS = 100;

/** @returns undefined where the registry does not list tags to whoever asks. @throws RegistryError */
export async function readTags(image: OpenImage): Promise<Tags | undefined> {
  const tags = await listTags(image);
  if (tags === undefined) return undefined;
  const looked = tags.slice(0, MOST_TAGS);
  const heads = await eachAtOnce(looked, async (tag) => ({
    tag,
    digest: (await image.repository.headManifest(tag))?.digest,
  }));
  const own = heads.filter(({ digest }) => digest === image.root.digest).map(({ tag }) => tag);
  const foreign = new Set(heads.map(({ digest }) => digest).filter((digest) => digest !== undefined));
  foreign.delete(image.root.digest);
  const images = new Map(
    await eachAtOnce([...foreign], async (digest) => [digest, await readImage(image, digest)] as const),
  );
  const others = heads.flatMap(({ tag, digest }) => {
    const found = digest === undefined ? undefined : images.get(digest);
    return digest === undefined || found === undefined ? [] : [{ tag, digest, ...found }];
  });
  return { own, others, more: tags.length > looked.length };
}

async function listTags({ repository }: OpenImage): Promise<string[] | undefined> {
  try {
    return await repository.listTags(MOST_TAGS + 1);
  } catch (error) {
    if (error instanceof RegistryError && !error.retryable) return undefined;
    throw error;
  }
}

/** Undefined where that is no image for this platform. */
async function readImage(
  { reference, repository, platform }: OpenImage,
  digest: Digest,
): Promise<TaggedImage | undefined> {
  const { registry, repository: name } = reference;
  const asked = { reference: { registry, repository: name, digest }, repository };
  try {
    const image = await openImage(
      platform === undefined ? asked : { ...asked, platform: platformName(platform) },
    );
    const annotations = { ...image.manifest.annotations, ...image.index?.annotations };
    return {
      kind: kindOf(image),
      of: imageOf(annotations),
      base: namedBase(annotations),
      layers: image.layers.map(({ descriptor }) => descriptor.digest),
    };
  } catch (error) {
    if (error instanceof UserError && !(error instanceof RegistryError)) return undefined;
    throw error;
  }
}
