/** Something under a reference that is not what it is said to be. */
export interface Finding {
  kind: 'manifest' | 'config' | 'layer' | 'diff-id' | 'toc' | 'chunk' | 'hub';
  /** Of the manifest, config or layer that it is about. */
  digest?: string;
  /** Of the file. */
  path?: string;
  /** The end of a sentence that begins with what it is about. */
  message: string;
}

/** Takes findings as they are made. */
export type Report = (finding: Finding) => void;
