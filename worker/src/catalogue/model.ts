/** All that is told of one model: `/api/models/<name>` and its page. */
import type { Digest } from '../../../src/oci/digest.ts';
import type { NamedBase } from '../../../src/containers/is-container.ts';
import type { ImageFile, ImageLayer, Inspection } from '../images/inspection.ts';
import type { Kind } from '../images/kind.ts';
import type { ImportRecord } from '../imports/record.ts';
import type { ModelEntry, ModelTag } from './entry.ts';

export interface Model {
  name: string;
  /** As it is in the list; left out where the list is not that far yet. */
  entry?: ModelEntry;
  /** The tag that was moved last comes first; those of companions stand with their image. */
  tags: readonly ModelTag[];
  /** Imports that are on their way or have failed, the last one first. */
  imports: readonly ImportRecord[];
  /** What was asked for, else the shown tag; left out where there is no tag yet. */
  image?: ModelImage;
}

export interface ModelImage extends Omit<Inspection, 'layers'> {
  /** The tag or digest that it was found by. */
  reference: string;
  layers: readonly SharedLayer[];
  /** What shares its layers for other kinds of consumers. */
  companions: readonly Companion[];
  /** Bytes of its layers and its companions', each counted once, as a client of one platform pulls them. */
  sizeWithCompanions: number;
  /** The image that it is a companion of, with a tag of it. */
  of?: { digest: Digest; tag: string };
}

export interface Companion {
  tag: string;
  /** What the tag has behind its image's: `modelkit`, or the name of a container. */
  suffix: string;
  /** Of the index or manifest. */
  digest: Digest;
  kind: Kind;
  /** Bytes of its layers, each counted once, as a client of one platform pulls them. */
  size: number;
  /** Bytes of those that the image does not have. */
  newBytes: number;
  base?: NamedBase;
}

export interface SharedLayer extends ImageLayer {
  /** Other tags of the model whose images have this layer, too; the ten that were moved last are looked at. */
  sharedWith: readonly string[];
}

export interface ComparedImage {
  reference: string;
  digest: Digest;
  /** Bytes of all layers. */
  size: number;
}

/** What a puller of one image has to fetch for another: `/api/models/<name>/compare/<a>...<b>`. */
export interface Comparison {
  name: string;
  from: ComparedImage;
  to: ComparedImage;
  added: readonly ImageFile[];
  removed: readonly ImageFile[];
  changed: readonly { path: string; from: ImageFile; to: ImageFile }[];
  /** How many files are the same. */
  unchanged: number;
  /** Layers that only the second image has, and how many it has in common with the first. */
  newLayers: readonly ImageLayer[];
  sameLayers: number;
  /** Bytes of the new layers: what a puller moves. */
  bytes: number;
}
