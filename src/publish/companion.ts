/**
 * A companion of an image: another manifest over the same layers, for another kind of consumer (a container that runs,
 * an artifact of another format). It has a tag of its own for each tag of the image, `TAG-SUFFIX`, and is up to date
 * when it carries the digest of the image's index (`ai.depot.image`) and its recipe (`ai.depot.recipe`).
 */
import type { Builder, BuildProgress, PlannedLayer } from '../builders/builder.ts';
import type { Source } from '../hub/source.ts';
import { ANNOTATION } from '../image/annotations.ts';
import type { ImageLayer } from '../image/image.ts';
import type { PublishedImage } from '../image/published.ts';
import type { Entry } from '../models/entry.ts';
import type { Annotations } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Document } from '../oci/document.ts';
import type { Progress } from '../report/progress.ts';
import type { Target } from './target.ts';

export interface Companion {
  /** What its tags have behind the image's tag and a hyphen. */
  readonly suffix: string;
  /** What may change while its image stays the same. May ask the registry of a base image. */
  recipe(signal: AbortSignal): Promise<string>;
  /** What has changed, in words, where the annotations of what a tag has now tell more than another recipe. */
  whatChanged?(published: Annotations): Promise<string | undefined>;
  /**
   * What it has as blobs of its own, beside the image's layers; without it, there is nothing.
   * @param layers those of the image
   * @throws UserError where it cannot be made of a model with these files
   */
  ownParts?(entry: Entry, layers: readonly PlannedLayer[]): readonly OwnPart[];
  /** Brings everything into the registry but the tag: blobs, then configs, then manifests. @returns what is to be tagged */
  push(work: CompanionWork): Promise<Document>;
}

export interface OwnPart {
  /** A layer key, or of a raw file its oid: the digest of its blob. */
  id: string;
  /** Bytes of the files. */
  size: number;
}

export interface CompanionWork {
  entry: Entry;
  /** Of the image's index. */
  image: Digest;
  /** Of the image's index and manifests. */
  annotations: Annotations;
  /** Of the image's configs. */
  labels: Annotations;
  /** Of the model. */
  sha: string;
  /** What `recipe` said. */
  recipe: string;
  /** Those of the image, in its order; they are in the registry. */
  layers: readonly ImageLayer[];
  /** Which files are in each of them; asks the source. */
  plannedLayers: () => Promise<readonly PlannedLayer[]>;
  /** What one of its tags has now. */
  previous: PublishedImage | undefined;
  /** Make it also where that is up to date. */
  force: boolean;
  /** The model's files, the prompt included. */
  source: Source;
  target: Target;
  builder: Builder;
  layerProgress: BuildProgress;
  progress: Progress;
  signal: AbortSignal;
}

/** For the root document of a companion: the image's own, and what tells whether the companion is up to date. */
export function companionAnnotations({
  annotations,
  image,
  recipe,
}: Pick<CompanionWork, 'annotations' | 'image' | 'recipe'>): Annotations {
  return { ...annotations, [ANNOTATION.image]: image, [ANNOTATION.recipe]: recipe };
}
