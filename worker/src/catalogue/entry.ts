/**
 * What the catalogue holds of a model. A model is a repository that has a tag, or is about to get one by an import;
 * what is said of it is what its shown tag names: `latest`, or else the tag that was moved last.
 */
import type { Digest } from '../../../src/oci/digest.ts';
import type { Kind } from '../images/kind.ts';

/** A row of the list. What a model's image does not say is left out. */
export interface ModelEntry {
  /** Of the repository, as in `owner/model`. */
  name: string;
  /** The shown tag, and the digest that it names; none where the first import is still on its way. */
  tag?: string;
  digest?: Digest;
  /** What the tag names, where it is no image of a model. */
  kind?: Exclude<Kind, 'image'>;
  /** How many tags there are, without those of companions. */
  tags: number;
  /** When the shown tag was moved, or the import began, as in ISO 8601. */
  updatedAt: string;
  /** Bytes of all layers, each counted once, as a client of one platform pulls them. */
  size?: number;
  /** How many files there are; only where every layer has a table of contents. */
  files?: number;
  /** Of weights, as in `safetensors`, sorted; empty where none is known. */
  formats: readonly string[];
  /** The commit of the model's source. */
  revision?: string;
  license?: string;
  /** The model card's `pipeline_tag`, as in `text-generation`. */
  task?: string;
  /** The model card's `library_name`, as in `transformers`. */
  library?: string;
  /** Pulls of the last 30 days, where they are counted (docs/logs.md). */
  pulls?: number;
  /** An import to one of its tags is on its way. */
  importing?: true;
}

export interface ModelTag {
  tag: string;
  digest: Digest;
  /** When it was moved, as in ISO 8601. */
  updatedAt: string;
  /** The image that it says it is a companion of: the digest of that one's index. */
  image?: Digest;
}

/** The object of one model in R2. */
export interface ModelRecord extends ModelEntry {
  /** Of the way this was found out: another one is found out anew. */
  version: number;
}

/** The compiled list, one object in R2. */
export interface CatalogueList {
  version: number;
  /** In the order of the names' bytes. */
  models: readonly ModelEntry[];
}
