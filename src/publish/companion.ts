/**
 * A companion of an image: another manifest over the same layers, for another kind of consumer (a container that runs,
 * an artifact of another format). It has a tag of its own for each tag of the image, `TAG-SUFFIX`, and is up to date
 * when it carries the digest of the image's index (`ai.depot.image`) and its recipe (`ai.depot.recipe`).
 */
import type { Source } from '../hub/source.ts';
import type { ImageLayer } from '../image/image.ts';
import type { Entry } from '../models/entry.ts';
import type { Digest } from '../oci/digest.ts';
import type { Document } from '../oci/document.ts';
import type { Progress } from '../report/progress.ts';
import type { Target } from './target.ts';

export interface Companion {
  /** What its tags have behind the image's tag and a hyphen. */
  readonly suffix: string;
  /** What may change while its image stays the same. May ask the registry of a base image. */
  recipe(signal: AbortSignal): Promise<string>;
  /** Brings everything into the registry but the tag: blobs, then configs, then manifests. @returns what is to be tagged */
  push(work: CompanionWork): Promise<Document>;
}

export interface CompanionWork {
  entry: Entry;
  /** Of the image's index. */
  image: Digest;
  /** Of the model. */
  sha: string;
  /** What `recipe` said. */
  recipe: string;
  /** Those of the image, in its order; they are in the registry. */
  layers: readonly ImageLayer[];
  /** The model's files, the prompt included. */
  source: Source;
  target: Target;
  progress: Progress;
  signal: AbortSignal;
}
