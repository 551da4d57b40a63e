/** What pruning asks of a registry's own API: all images of a repository, also those without a tag. */
import type { Digest } from '../oci/digest.ts';

/** A manifest or index. */
export interface StoredImage {
  /** By what the registry's API calls it. */
  id: string;
  digest: Digest;
  tags: readonly string[];
  /** When it was pushed, or a tag of it last moved, whichever is later; milliseconds since the epoch. */
  changedAt: number;
}

/** missing: somebody else removed it; needed: it was given a tag meanwhile, or the registry itself says that it is needed. */
export type Removal = 'removed' | 'missing' | 'needed';

/** Everything here throws UserError, with what was asked and what to do. */
export interface ImageStore {
  /**
   * Names of the repositories, as they follow the host in references.
   * @returns undefined where the registry does not tell them to whoever asks
   */
  repositories(): Promise<string[] | undefined>;
  /** @returns undefined where there is no such repository, or it is hidden from whoever asks */
  images(repository: string): Promise<StoredImage[] | undefined>;
  /** Never removes what has a tag. */
  remove(repository: string, image: StoredImage): Promise<Removal>;
}

/** Whether a repository is at the prefix or below it. */
export function isBelow(prefix: string, name: string): boolean {
  return prefix === '' || name === prefix || name.startsWith(`${prefix}/`);
}
